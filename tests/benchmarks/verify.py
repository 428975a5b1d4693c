"""Events a second that `verify` checks, beside reading and decoding the same log."""

from time import perf_counter

import uvloop

from adapters.event_names import EVENT_TYPES
from adapters.event_store.log import EventLog
from adapters.event_store.mapper import EventMapper
from adapters.evidence.checkpoints import make_checkpoint
from adapters.evidence.keepers import Asked
from adapters.evidence.online import verify
from adapters.postgres.connecting import connect, pool
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.lives import fill
from tests.benchmarks.measure import Timing, median_run
from tests.benchmarks.server import Bench
from tests.keys import SIGNER

APPLICATIONS = 10_000


class NotSound(Exception):
    """What was verified is not sound; its speed means nothing."""


def verified(bench: Bench) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    with bench.database() as url:
        events = fill(url, bench.amount(APPLICATIONS))
        uvloop.run(sign_all(url))
        for _ in bench.runs():
            theirs.append(Timing(uvloop.run(read_all(url, events))))
            ours.append(Timing(_verify(url, events)))
    baseline = "reading and decoding the same log"
    return [throughput("verify", "events/s", median_run(ours), baseline, median_run(theirs))]


async def sign_all(url: str) -> None:
    async with await connect(url) as connection:
        while await make_checkpoint(connection, SIGNER):
            pass


async def read_all(url: str, events: int) -> float:
    async with pool(url, 1) as connections:
        log, seen, started = EventLog(connections, EventMapper(EVENT_TYPES)), 0, perf_counter()
        async for page in log.read():
            seen += len(page)
        assert seen == events
        return events / (perf_counter() - started)


def _verify(url: str, events: int) -> float:
    started = perf_counter()
    mapper, nobody = EventMapper(EVENT_TYPES), Asked([], by_name=False)
    verdict = verify(url, mapper, SIGNER.verifier, nobody, lambda _done, _total: None)
    if verdict.findings.count or verdict.signed is None or verdict.signed.size != events:
        raise NotSound(verdict)
    return events / (perf_counter() - started)
