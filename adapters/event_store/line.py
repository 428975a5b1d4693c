"""A connection of one's own, kept with its cursor: opened when needed, and anew after it broke."""

import asyncio
from typing import Self

import psycopg
from psycopg.rows import TupleRow

from adapters.postgres.connecting import OPTIONS, connect

PATIENCE = 5.0
BROKEN = (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError)
# To plan a statement takes longer than to run it, and the best plan is the same for any values.
PLANNED_ONCE = f"{OPTIONS} -c plan_cache_mode=force_generic_plan"


class Line:
    """For one caller at a time. `patience`: seconds; a peer that is gone may never say so."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._connection: psycopg.AsyncConnection[TupleRow] | None = None
        self._cursor: psycopg.AsyncCursor[TupleRow] | None = None

    async def ask(self, statement: str, parameters: tuple[object, ...]) -> list[TupleRow]:
        """Raise one of BROKEN when there is no answer; hang up before asking again."""
        async with asyncio.timeout(self._patience):
            if self._cursor is None:
                self._connection = await connect(self._url, options=PLANNED_ONCE)
                self._cursor = self._connection.cursor(binary=True)
            await self._cursor.execute(statement, parameters, prepare=True)
            return await self._cursor.fetchall()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()

    async def hang_up(self) -> None:
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            await connection.close()
