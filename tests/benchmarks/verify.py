"""Events a second that `verify` checks, beside reading and decoding the same log."""

from pathlib import Path
from time import perf_counter

import psycopg
import uvloop

from adapters.collector import settle
from adapters.event_names import EVENT_TYPES
from adapters.event_store.log import AFTER, END, PAGE
from adapters.event_store.mapper import EventMapper
from adapters.evidence.checkpoints import make_checkpoint
from adapters.evidence.keepers import Asked
from adapters.evidence.online import verify
from adapters.postgres.connecting import connect
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.lives import fill
from tests.benchmarks.measure import Timing, median_run
from tests.benchmarks.server import Bench
from tests.keys import SIGNER

APPLICATIONS = 10_000
NOWHERE = Path("checkpoints.pub")


class NotSound(Exception):
    """What was verified is not sound; its speed means nothing."""


def verified(bench: Bench) -> list[Figure]:
    ours, theirs = list[Timing](), list[Timing]()
    with bench.database() as url:
        events = fill(url, bench.amount(APPLICATIONS))
        uvloop.run(sign_all(url))
        settle()  # as the command does
        for _ in bench.runs():
            theirs.append(Timing(read_all(url, events)))
            ours.append(Timing(_verify(url, events)))
    baseline = "reading and decoding the same log"
    return [throughput("verify", "events/s", median_run(ours), baseline, median_run(theirs))]


async def sign_all(url: str) -> None:
    async with await connect(url) as connection:
        while await make_checkpoint(connection, SIGNER):
            pass


def read_all(url: str, events: int) -> float:
    """As plainly as it goes: pages of rows in their binary form, each event decoded."""
    mapper, after, seen, started = EventMapper(EVENT_TYPES), 0, 0, perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.cursor(binary=True)
        while rows := cursor.execute(AFTER, (after, END, PAGE), prepare=True).fetchall():
            for row in rows:
                mapper.decode(row[3], row[4])
            after, seen = rows[-1][2], seen + len(rows)
    assert seen == events
    return events / (perf_counter() - started)


def _verify(url: str, events: int) -> float:
    started = perf_counter()
    mapper, nobody = EventMapper(EVENT_TYPES), Asked([], by_name=False)
    verdict = verify(url, mapper, SIGNER.verifier, nobody, lambda _done, _total: None, NOWHERE)
    if verdict.findings.count or verdict.signed is None or verdict.signed.size != events:
        raise NotSound(verdict)
    return events / (perf_counter() - started)
