"""The umbrella listing of all portals and what they offer, as anybody reads it, over HTTP.

`portal_listing_p99` is measured beside the half a million applications of the scenario,
`portal_listing` with nothing but the catalogue: the two should be alike.
"""

from tests.benchmarks.figure import Figure, latency
from tests.benchmarks.load import Order, load
from tests.benchmarks.measure import Timing, median_run
from tests.benchmarks.processes import bare, installation
from tests.benchmarks.server import Bench

PATH, EMPTY = "/api/v1/portal", "/healthz"
REQUESTS, CONNECTIONS = 2_000, 4


def portal_listing(bench: Bench) -> list[Figure]:
    with bench.database() as url:
        return [listing(bench, url, "portal_listing")]


def listing(bench: Bench, url: str, name: str) -> Figure:
    """Over whatever this database holds."""
    ours, theirs = list[Timing](), list[Timing]()
    with installation(url) as office, bare() as framework:
        for _ in bench.runs():
            requests = bench.amount(REQUESTS)
            for address, timings in ((framework + EMPTY, theirs), (office.api + PATH, ours)):
                order = Order(address, "", ["-"], CONNECTIONS, requests, requests // 10, "GET")
                timings.append(load(order))
    return latency(name, median_run(ours), "bare FastAPI GET, p99", median_run(theirs))
