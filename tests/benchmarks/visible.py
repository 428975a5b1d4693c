"""From the acknowledged append to the row in the worklist, with all workers running."""

import asyncio
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from uuid import UUID

import psycopg
import uvloop
from psycopg.rows import TupleRow

from adapters.event_store.appender import Appender
from adapters.event_store.recorded import Metadata, Proposal
from adapters.ids import new_id
from adapters.postgres.connecting import connect
from tests.benchmarks.figure import Figure, latency
from tests.benchmarks.lives import ACTOR, LIFE, MAPPER
from tests.benchmarks.measure import Timing, median_run, timing
from tests.benchmarks.processes import installation
from tests.benchmarks.server import Bench

LOAD_A_SECOND = 200
PROBES = 400
SHOWN = "SELECT FROM worklist_v2 WHERE application_id = %b"
PATIENCE_SECONDS = 120


def visible(bench: Bench) -> list[Figure]:
    shown, appended = list[Timing](), list[Timing]()
    with bench.database() as url, installation(url, "work"):
        for _ in bench.runs():
            once = uvloop.run(_under_load(url, bench.amount(PROBES)))
            appended.append(once[0])
            shown.append(once[1])
    baseline = f"the append itself, p99, at {LOAD_A_SECOND} a second"
    return [latency("visible_p99", median_run(shown), baseline, median_run(appended))]


async def _under_load(url: str, probes: int) -> tuple[Timing, Timing]:
    async with Appender(url, MAPPER) as appender, await connect(url) as connection:
        probe = Probe(appender, connection)
        await probe.send()
        load = asyncio.create_task(_load(appender))
        try:
            measured = [await probe.send() for _ in range(probes)]
        finally:
            load.cancel()
            await asyncio.gather(load, return_exceptions=True)
    appends, waits = zip(*measured, strict=True)
    return timing(sum(appends), appends), timing(sum(waits), waits)


async def _load(appender: Appender) -> None:
    """Submissions at an even pace, whatever each of them takes."""
    started = perf_counter()
    async with asyncio.TaskGroup() as under_way:
        for sent in count(1):
            under_way.create_task(_submit(appender, new_id()))
            await asyncio.sleep(max(started + sent / LOAD_A_SECOND - perf_counter(), 0))


async def _submit(appender: Appender, stream_id: UUID) -> None:
    await appender.append(Proposal(stream_id, 0, LIFE[:1], Metadata(new_id(), ACTOR, "trace-1")))


@dataclass(frozen=True, slots=True)
class Probe:
    appender: Appender
    connection: psycopg.AsyncConnection[TupleRow]

    async def send(self) -> tuple[float, float]:
        """Return the seconds of the append, and from there until the row was seen."""
        stream_id, started = new_id(), perf_counter()
        await _submit(self.appender, stream_id)
        acknowledged = perf_counter()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self._is_shown(stream_id):  # noqa: ASYNC110 -- another process writes it
                await asyncio.sleep(0.0005)
        return acknowledged - started, perf_counter() - acknowledged

    async def _is_shown(self, stream_id: UUID) -> bool:
        cursor = await self.connection.execute(SHOWN, (stream_id,), prepare=True)
        return cursor.rowcount > 0
