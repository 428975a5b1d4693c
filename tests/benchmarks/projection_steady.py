"""Events a second that one read model shows, beside the library's one transaction an event."""

from time import perf_counter

import psycopg
import uvloop

from adapters.postgres.connecting import connect
from adapters.read_models.projector import Projector
from projections.worklist import WORKLIST
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.library import projecting
from tests.benchmarks.lives import MAPPER, fill
from tests.benchmarks.measure import Timing, median_run
from tests.benchmarks.server import Bench

APPLICATIONS = 4_000
LIBRARY_EVENTS = 2_000
PATIENCE_SECONDS = 120


def projection_steady(bench: Bench) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    for _ in bench.runs():
        with bench.database() as url:
            fill(url, bench.amount(APPLICATIONS))
            theirs.append(_library(url, bench.amount(LIBRARY_EVENTS)))
            with psycopg.connect(url) as connection:
                connection.execute("TRUNCATE worklist_v2")
            ours.append(Timing(uvloop.run(project(url))))
    baseline = "eventsourcing ProjectionRunner, same log and SQL"
    rates = median_run(ours), median_run(theirs)
    return [throughput("projection_steady", "events/s", rates[0], baseline, rates[1])]


async def project(url: str) -> float:
    """Show the whole log in the worklist; return events a second."""
    projector, events = Projector(WORKLIST, MAPPER), 0
    async with await connect(url) as connection:
        started = perf_counter()
        while (step := await projector.step(connection)).events:
            events += step.events
        return events / (perf_counter() - started)


def _library(url: str, events: int) -> Timing:
    started = perf_counter()
    with projecting(url, upto=events) as reached:
        if not reached.wait(PATIENCE_SECONDS):
            raise TimeoutError
        return Timing(events / (perf_counter() - started))
