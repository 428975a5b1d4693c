"""Fills a table that nobody reads yet: events are read ahead, and applied many at a time."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import TupleRow

from adapters.event_store.mapper import EventMapper
from adapters.postgres.connecting import connect
from adapters.read_models.ahead import Ahead
from adapters.read_models.many_at_once import ManyAtOnce, many_at_once
from adapters.read_models.projector import Projector, Rows, fact
from adapters.read_models.statements import Fact, Group
from adapters.read_models.workshop import Workshop

Connection = AsyncConnection[TupleRow]
Cursor = AsyncCursor[TupleRow]


class Filler(Projector):
    """`log`: a connection of its own, so that both can be under way."""

    def __init__(self, workshop: Workshop, mapper: EventMapper, log: Connection) -> None:
        super().__init__(workshop.projection, mapper, workshop.runner)
        self.ahead = Ahead(log, self.shows, partial(fact, mapper))
        self._many = ManyAtOnce({})

    async def prepare(self, connection: Connection, schema: str) -> None:
        self._many = await many_at_once(connection, schema, self.statements)

    async def read(self, _: Connection, after: int, upto: int, limit: int) -> Rows:
        return await self.ahead.read(after, upto, limit)

    def fact(self, row: TupleRow) -> Fact:
        return self.ahead.fact(row)

    async def run(self, cursor: Cursor, groups: Iterable[Group]) -> None:
        await self._many.run(cursor, groups)


@asynccontextmanager
async def filling(
    url: str, connection: Connection, workshop: Workshop, mapper: EventMapper
) -> AsyncIterator[Filler]:
    async with await connect(url) as log:
        filler = Filler(workshop, mapper, log)
        await filler.prepare(connection, workshop.schema)
        try:
            yield filler
        finally:
            await filler.ahead.stop()
