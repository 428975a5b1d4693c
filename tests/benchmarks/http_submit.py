"""Submissions over HTTP end to end: token, form, rules, commit, answer; one `amtsweg serve`."""

from functools import partial

import msgspec

from api.sandbox.story import BEN
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.load import Order, load
from tests.benchmarks.measure import Timing, median_run
from tests.benchmarks.processes import bare, installation
from tests.benchmarks.server import Bench

PATH = "/api/v1/applications"
BODY = msgspec.json.encode(BEN).decode()
# A person signs in, reads, submits, pays and looks again: a new token every ten requests or so.
REQUESTS_A_TOKEN = 10
REQUESTS = {1: 1_000, 8: 2_500, 32: 4_000}


def http_submit(bench: Bench, connections: int) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    with bench.database() as url, installation(url) as office, bare() as framework:
        for _ in bench.runs():
            for address, timings in ((framework, theirs), (office.api, ours)):
                requests = bench.amount(REQUESTS[connections])
                tokens = office.tokens(requests // REQUESTS_A_TOKEN)
                order = Order(address + PATH, BODY, tokens, connections, requests, requests // 10)
                timings.append(load(order))
    name, baseline = f"http_submit_{connections}", "bare FastAPI POST, same validation"
    return [throughput(name, "submissions/s", median_run(ours), baseline, median_run(theirs))]


http_submit_1 = partial(http_submit, connections=1)
http_submit_8 = partial(http_submit, connections=8)
http_submit_32 = partial(http_submit, connections=32)
