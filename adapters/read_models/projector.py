"""Keeps one read model: rows and position move in one transaction, a batch at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import TupleRow

from adapters.event_store.log import AFTER, END
from adapters.event_store.mapper import EventMapper
from adapters.read_models.parking import (
    EARLIER_IS_PARKED,
    any_parked,
    is_fault_of_event,
    park,
    parked_streams,
)
from adapters.read_models.positions import claim, move
from adapters.read_models.statements import Fact, Group, Statement, compile_statements, grouped
from projections.projection import Projection

BATCH = 500
# A plan made while the table was small is kept while it grows: each update would read all of it.
BY_INDEX = "SET LOCAL enable_seqscan = off"

log = structlog.get_logger()
Connection = AsyncConnection[TupleRow]
Cursor = AsyncCursor[TupleRow]
Rows = Sequence[TupleRow]


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch did: how many events it read, and where it stands now."""

    events: int
    position: int


class Projector:
    """The position row is the lock: two projectors of one name take turns, none applies twice."""

    def __init__(
        self, projection: Projection, mapper: EventMapper, runner: str | None = None
    ) -> None:
        self.projection = projection
        self.runner = runner or projection.name
        self._mapper = mapper
        self._statements = compile_statements(projection)
        self._names = mapper.stored_names(self._statements)

    async def step(self, connection: Connection, upto: int = END, limit: int = BATCH) -> Step:
        """Apply the next batch; zero events at the end of the log, or while another works on it.

        Raise a psycopg.Error that is no event's fault; nothing has moved then.
        """
        async with connection.transaction():
            after = await claim(connection, self.runner)
            if after is None:
                return Step(0, 0)
            rows = await self.read(connection, after, upto, limit)
            if not rows:
                return Step(0, after)
            mine = list(filter(self.shows, rows))
            if mine:
                await self._apply(connection, await self._not_parked(connection, mine))
            position = int(rows[-1][2])
            await move(connection, self.runner, position, len(rows))
            return Step(len(rows), position)

    async def apply_parked(self, connection: Connection, row: TupleRow) -> None:
        """Apply one event that was set aside, out of turn; the caller keeps the order."""
        if self.shows(row):
            await self._run(connection, [row])

    def shows(self, row: TupleRow) -> bool:
        return row[3] in self._names

    async def read(self, connection: Connection, after: int, upto: int, limit: int) -> Rows:
        return await read_after(connection, after, upto, limit)

    def fact(self, row: TupleRow) -> Fact:
        """Raise whatever is wrong with it."""
        return fact(self._mapper, row)

    async def run(self, cursor: Cursor, groups: Iterable[Group]) -> None:
        await run_all(cursor, groups)

    @property
    def statements(self) -> Iterable[Statement]:
        return self._statements.values()

    def groups(self, events: Iterable[Fact]) -> list[Group]:
        """Return the statements that show these events, which all are of kinds that it shows."""
        return grouped(self._statements, events)

    async def _not_parked(self, connection: Connection, rows: Rows) -> Rows:
        """Set aside what follows a parked event; the other streams flow on."""
        if not await any_parked(connection, self.runner):
            return rows
        parked = await parked_streams(connection, self.runner, {row[0] for row in rows})
        for row in rows:
            if row[0] in parked:
                await park(connection, self.runner, row, EARLIER_IS_PARKED)
        return [row for row in rows if row[0] not in parked]

    async def _apply(self, connection: Connection, rows: Rows) -> None:
        try:
            await self._run(connection, rows)
        except Exception as error:
            if not is_fault_of_event(error):
                raise
            log.warning("batch_failed", runner=self.runner, error=type(error).__name__)
            await self._apply_one_by_one(connection, rows)

    async def _apply_one_by_one(self, connection: Connection, rows: Rows) -> None:
        parked = set()
        for row in rows:
            if row[0] in parked:
                await park(connection, self.runner, row, EARLIER_IS_PARKED)
                continue
            try:
                await self._run(connection, [row])
            except Exception as error:
                if not is_fault_of_event(error):
                    raise
                parked.add(row[0])
                await park(connection, self.runner, row, type(error).__name__)

    async def _run(self, connection: Connection, rows: Rows) -> None:
        """All of them or none."""
        groups = self.groups(map(self.fact, rows))
        async with connection.transaction(), connection.pipeline(), connection.cursor() as cursor:
            await cursor.execute(BY_INDEX)
            await self.run(cursor, groups)


def fact(mapper: EventMapper, row: TupleRow) -> Fact:
    """Without what is personal in it, which no read model holds."""
    stream_id, version, position, name, state, recorded_at = row
    return Fact(stream_id, version, position, mapper.decode_event(name, state), recorded_at)


async def read_after(connection: Connection, after: int, upto: int, limit: int) -> list[TupleRow]:
    return await (await ask_after(connection, after, upto, limit)).fetchall()


async def ask_after(connection: Connection, after: int, upto: int, limit: int) -> Cursor:
    """Ask for the next events of the log; in a pipeline, the answer is still under way."""
    return await connection.cursor(binary=True).execute(AFTER, (after, upto, limit), prepare=True)


async def run_all(cursor: Cursor, groups: Iterable[Group]) -> None:
    for group in groups:
        await cursor.executemany(group.statement.sql, group.parameters())
