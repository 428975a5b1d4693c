"""Appends a second of one small event each, to streams of their own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import uvloop

from adapters.collector import settle
from adapters.event_names import EVENT_TYPES
from adapters.event_store.appender import Appender
from adapters.event_store.mapper import EventMapper
from adapters.event_store.recorded import ActorStamp, Metadata, Proposal
from adapters.ids import new_id
from domain.application.events import ApplicationClaimed
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.library import Claim, Claims, environment
from tests.benchmarks.limits import one_row_a_commit
from tests.benchmarks.measure import Timing, concurrently, in_threads, median_run
from tests.benchmarks.server import Bench

CLERK = ActorStamp("pseudonym-1", "clerk", "05513000")
AMOUNT = {1: 6_000, 32: 40_000, 128: 60_000}
LIBRARY_AMOUNT = 1_500
PGBENCH_CLIENTS = 32


def append_beside_library(bench: Bench, producers: int) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    for _ in bench.runs():
        with bench.database() as url:
            theirs.append(_library(url, producers, bench.amount(LIBRARY_AMOUNT)))
            ours.append(_appender(url, producers, bench.amount(AMOUNT[producers])))
    name, baseline = f"append_{producers}", f"eventsourcing as shipped, {producers} threads"
    return [throughput(name, "appends/s", median_run(ours), baseline, median_run(theirs))]


def append_beside_pgbench(bench: Bench, producers: int) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    for _ in bench.runs():
        with bench.database() as url:
            theirs.append(one_row_a_commit(bench, url, PGBENCH_CLIENTS))
            ours.append(_appender(url, producers, bench.amount(AMOUNT[producers])))
    name, baseline = f"append_{producers}", f"pgbench, a row a commit, {PGBENCH_CLIENTS} clients"
    return [throughput(name, "appends/s", median_run(ours), baseline, median_run(theirs))]


def _appender(url: str, producers: int, amount: int) -> Timing:
    event = ApplicationClaimed(claimed_by="clerk-anna", claimed_at=datetime.now(UTC))
    proposals = [
        Proposal(new_id(), 0, (event,), Metadata(new_id(), CLERK, "trace-1"), b"f" * 32)
        for _ in range(amount)
    ]
    return uvloop.run(_append(url, producers, proposals))


async def _append(url: str, producers: int, proposals: Sequence[Proposal]) -> Timing:
    async with Appender(url, EventMapper(EVENT_TYPES)) as appender:
        await concurrently(proposals[: len(proposals) // 10], producers, appender.append)
        settle()  # as the API does once it has started
        return await concurrently(proposals[len(proposals) // 10 :], producers, appender.append)


def _library(url: str, threads: int, amount: int) -> Timing:
    with Claims(environment(url)) as application:
        claims = [Claim("clerk-anna", datetime.now(UTC)) for _ in range(amount)]
        in_threads(claims[: amount // 10], threads, application.save)
        settle()  # as ours do
        return in_threads(claims[amount // 10 :], threads, application.save)


append_1 = partial(append_beside_library, producers=1)
append_32 = partial(append_beside_library, producers=32)
append_128 = partial(append_beside_pgbench, producers=128)
