"""Keeps one read model: rows and position move in one transaction, a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from psycopg import AsyncConnection
from psycopg.errors import OperationalError
from psycopg.rows import TupleRow

from adapters.event_store.log import AFTER, END, recorded
from adapters.event_store.mapper import EventMapper
from adapters.event_store.recorded import Recorded
from adapters.read_models.statements import compile_statements
from projections.projection import Projection

BATCH = 500
CLAIM = "SELECT position FROM positions WHERE runner = %s FOR UPDATE"
MOVE = """UPDATE positions SET position = %s, applied = applied + %s,
    moved_at = clock_timestamp() WHERE runner = %s"""
PARKED = "SELECT stream_id FROM parked WHERE runner = %s AND stream_id = ANY(%s)"
PARK = """INSERT INTO parked (runner, stream_id, position, error) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING"""

log = structlog.get_logger()
Connection = AsyncConnection[TupleRow]


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

    async def step(self, connection: Connection, upto: int = END, limit: int = BATCH) -> Step:
        """Apply the next batch; zero events when the log holds no more before `upto`."""
        async with connection.transaction():
            after = await self._claim(connection)
            rows = await self._read(connection, after, upto, limit)
            if not rows:
                return Step(0, after)
            mine = [recorded(self._mapper, row) for row in rows if str(row[3]) in self._statements]
            await self._apply(connection, mine)
            position = int(rows[-1][2])
            await connection.execute(MOVE, (position, len(rows), self.runner))
            return Step(len(rows), position)

    async def _claim(self, connection: Connection) -> int:
        row = await (await connection.execute(CLAIM, (self.runner,))).fetchone()
        if row is None:
            await connection.execute(
                "INSERT INTO positions (runner) VALUES (%s) ON CONFLICT DO NOTHING", (self.runner,)
            )
            return await self._claim(connection)
        return int(row[0])

    @staticmethod
    async def _read(connection: Connection, after: int, upto: int, limit: int) -> list[TupleRow]:
        async with connection.cursor(binary=True) as cursor:
            await cursor.execute(AFTER, (after, upto, limit), prepare=True)
            return await cursor.fetchall()

    async def _apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        parked = await self._parked(connection, events)
        if not parked:
            try:
                async with connection.transaction(), connection.pipeline():
                    for event in events:
                        await self._execute(connection, event)
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 -- found out one by one, and parked
                log.warning("batch_failed", runner=self.runner, error=type(error).__name__)
            else:
                return
        await self._apply_one_by_one(connection, events, parked)

    async def _apply_one_by_one(
        self, connection: Connection, events: Sequence[Recorded], parked: set[object]
    ) -> None:
        """Set aside the streams that fail; the others flow on."""
        for event in events:
            if event.stream_id in parked:
                await self._park(connection, event, "an earlier event of this stream is parked")
                continue
            try:
                async with connection.transaction():
                    await self._execute(connection, event)
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 -- whatever it is, one stream waits for a person
                parked.add(event.stream_id)
                await self._park(connection, event, type(error).__name__)

    async def _execute(self, connection: Connection, event: Recorded) -> None:
        statement = self._statements[type(event.event).__name__]
        await connection.execute(statement.sql, statement.parameters(event), prepare=True)

    async def _parked(self, connection: Connection, events: Sequence[Recorded]) -> set[object]:
        streams = list({event.stream_id for event in events})
        cursor = await connection.execute(PARKED, (self.runner, streams))
        return {row[0] for row in await cursor.fetchall()}

    async def _park(self, connection: Connection, event: Recorded, error: str) -> None:
        log.error("event_parked", runner=self.runner, position=event.position, error=error)
        await connection.execute(PARK, (self.runner, event.stream_id, event.position, error))
