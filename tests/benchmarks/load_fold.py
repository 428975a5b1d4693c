"""The time to load and fold an application of 12 events, beside selecting the same rows."""

from collections.abc import Sequence
from uuid import UUID

import uvloop

from adapters.collector import settle
from adapters.event_store.line import Line
from adapters.event_store.log import EventLog
from adapters.postgres.connecting import pool
from domain.application.decisions import APPLICATION
from tests.benchmarks.figure import Figure
from tests.benchmarks.limits import pgbench
from tests.benchmarks.lives import MAPPER, fill
from tests.benchmarks.measure import Timing, concurrently, median_run
from tests.benchmarks.server import Bench

APPLICATIONS = 1_000
LOADS = 10_000
STRIDE = 617  # visits them all, in no order that a cache would like
SELECT = """\\set n random(1, {applications})
SELECT topic, state FROM events
    WHERE originator_id = lpad(to_hex(:n::bigint), 32, '0')::uuid ORDER BY originator_version;"""


def load_fold(bench: Bench) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    with bench.database() as url:
        applications = bench.amount(APPLICATIONS)
        fill(url, applications)
        ids = [UUID(int=n * STRIDE % applications + 1) for n in range(bench.amount(LOADS))]
        for _ in bench.runs():
            theirs.append(pgbench(bench, url, SELECT.format(applications=applications), 1))
            ours.append(uvloop.run(_load(url, ids)))
    return [_figure(median_run(ours), median_run(theirs))]


async def _load(url: str, ids: Sequence[UUID]) -> Timing:
    async with pool(url) as connections, Line(url) as line:
        log = EventLog(connections, MAPPER, line)

        async def load(stream_id: UUID) -> None:
            loaded = await log.load(stream_id, APPLICATION.remembers)  # as the office does
            APPLICATION.fold(loaded.events)

        await concurrently(ids[:50], 1, load)
        settle()  # as the API does once it has started
        return await concurrently(ids, 1, load)


def _figure(ours: Timing, theirs: Timing) -> Figure:
    return Figure(
        name="load_fold",
        value=1_000_000 / ours.rate,
        unit="us",
        baseline="pgbench, the same 12 rows, 1 client",
        baseline_value=1_000_000 / theirs.rate,
        p50_ms=ours.p50_ms,
        p99_ms=ours.p99_ms,
    )
