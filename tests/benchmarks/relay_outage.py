"""Seconds until Kafka has all that happened while it was down: ten minutes of a busy region."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import uvloop

from adapters.bootstrap import Parts, open_parts
from adapters.event_store.log import AFTER
from adapters.kafka.access import required_access
from adapters.kafka.broker import Broker, broker_in
from adapters.kafka.cloud_events import message_of
from adapters.kafka.making_topics import make_topics
from adapters.kafka.topics import topics
from adapters.settings import Settings
from tests.benchmarks.figure import Figure
from tests.benchmarks.lives import fill
from tests.benchmarks.relay import APPLICATIONS, EVERYTHING, SECONDS, bare
from tests.benchmarks.server import Bench
from tests.kafka import new_prefix
from tests.keys import with_keys
from workers.relay import RUNNER
from workers.supervision import supervise

LOOK_SECONDS = 0.02
WAITS = "SELECT count(*) FROM heartbeats WHERE runner = 'relay' AND state = 'waiting'"
ALL_IS_OUT = """SELECT count(*) FROM positions
    WHERE runner = 'relay' AND position = (SELECT max(notification_id) FROM events)"""


def relay_catch_up(bench: Bench) -> list[Figure]:
    """From the broker's first answer on, with the relay's pause before it tries again."""
    ours, theirs, events = list[float](), list[float](), 0
    with TemporaryDirectory(prefix="amtsweg-bench-kafka-") as folder, _running(folder) as broker:
        for _ in bench.runs():
            with bench.database() as url, TemporaryDirectory() as home:
                events = fill(url, bench.amount(APPLICATIONS))
                named = {
                    "kafka_bootstrap_servers": broker.address,
                    "kafka_topic_prefix": new_prefix(),
                }
                settings = with_keys(Settings(home=Path(home), **named))
                list(make_topics(required_access(settings), topics(settings)))
                caught_up, rate = uvloop.run(_measured(settings, url, broker))
                ours.append(caught_up)
                theirs.append(events / rate)
    baseline = f"kafka-python's producer alone, {events:,} events, no outage"
    value, bare_value = median(ours), median(theirs)
    return [
        Figure(
            name="relay_catch_up",
            value=value,
            unit="s",
            baseline=baseline,
            baseline_value=bare_value,
        )
    ]


@contextmanager
def _running(folder: str) -> Iterator[Broker]:
    broker = broker_in(Path(folder))
    broker.start()
    try:
        yield broker
    finally:
        broker.kill()


async def _measured(settings: Settings, url: str, broker: Broker) -> tuple[float, float]:
    """Return the seconds until all is out, and the events a second of the bare producer."""
    async with open_parts(settings, url) as parts:
        access = required_access(settings)
        rows = await parts.log.rows(AFTER, (0, EVERYTHING, EVERYTHING))
        messages = [message_of(access.prefix, row) for row in rows]
        rate = await asyncio.to_thread(bare, access.client, messages)
        broker.kill()
        working = asyncio.create_task(supervise(parts, [RUNNER]))
        try:
            await _becomes(parts, WAITS)
            await asyncio.to_thread(broker.start)
            began = perf_counter()
            await _becomes(parts, ALL_IS_OUT)
            return perf_counter() - began, rate
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


async def _becomes(parts: Parts, question: str) -> None:
    async with asyncio.timeout(SECONDS):
        while (await parts.log.rows(question))[0][0] == 0:  # noqa: ASYNC110 -- another task writes it
            await asyncio.sleep(LOOK_SECONDS)
