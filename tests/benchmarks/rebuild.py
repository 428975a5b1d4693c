"""Events a second while a read model is built anew, compared and swapped."""

import uvloop

from adapters.collector import settle
from adapters.read_models.rebuild import rebuild
from projections.worklist import WORKLIST
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.limits import many_rows_a_commit
from tests.benchmarks.lives import MAPPER, fill
from tests.benchmarks.measure import Timing, median_run
from tests.benchmarks.projection_steady import project
from tests.benchmarks.server import Bench

APPLICATIONS = 5_000


class RebuiltDifferently(Exception):
    """The rebuilt read model is not the live one; its speed means nothing."""


def rebuild_worklist(bench: Bench) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    settle()  # as the command does
    with bench.database() as url:
        events = fill(url, bench.amount(APPLICATIONS))
        uvloop.run(project(url))
        for _ in bench.runs():
            theirs.append(many_rows_a_commit(bench, url, clients=1))
            ours.append(_rebuilt(url, events))
    baseline = "pgbench, rows at 100 a commit, 1 client"
    return [throughput("rebuild", "events/s", median_run(ours), baseline, median_run(theirs))]


def _rebuilt(url: str, events: int) -> Timing:
    done = uvloop.run(rebuild(url, WORKLIST, MAPPER, lambda _done, _total: None))
    if done.events != events or done.differing:
        raise RebuiltDifferently(done)
    return Timing(events / done.seconds)
