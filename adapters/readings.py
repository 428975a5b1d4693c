"""Notes which member of staff read which application: many at once, at most a second later.

A reading waits for no write of its own. What waits is bounded: where the database takes none of it
for long, nobody reads any more, rather than unseen. A process that is killed loses the readings of
its last second; the technical log has them (`application_read`, `history_read`).
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from adapters.event_store.errors import StoreIsBusy
from adapters.event_store.log import EventLog, Pool
from adapters.ids import new_id
from adapters.postgres.tenants import Viewer, ask_as

MOST_WAITING = 10_000
MOST_AT_ONCE = 1_000
SECONDS = 1.0
AT_CLOSING_SECONDS = 5.0
CANCEL_AGAIN_SECONDS = 0.5
NOTE = """INSERT INTO application_readings
    (reading_id, application_id, municipality, view, version, reader, role, trace_id, read_at)
    SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::text[], %b::text[], %b::bigint[], %b::text[],
        %b::text[], %b::text[], %b::timestamptz[])
    ON CONFLICT DO NOTHING RETURNING reading_id"""
OF_ONE = """SELECT view, version, reader, role, read_at FROM application_readings
    WHERE application_id = %s ORDER BY read_at DESC, reading_id LIMIT 1000"""

log = structlog.get_logger()


class Reading(NamedTuple):
    """`view`: `application` or `history`, as it stood at `version`; `reader`: a pseudonym."""

    application_id: UUID
    municipality: str
    view: str
    version: int
    reader: str
    role: str
    trace_id: str
    read_at: datetime


async def write(events: EventLog, noted: Sequence[tuple[UUID, Reading]]) -> None:
    """Each with an id of its own, by which it is written once."""
    rows = [(reading_id, *reading) for reading_id, reading in noted]
    await events.rows(NOTE, tuple(map(list, zip(*rows, strict=True))))


class Readings:
    """One a process, inside its event loop. `pool`: for questions, which are asked for one town."""

    def __init__(self, events: EventLog, pool: Pool) -> None:
        self._events, self._pool = events, pool
        self._waiting: deque[tuple[UUID, Reading]] = deque()
        self._arrived = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="readings")
        return self

    async def __aexit__(self, *_: object) -> None:
        while not self._task.done():  # Python 3.11 can lose a cancellation
            self._task.cancel()
            await asyncio.wait([self._task], timeout=CANCEL_AGAIN_SECONDS)
        try:
            async with asyncio.timeout(AT_CLOSING_SECONDS):
                await self.flush()
        except (psycopg.Error, PoolTimeout, TimeoutError) as error:
            log.warning("readings_lost", error=type(error).__name__, readings=len(self._waiting))

    def note(self, reading: Reading) -> None:
        """Call it before what is read is handed out. Raise StoreIsBusy where too many wait."""
        if len(self._waiting) >= MOST_WAITING:
            raise StoreIsBusy
        self._waiting.append((new_id(), reading))
        self._arrived.set()

    async def flush(self) -> None:
        """Write what waits; what is not taken goes on waiting, and is written once."""
        async with self._one_at_a_time:
            while batch := [*self._waiting][:MOST_AT_ONCE]:
                await write(self._events, batch)
                for _ in batch:
                    self._waiting.popleft()

    async def of(self, municipality: str, application_id: UUID) -> list[dict[str, object]]:
        """Return who read an application, the newest first; what waits here is written before."""
        await self.flush()
        return await ask_as(self._pool, Viewer(municipality), OF_ONE, (application_id,))

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await asyncio.sleep(SECONDS)
            try:
                await self.flush()
            except (psycopg.Error, PoolTimeout) as error:
                log.warning("readings_wait", error=type(error).__name__)
                self._arrived.set()
