"""Whole commands: load an application of eight events, decide, append what was decided."""

from datetime import UTC, datetime
from uuid import UUID

import uvloop

from adapters.collector import settle
from adapters.event_store.appender import Appender
from adapters.event_store.line import Line
from adapters.event_store.log import EventLog
from adapters.event_store.office import Office, Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from adapters.postgres.connecting import pool
from domain.application.commands import ReleaseApplication
from domain.application.decisions import APPLICATION
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.library import Claims, Worked, environment
from tests.benchmarks.lives import LIFE, fill
from tests.benchmarks.measure import Timing, concurrently, in_threads, median_run
from tests.benchmarks.server import Bench
from tests.domain.application.facts import CLERK, NOW
from tests.keys import MAPPER

AT_ONCE, EVENTS = 32, 8
APPLICATIONS, LIBRARY_APPLICATIONS = 12_000, 1_000
ACTOR = ActorStamp("pseudonym-1", "clerk", "05513000")
# As the eighth event leaves it: in somebody's hands.
assert len(LIFE[:EVENTS]) == EVENTS


def command_32(bench: Bench) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    for _ in bench.runs():
        with bench.database() as url:
            theirs.append(library(url, bench.amount(LIBRARY_APPLICATIONS)))
            applications = bench.amount(APPLICATIONS)
            fill(url, applications, EVENTS)
            ours.append(uvloop.run(_office(url, applications)))
    baseline = f"eventsourcing as shipped, {AT_ONCE} threads"
    return [throughput("command_32", "commands/s", median_run(ours), baseline, median_run(theirs))]


async def _office(url: str, applications: int) -> Timing:
    async with (
        pool(url) as connections,
        Line(url) as line,
        Appender(url, MAPPER) as appender,
    ):
        office = Office(EventLog(connections, MAPPER, line), appender)

        async def release(number: int) -> None:
            command = ReleaseApplication(clerk=CLERK, now=NOW)
            metadata = Metadata(new_id(), ACTOR, "trace-1")
            order = Order(UUID(int=number), command, metadata, b"f" * 32)
            await office.carry_out(APPLICATION, order)

        warm = applications // 10
        await concurrently(range(1, warm), AT_ONCE, release)
        settle()  # as the API does once it has started
        return await concurrently(range(warm, applications + 1), AT_ONCE, release)


def library(url: str, applications: int) -> Timing:
    """The library's own way: get the aggregate of eight events, trigger another one, save."""
    with Claims(environment(url)) as application:
        works = [Worked.long(EVENTS) for _ in range(applications)]
        application.save(*works)

        def claim(work: Worked) -> None:
            found: Worked = application.repository.get(work.id)
            found.claim("clerk-anna", datetime.now(UTC))
            application.save(found)

        warm = applications // 10
        in_threads(works[:warm], AT_ONCE, claim)
        return in_threads(works[warm:], AT_ONCE, claim)
