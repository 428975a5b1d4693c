"""The umbrella listing of all portals and what they offer, as anybody reads it, over HTTP."""

from tests.benchmarks.figure import Figure, latency
from tests.benchmarks.load import Order, load
from tests.benchmarks.measure import Timing, median_run
from tests.benchmarks.processes import bare, installation
from tests.benchmarks.server import Bench

PATH, EMPTY = "/api/v1/portal", "/healthz"
REQUESTS, CONNECTIONS = 2_000, 4


def portal_listing(bench: Bench) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    with bench.database() as url, installation(url) as office, bare() as framework:
        for _ in bench.runs():
            requests = bench.amount(REQUESTS)
            for address, timings in ((framework + EMPTY, theirs), (office.api + PATH, ours)):
                order = Order(address, "", ["-"], CONNECTIONS, requests, requests // 10, "GET")
                timings.append(load(order))
    baseline = "bare FastAPI GET, p99"
    return [latency("portal_listing_p99", median_run(ours), baseline, median_run(theirs))]
