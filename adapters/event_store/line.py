"""A connection of one's own, kept with its statements: opened when needed, and anew after it broke.

It speaks through `psycopg.pq`, the wrapper of libpq: what a cursor does for any statement takes
longer than these few take in the database (docs/adr/0016).
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, Self
from uuid import UUID

import psycopg
from psycopg.abc import Transformer as Loader
from psycopg.adapt import Transformer
from psycopg.errors import QueryCanceled, ReadOnlySqlTransaction
from psycopg.pq import Format
from psycopg.rows import TupleRow

from adapters.event_store.answers import Answers
from adapters.postgres.connecting import OPTIONS, connect

PATIENCE, CANCEL_SECONDS = 5.0, 1.0
# A server that takes no writes any more is a standby by now: another one takes them.
BROKEN = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    TimeoutError,
    ReadOnlySqlTransaction,
)
# To plan a statement takes longer than to run it, and the best plan is the same for any values.
PLANNED_ONCE = f"{OPTIONS} -c plan_cache_mode=force_generic_plan"


class Line:
    """For any number of callers. `patience`: seconds; a peer that is gone may never say so."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._talk: Talk | None = None
        self._dialling = asyncio.Lock()

    async def ask(
        self, statement: str, parameters: Sequence[UUID | bytes], *, soon: bool = False
    ) -> list[TupleRow]:
        """`parameters`: $1, $2 ..., each in PostgreSQL's binary form, or a UUID.
        `soon`: it takes the server hardly longer than to wake whoever sleeps until the answer.

        Raise one of BROKEN when there is no answer; who asks again does so over a new connection.
        """
        talk = self._talk or await self._dial()
        try:
            return await talk.ask(statement, parameters, soon=soon)
        except QueryCanceled:
            raise
        except (TimeoutError, asyncio.CancelledError):
            await self._call_off(talk)
            raise
        except BROKEN:
            await self._leave(talk)
            raise

    async def _dial(self) -> "Talk":
        async with self._dialling:
            if self._talk is None:
                async with asyncio.timeout(self._patience):
                    connection = await connect(self._url, options=PLANNED_ONCE)
                self._talk = Talk(connection, self._patience)
            return self._talk

    async def _call_off(self, talk: "Talk") -> None:
        """Nobody may take an answer for the next one's, so the connection goes as well."""
        try:
            await talk.connection.cancel_safe(timeout=CANCEL_SECONDS)
        except psycopg.Error:
            pass
        finally:
            await self._leave(talk)

    async def _leave(self, talk: "Talk") -> None:
        """Once: of all who found it broken, the first one ends it."""
        if self._talk is talk:
            self._talk = None
            await talk.end()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()

    async def hang_up(self) -> None:
        if self._talk is not None:
            await self._leave(self._talk)


class Prepared(NamedTuple):
    """A statement on a connection: its name there, and what turns its rows into Python's values."""

    name: bytes
    loader: Loader


class Talk:
    """One connection, as long as it holds, and what was prepared on it."""

    def __init__(self, connection: psycopg.AsyncConnection[TupleRow], patience: float) -> None:
        self.connection = connection
        self._answers = Answers(connection.pgconn, patience)
        self._prepared: dict[str, Prepared] = {}
        self._preparing = asyncio.Lock()

    async def ask(
        self, statement: str, parameters: Sequence[UUID | bytes], *, soon: bool
    ) -> list[TupleRow]:
        prepared = self._prepared.get(statement) or await self._prepare(statement)
        values = [one.bytes if isinstance(one, UUID) else one for one in parameters]
        pg, formats = self.connection.pgconn, [Format.BINARY] * len(values)
        pg.send_query_prepared(prepared.name, values, formats, Format.BINARY)
        result = await self._answers.answer(soon=soon)
        prepared.loader.set_pgresult(result, set_loaders=False)
        return prepared.loader.load_rows(0, result.ntuples, tuple)

    async def _prepare(self, statement: str) -> Prepared:
        async with self._preparing:
            if found := self._prepared.get(statement):
                return found
            pg, name = self.connection.pgconn, b"statement_%d" % len(self._prepared)
            pg.send_prepare(name, statement.encode())
            await self._answers.answer()
            pg.send_describe_prepared(name)
            described = await self._answers.answer()
            loader = Transformer(self.connection)
            loader.set_pgresult(described, format=Format.BINARY)
            self._prepared[statement] = Prepared(name, loader)
            return self._prepared[statement]

    async def end(self) -> None:
        self._answers.end()
        await self.connection.close()
