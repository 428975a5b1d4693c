"""Events a second that the relay publishes, beside a bare producer of the very same messages."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import uvloop
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from adapters.bootstrap import Parts, open_parts
from adapters.collector import settle
from adapters.event_store.appender import Appender
from adapters.event_store.log import AFTER
from adapters.event_store.recorded import Metadata, Proposal
from adapters.ids import new_id
from adapters.kafka.access import KafkaAccess, required_access
from adapters.kafka.broker import broker_in
from adapters.kafka.cloud_events import Message, message_of
from adapters.kafka.making_topics import make_topics
from adapters.kafka.publisher import TUNED, Publisher
from adapters.kafka.topic_names import topic_name
from adapters.kafka.topics import topics
from adapters.postgres.connecting import connect
from adapters.settings import Settings
from tests.benchmarks.figure import Figure, latency, throughput
from tests.benchmarks.lives import ACTOR, LIFE, MAPPER, fill
from tests.benchmarks.measure import Timing, median_run, timing
from tests.benchmarks.server import Bench
from tests.kafka import given_servers, new_prefix
from tests.keys import with_keys
from workers.relay import PATIENT, RUNNER, Relay
from workers.supervision import supervise

APPLICATIONS = 4_000
LOAD_A_SECOND, PROBES = 200, 1_000
SECONDS = 120
EVERYTHING = 2**40


def relay(bench: Bench) -> list[Figure]:
    bare = "kafka-python's producer alone, the same messages and settings"
    append = f"the append itself, p99, at {LOAD_A_SECOND} a second"
    with _kafka() as servers:
        ours, theirs = _measured(bench, servers, _rates, filled=True)
        seen, appended = _measured(bench, servers, _steadily, filled=False)
    return [
        throughput("relay", "events/s", ours, bare, theirs),
        latency("relay_lag_p99", seen, append, appended),
    ]


@contextmanager
def _kafka() -> Iterator[str]:
    if given := given_servers():
        yield given
        return
    with TemporaryDirectory(prefix="amtsweg-bench-kafka-") as folder:
        broker = broker_in(Path(folder))
        broker.start()
        try:
            yield broker.address
        finally:
            broker.kill()


Measure = Callable[[Parts, int], Awaitable[tuple[Timing, Timing]]]


def _measured(
    bench: Bench, servers: str, measure: Measure, *, filled: bool
) -> tuple[Timing, Timing]:
    """Return the medians of ours and of what it is held against."""
    ours, theirs = list[Timing](), list[Timing]()
    for _ in bench.runs():
        with bench.database() as url, TemporaryDirectory() as home:
            if filled:
                fill(url, bench.amount(APPLICATIONS))
            named = {"kafka_bootstrap_servers": servers, "kafka_topic_prefix": new_prefix()}
            settings = with_keys(Settings(home=Path(home), **named))
            list(make_topics(required_access(settings), topics(settings)))
            once = uvloop.run(_with_parts(settings, url, measure, bench.amount(PROBES)))
            ours.append(once[0])
            theirs.append(once[1])
    return median_run(ours), median_run(theirs)


async def _with_parts(
    settings: Settings, url: str, measure: Measure, probes: int
) -> tuple[Timing, Timing]:
    async with open_parts(settings, url) as parts:
        return await measure(parts, probes)


async def _rates(parts: Parts, _: int) -> tuple[Timing, Timing]:
    """The bare producer goes first, into the same topics, which are warm for us then."""
    settle()  # as a worker does; both are quicker by that
    access = required_access(parts.settings)
    theirs = await _bare_rate(parts, access)
    publisher, events = Publisher(access), 0
    relay = Relay(parts, publisher)
    async with await connect(parts.url, options=PATIENT) as connection:
        started = perf_counter()
        while published := await relay.step(connection):
            events += published
        ours = Timing(events / (perf_counter() - started))
    await publisher.close()
    return ours, theirs


async def _bare_rate(parts: Parts, access: KafkaAccess) -> Timing:
    rows = await parts.log.rows(AFTER, (0, EVERYTHING, EVERYTHING))
    messages = [message_of(access.prefix, row) for row in rows]
    return Timing(await asyncio.to_thread(bare, access.client, messages))


def bare(client: Mapping[str, Any], messages: Sequence[Message]) -> float:
    started = perf_counter()
    producer = KafkaProducer(**client, **TUNED)
    for topic, key, value, headers, _ in messages:
        producer.send(topic, value, key, headers)
    producer.flush(SECONDS)
    seconds = perf_counter() - started
    producer.close(1)
    return len(messages) / seconds


async def _steadily(parts: Parts, probes: int) -> tuple[Timing, Timing]:
    """Return how long until each event was read from Kafka, and how long its append took."""
    appended, appends = dict[bytes, float](), list[float]()
    task = asyncio.create_task(supervise(parts, [RUNNER]))
    try:
        async with Appender(parts.url, MAPPER) as appender, _reading(parts, probes) as read:
            started = perf_counter()
            async with asyncio.TaskGroup() as under_way:
                for sent in range(probes):
                    under_way.create_task(_submit(appender, appended, appends))
                    pause = started + sent / LOAD_A_SECOND - perf_counter()
                    await asyncio.sleep(max(pause, 0))
            met = await read
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    lags = [met[key] - at for key, at in appended.items()]
    return timing(sum(lags), lags), timing(sum(appends), appends)


async def _submit(appender: Appender, appended: dict[bytes, float], appends: list[float]) -> None:
    stream_id, started = new_id(), perf_counter()
    await appender.append(Proposal(stream_id, 0, LIFE[:1], Metadata(new_id(), ACTOR, "trace-1")))
    now = perf_counter()
    appends.append(now - started)
    appended[str(stream_id).encode()] = now


@asynccontextmanager
async def _reading(parts: Parts, count: int) -> AsyncIterator[Awaitable[dict[bytes, float]]]:
    """Yield what tells when the event of each key was read."""
    access, ready = required_access(parts.settings), asyncio.Event()
    loop = asyncio.get_running_loop()

    def read() -> dict[bytes, float]:
        topic = topic_name(access.prefix, "application")
        with closing(KafkaConsumer(**access.client, enable_auto_commit=False)) as consumer:
            consumer.assign(
                [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
            )
            consumer.seek_to_beginning()
            loop.call_soon_threadsafe(ready.set)
            met, deadline = dict[bytes, float](), perf_counter() + SECONDS
            while len(met) < count and perf_counter() < deadline:
                for some in consumer.poll(timeout_ms=100).values():
                    met.update((message.key, perf_counter()) for message in some)
            return met

    reading = asyncio.ensure_future(asyncio.to_thread(read))
    await ready.wait()
    yield reading
