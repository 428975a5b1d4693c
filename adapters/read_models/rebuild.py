"""Builds a read model anew beside the live one, compares the two and swaps them; reads go on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import perf_counter

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.errors import DeadlockDetected, LockNotAvailable, ProgramLimitExceeded
from psycopg.rows import TupleRow

from adapters.event_store.mapper import EventMapper
from adapters.postgres.connecting import OPTIONS, connect
from adapters.read_models.filler import filling
from adapters.read_models.projector import Projector
from adapters.read_models.swap import Swapped, goal, swap
from adapters.read_models.workshop import Workshop
from projections.projection import Projection

BATCH = 2_000
# Reads wait behind the swap for as long as it waits for its lock: briefly, and more often.
LOCK_WAITS = ("100ms", "200ms", "400ms", "800ms", *("1500ms",) * 8)
PAUSE_SECONDS = 0.5
RUNNING = "SELECT pg_try_advisory_lock(hashtextextended('amtsweg.rebuild.' || %s, 0))"

log = structlog.get_logger()
Connection = AsyncConnection[TupleRow]
Progress = Callable[[int, int], None]


class RebuildRefused(Exception):
    """The live read model stays as it is."""

    def __str__(self) -> str:
        return f"{self.__doc__} ({': '.join(map(str, self.args))})"


class RebuildIsRunning(RebuildRefused):
    """This read model is being rebuilt already; wait until that has ended."""


class ReadModelIsBusy(RebuildRefused):
    """Other sessions held the live read model for too long; end them and rebuild it again."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`differing`: rows that only one of the two had, old and new, at the same position."""

    events: int
    rows: int
    differing: int
    seconds: float


async def rebuild(
    url: str, projection: Projection, mapper: EventMapper, progress: Progress
) -> Rebuilt:
    """Raise RebuildIsRunning or ReadModelIsBusy. `progress`: positions of the log, done and total.

    Whatever ends it early, the live table is untouched, and the next rebuild starts clean.
    """
    started = perf_counter()
    workshop = Workshop(projection)
    projector = Projector(projection, mapper, runner=workshop.runner)
    async with _alone(url, workshop) as connection:
        try:
            await _fill(url, connection, workshop, mapper, progress)
        except ProgramLimitExceeded:  # of a value for an index: set aside, with them in place
            await workshop.open(connection)
        await _catch_up(connection, workshop, projector, progress)
        await workshop.tidy(connection)
        swapped = await _swap_when_free(connection, workshop, projector)
    seconds = perf_counter() - started
    log.info("rebuilt", read_model=projection.name, differing=swapped.differing, seconds=seconds)
    return Rebuilt(swapped.events, swapped.rows, swapped.differing, seconds)


@asynccontextmanager
async def _alone(url: str, workshop: Workshop) -> AsyncIterator[Connection]:
    """A connection for one rebuild at a time, whose statements find the new table first."""
    options = f"{OPTIONS} -c statement_timeout=0 -c search_path={workshop.schema},public"
    async with await connect(url, options=options) as connection:
        row = await (await connection.execute(RUNNING, (workshop.live,))).fetchone()
        if row is None or not row[0]:
            raise RebuildIsRunning(workshop.live)
        await workshop.open(connection)
        try:
            yield connection
        finally:
            with suppress(psycopg.Error):  # the next rebuild clears up as well
                await workshop.clear(connection)


async def _fill(
    url: str, connection: Connection, workshop: Workshop, mapper: EventMapper, progress: Progress
) -> None:
    """Most of the way: what happens in the meantime is left to a common projector."""
    indexes = await workshop.without_indexes(connection)
    async with filling(url, connection, workshop, mapper) as filler:
        await _catch_up(connection, workshop, filler, progress)
    await workshop.make_indexes(connection, indexes)


async def _catch_up(
    connection: Connection, workshop: Workshop, projector: Projector, progress: Progress
) -> None:
    while True:
        total = await goal(connection, workshop)
        step = await projector.step(connection, upto=total, limit=BATCH)
        progress(step.position, total)
        if not step.events:
            return


async def _swap_when_free(
    connection: Connection, workshop: Workshop, projector: Projector
) -> Swapped:
    for patience in LOCK_WAITS:
        try:
            return await swap(connection, workshop, projector, patience)
        except (LockNotAvailable, DeadlockDetected) as error:
            log.warning("swap_retried", read_model=workshop.live, error=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
    raise ReadModelIsBusy(workshop.live)
