"""One contract, from the log and from Kafka: each event is handled once, in order by stream."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.bootstrap import Parts
from adapters.event_store.log import AFTER
from adapters.free_port import free_port
from adapters.kafka.cloud_events import message_of
from adapters.kafka.topic_names import topic_name
from domain.application.events import ApplicationApproved, ApplicationClaimed
from tests.domain.application import happened as h
from tests.kafka import Topics, producing
from tests.storm.messages import unread
from tests.workers.supervised import supervised, until
from workers import consume
from workers.consume import FROM_KAFKA, FROM_LOG, WITHOUT_KAFKA, Consumer, consuming
from workers.relay import RUNNER as RELAY
from workers.supervision import Runner

pytestmark = pytest.mark.mock_kafka_will_do

NAME = "a consumer"
EFFECT = "INSERT INTO heartbeats (runner, beat_at, state) VALUES (%s, clock_timestamp(), 'effect')"
EFFECTS = "SELECT runner FROM heartbeats WHERE state = 'effect'"
BEAT = "SELECT detail FROM heartbeats WHERE runner = 'a consumer'"
LIFE = (h.claimed, h.released, h.claimed, h.approved)
MATTER = [1, 3, 4]  # the versions in LIFE that the consumer is interested in
REQUEUE = "UPDATE parked SET requeued_at = clock_timestamp()"


class Heard:
    """What was handled, and by a row for each in the database; a stream may fail so often."""

    def __init__(self) -> None:
        self.handled: list[tuple[UUID, int]] = []
        self.error: Exception = ValueError("Eva Muster")
        self.fails: UUID | None = None
        self.times = 99

    async def handle(self, _parts, connection, recorded) -> None:
        if recorded.stream_id == self.fails and self.times > 0:
            self.times -= 1
            raise self.error
        name = f"{recorded.stream_id}/{recorded.version}/{uuid4()}"
        await connection.execute(EFFECT, (name,))
        self.handled.append((recorded.stream_id, recorded.version))

    @property
    def consumer(self) -> Consumer:
        return Consumer(NAME, dict.fromkeys((ApplicationClaimed, ApplicationApproved), self.handle))

    def of(self, stream: UUID) -> list[int]:
        return [version for found, version in self.handled if found == stream]


@pytest.fixture(params=["log", "kafka"])
def source(request, parts, monkeypatch) -> tuple[Parts, list[Runner]]:
    """Parts that name a Kafka or none, and who else has to run."""
    if request.param == "log":
        return parts, []
    monkeypatch.setattr(consume, "GRACE", consume.GRACE * 100)  # by Kafka, or not at all
    return knowing(parts, request.getfixturevalue("topics").settings), [RELAY]


def knowing(parts: Parts, kafka) -> Parts:
    named = ("kafka_bootstrap_servers", "kafka_topic_prefix")
    update = {name: getattr(kafka, name) for name in named}
    return replace(parts, settings=parts.settings.model_copy(update=update))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@asynccontextmanager
async def consumed(source, *heards: Heard) -> AsyncIterator[None]:
    parts, others = source
    async with AsyncExitStack() as stack:
        for one in heards:
            await stack.enter_async_context(supervised(parts, consuming(one.consumer), *others))
        yield


async def effects(log) -> list[str]:
    rows = await log.ask(EFFECTS)
    return sorted(row["runner"].rpartition("/")[0] for row in rows)


def effects_of(*streams: UUID) -> list[str]:
    return sorted(f"{stream}/{version}" for stream in streams for version in MATTER)


def all_of(log, *streams: UUID) -> Callable:
    async def look() -> bool:
        return len(await log.ask(EFFECTS)) >= len(streams) * len(MATTER)

    return look


async def test_each_event_is_handled_once_and_in_order(log, source, heard) -> None:
    streams = [uuid4() for _ in range(6)]
    async with consumed(source, heard):
        await log.record_all([(stream, event) for event in LIFE for stream in streams])
        await until(all_of(log, *streams))
    assert await effects(log) == effects_of(*streams)
    assert all(heard.of(stream) == MATTER for stream in streams)


async def test_two_workers_share_the_work_and_repeat_none_of_it(log, source) -> None:
    one, other, streams = Heard(), Heard(), [uuid4() for _ in range(8)]
    async with consumed(source, one, other):
        for stream in streams:
            await log.record(stream, *LIFE)
        await until(all_of(log, *streams))
    assert await effects(log) == effects_of(*streams)


async def test_a_worker_that_comes_later_repeats_nothing(log, source, heard) -> None:
    first, second, after = uuid4(), uuid4(), Heard()
    async with consumed(source, heard):
        await log.record(first, *LIFE)
        await until(all_of(log, first))
    async with consumed(source, after):
        await log.record(second, *LIFE)
        await until(all_of(log, first, second))
    assert await effects(log) == effects_of(first, second)
    assert after.of(first) == []


async def test_a_poisonous_event_sets_its_stream_aside_until_it_is_sent_back(
    log, source, heard
) -> None:
    bad, good = uuid4(), uuid4()
    heard.fails = bad
    async with consumed(source, heard):
        await log.record_all([(stream, event) for event in LIFE for stream in (bad, good)])
        await until(all_of(log, good))
        await until(lambda: log.ask("SELECT FROM parked OFFSET 2"))
        assert await effects(log) == effects_of(good)
        heard.fails = None
        await log.do(REQUEUE)
        await until(all_of(log, bad, good))
    assert heard.of(bad) == MATTER
    assert (await log.parked(), await effects(log)) == ([], effects_of(bad, good))


async def test_what_will_pass_is_waited_for(log, source, heard) -> None:
    stream = uuid4()
    heard.fails, heard.times, heard.error = stream, 2, psycopg.OperationalError()
    async with consumed(source, heard):
        await log.record(stream, *LIFE)
        await until(all_of(log, stream))
    assert (await log.parked(), await effects(log)) == ([], effects_of(stream))


async def messages(parts: Parts) -> list:
    rows = await parts.log.rows(AFTER, (0, 2**40, 100))
    return [row for row in rows if row[3] != "ApplicationReleased"]


async def produce(topics: Topics, rows: list) -> None:
    """As a relay that has lost its memory would, in this order."""
    messages = [message_of(topics.access.prefix, row) for row in rows]
    await write(topics, *((m.topic, m.value, m.key, m.headers) for m in messages))


async def write(topics: Topics, *messages: tuple) -> None:
    """In a thread: who is heard of in Kafka has to say that it lives, meanwhile."""

    def send() -> None:
        with producing(topics.access) as producer:
            for message in messages:
                producer.send(*message)

    await asyncio.to_thread(send)


def all_heard(topics: Topics) -> Callable:
    """Whether the consumer has done with all that is in Kafka."""

    async def look() -> bool:
        return not await asyncio.to_thread(unread, topics.access, NAME)

    return look


@pytest.mark.parametrize(
    "order",
    [lambda rows: rows[::-1], lambda rows: rows * 3, lambda rows: rows[-1:], sorted],
    ids=["backwards", "three times", "with a gap", "sorted by stream"],
)
async def test_repetitions_other_orders_and_gaps_change_nothing(
    log, parts, topics, heard, monkeypatch, order
) -> None:
    """Nobody relays here: only this is in Kafka."""
    monkeypatch.setattr(consume, "GRACE", consume.GRACE * 100)
    stream, knows = uuid4(), knowing(parts, topics.settings)
    await log.record(stream, *LIFE)
    await produce(topics, order(await messages(parts)))
    async with consumed((knows, []), heard):
        await until(all_of(log, stream))
        await produce(topics, order(await messages(parts)))
        await until(all_heard(topics))
        await until(lambda: log.ask(f"{BEAT} AND detail = '{FROM_KAFKA}'"))
    assert heard.of(stream) == MATTER
    assert await effects(log) == effects_of(stream)


async def test_what_kafka_has_lost_is_handled_from_the_log(
    log, parts, topics, heard, monkeypatch
) -> None:
    monkeypatch.setattr(consume, "GRACE", consume.GRACE / 5)
    stream = uuid4()
    async with consumed((knowing(parts, topics.settings), []), heard):
        await log.record(stream, *LIFE)
        await until(all_of(log, stream))
    assert await effects(log) == effects_of(stream)


async def test_while_kafka_is_down_events_are_handled_from_the_log(log, parts, heard) -> None:
    nowhere = parts.settings.model_copy(
        update={"kafka_bootstrap_servers": f"127.0.0.1:{free_port(0)}"}
    )
    stream = uuid4()
    async with consumed((replace(parts, settings=nowhere), []), heard):
        await until(lambda: log.ask(f"{BEAT} AND detail = '{WITHOUT_KAFKA}'"))
        await log.record(stream, *LIFE)
        await until(all_of(log, stream))
    assert await effects(log) == effects_of(stream)


async def test_from_the_log_to_kafka_and_back_nothing_is_repeated(
    log, parts, topics, monkeypatch
) -> None:
    streams, sources = [], [parts, knowing(parts, topics.settings), parts]
    for knows in sources:
        streams.append(uuid4())
        relay = [RELAY] if knows.kafka else []
        async with consumed((knows, relay), Heard()):
            await log.record(streams[-1], *LIFE)
            await until(all_of(log, *streams))
    assert await effects(log) == effects_of(*streams)
    assert FROM_LOG in [row["detail"] for row in await log.ask(BEAT)]


async def test_what_a_stranger_writes_there_has_no_effect(log, parts, topics, heard) -> None:
    stream, unknown = uuid4(), uuid4()
    knows, topic = knowing(parts, topics.settings), topic_name(topics.access.prefix, "application")
    await log.record(stream, h.claimed)
    (row,) = await messages(parts)
    forged = message_of(topics.access.prefix, (unknown, *row[1:]))
    await write(
        topics,
        (topic, b"nonsense", b"not an id", []),
        (topic, None, b"\xff", [("ce_type", b"\xff")]),
        (topic, forged.value, forged.key, forged.headers),
    )
    async with consumed((knows, []), heard):
        await until(lambda: log.ask(EFFECTS))
        await until(all_heard(topics))
    assert heard.handled == [(stream, 1)]


async def test_what_only_strangers_have_written_is_done_with_as_well(parts, topics, heard) -> None:
    """Whoever watches how far a group has come in Kafka would wait for it without end."""
    topic = topic_name(topics.access.prefix, "application")
    await write(topics, (topic, b"nonsense", b"not an id", []))
    async with consumed((knowing(parts, topics.settings), []), heard):
        await until(all_heard(topics))
    assert heard.handled == []


async def test_the_inbox_keeps_only_what_the_position_does_not_say(log, source, heard) -> None:
    async with consumed(source, heard):
        await log.record(uuid4(), *LIFE)
        await until(lambda: log.ask(EFFECTS + " OFFSET 2"))
        await log.record(uuid4(), *LIFE)
        await until(lambda: log.ask(EFFECTS + " OFFSET 5"))
        await until(lambda: _is_empty(log))


async def _is_empty(log) -> bool:
    return not await log.ask("SELECT FROM inbox")
