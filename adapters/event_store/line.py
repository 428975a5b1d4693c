"""A connection of one's own, kept with its statements: opened when needed, and anew after it broke.

It speaks through `psycopg.pq`, the wrapper of libpq: what a cursor does for any statement takes
longer than these few take in the database (docs/adr/0016).
"""

import asyncio
from collections.abc import Sequence
from typing import Self
from uuid import UUID

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import Format
from psycopg.rows import TupleRow

from adapters.event_store.waiting import Waiting
from adapters.postgres.connecting import OPTIONS, connect

PATIENCE, CANCEL_SECONDS = 5.0, 1.0
BROKEN = (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError)
# To plan a statement takes longer than to run it, and the best plan is the same for any values.
PLANNED_ONCE = f"{OPTIONS} -c plan_cache_mode=force_generic_plan"


class Line:
    """For one caller at a time. `patience`: seconds; a peer that is gone may never say so."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._connection: psycopg.AsyncConnection[TupleRow] | None = None
        self._prepared: dict[str, bytes] = {}

    async def ask(self, statement: str, parameters: Sequence[UUID | bytes]) -> list[TupleRow]:
        """`parameters`: $1, $2 ..., each in PostgreSQL's binary form, or a UUID.

        Raise one of BROKEN when there is no answer; hang up before asking again.
        """
        connection = self._connection or await self._dial()
        waiting = Waiting(connection.pgconn, self._patience)
        try:
            return await self._answer(connection, waiting, statement, parameters)
        except (TimeoutError, asyncio.CancelledError):
            await self._call_off(connection)
            raise
        finally:
            waiting.end()

    async def _dial(self) -> psycopg.AsyncConnection[TupleRow]:
        async with asyncio.timeout(self._patience):
            self._connection = await connect(self._url, options=PLANNED_ONCE)
        self._prepared = {}
        return self._connection

    async def _answer(
        self,
        connection: psycopg.AsyncConnection[TupleRow],
        waiting: Waiting,
        statement: str,
        parameters: Sequence[UUID | bytes],
    ) -> list[TupleRow]:
        pg, name = connection.pgconn, self._prepared.get(statement)
        if name is None:
            name = b"statement_%d" % len(self._prepared)
            pg.send_prepare(name, statement.encode())
            await waiting.result()
            self._prepared[statement] = name
        values = [one.bytes if isinstance(one, UUID) else one for one in parameters]
        pg.send_query_prepared(name, values, [Format.BINARY] * len(values), Format.BINARY)
        result = await waiting.result()
        loader = Transformer(connection)
        loader.set_pgresult(result, format=Format.BINARY)
        return loader.load_rows(0, result.ntuples, tuple)

    async def _call_off(self, connection: psycopg.AsyncConnection[TupleRow]) -> None:
        """Nobody may take an answer for the next one's, so the connection goes as well."""
        try:
            await connection.cancel_safe(timeout=CANCEL_SECONDS)
        except psycopg.Error:
            pass
        finally:
            await self.hang_up()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()

    async def hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
