"""The log in Kafka: each event at least once, in order for each stream, and nothing personal."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID, uuid4

import jsonschema_rs
import pytest

from adapters.bootstrap import Parts
from adapters.event_store.log import AFTER, END
from adapters.event_store.recorded import Recorded
from adapters.free_port import free_port
from adapters.kafka import publisher as publisher_module
from adapters.kafka.access import KafkaAccess
from adapters.kafka.asyncapi import document
from adapters.kafka.cloud_events import message_of
from adapters.kafka.errors import KafkaUnavailable
from adapters.kafka.publisher import Publisher
from adapters.kafka.topic_names import topic_name
from adapters.runner_names import RELAY
from domain.payment.events import PaymentOpened
from domain.staff.events import RoleGranted, StaffRole
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.domain.payment.test_payment import requested
from tests.kafka import Topics
from tests.projections.log import Log
from tests.workers.supervised import supervised, until
from workers import relay as relay_module
from workers.relay import RUNNER, Relay

pytestmark = pytest.mark.mock_kafka_will_do

STANDS = "SELECT position, applied FROM positions WHERE runner = 'relay'"
BEAT = "SELECT state, detail FROM heartbeats WHERE runner = 'relay'"
LIFE = (h.submitted(submit), h.claimed, h.approved)
UNGUARDED = "SET session_replication_role = replica"
CHANGE = "UPDATE events SET {} WHERE notification_id = 2"
SPOIL_FIRST = "UPDATE events SET state = 'spoilt' WHERE notification_id = 1"


@pytest.fixture
async def relay(parts, topics) -> AsyncIterator[Relay]:
    publisher = Publisher(topics.access)
    yield Relay(knowing(parts, topics.access), publisher)
    await publisher.close()


def knowing(parts: Parts, kafka: KafkaAccess) -> Parts:
    named = {"kafka_bootstrap_servers": kafka.servers, "kafka_topic_prefix": kafka.prefix}
    return replace(parts, settings=parts.settings.model_copy(update=named))


async def publish(relay: Relay, log: Log) -> None:
    async with log.connection() as connection:
        while await relay.step(connection):
            pass


def named(topics: Topics, *aggregates: str) -> list[str]:
    return [topic_name(topics.access.prefix, aggregate) for aggregate in aggregates]


def of(message) -> dict[str, str]:
    return {name: value.decode() for name, value in message.headers}


def read_all(topics: Topics, count: int = 0) -> list:
    return list(topics.read(*named(topics, "application", "payment"), count=count))


async def stands(log: Log) -> tuple[int, int]:
    (row,) = await log.ask(STANDS)
    return row["position"], row["applied"]


async def recorded(parts: Parts) -> list[Recorded]:
    return await parts.log.page(0)


async def test_every_event_is_published_once_and_in_order(parts, log, relay, topics) -> None:
    streams = [uuid4() for _ in range(5)]
    await log.record_all([(s, event) for event in LIFE for s in streams])
    await publish(relay, log)
    by_stream = defaultdict(list)
    for message in read_all(topics):
        by_stream[UUID(message.key.decode())].append(int(of(message)["ce_streamversion"]))
    assert by_stream == {stream: [1, 2, 3] for stream in streams}
    assert await stands(log) == (15, 15)


async def test_page_after_page_is_published_in_order_and_a_stream_set_aside_stays_so(
    log, relay, topics, monkeypatch
) -> None:
    """A page is made ready while the one before it is being sent."""
    monkeypatch.setattr(relay_module, "PAGE", 2)
    monkeypatch.setattr(relay_module, "MOST", 8)
    streams = [uuid4() for _ in range(5)]
    spoilt, *sound = streams
    await log.record_all([(s, event) for event in LIFE for s in streams])
    await log.do(UNGUARDED + "; " + SPOIL_FIRST)
    await publish(relay, log)
    by_stream = defaultdict(list)
    for message in read_all(topics):
        by_stream[UUID(message.key.decode())].append(int(of(message)["ce_streamversion"]))
    assert by_stream == {stream: [1, 2, 3] for stream in sound}
    assert await log.parked() == [(RELAY, spoilt, position) for position in (1, 6, 11)]
    assert await stands(log) == (15, 15)


async def test_a_message_is_a_cloud_event_of_what_is_recorded(parts, log, relay, topics) -> None:
    await log.record(uuid4(), h.claimed)
    await publish(relay, log)
    (message,), (event,) = read_all(topics), await recorded(parts)
    headers = of(message)
    assert headers["ce_id"] == str(event.event_id)
    assert headers["ce_subject"] == message.key.decode() == str(event.stream_id)
    assert headers["ce_type"] == "amtsweg.application.ApplicationClaimed"
    assert headers["ce_source"] == f"/{topics.access.prefix}/application"
    assert headers["ce_time"] == event.recorded_at.isoformat()
    assert headers["ce_commandid"] == str(event.metadata.command_id)
    assert (headers["ce_actorrole"], headers["ce_municipality"]) == ("clerk", "05513000")
    assert "ce_traceparent" not in headers  # its correlation id is no trace
    assert json.loads(message.value).keys() == {"claimed_at"}


async def test_what_is_published_is_what_the_document_says(log, relay, topics) -> None:
    for life in (LIFE, (requested,)):
        await log.record(uuid4(), *life)
    await publish(relay, log)
    components = document()["components"]
    for message in read_all(topics):
        name = of(message)["ce_type"].rpartition(".")[2]
        validator = jsonschema_rs.validator_for(
            {"$ref": f"#/components/schemas/{name}", "components": components}
        )
        validator.validate(json.loads(message.value))
        jsonschema_rs.validate(components["schemas"]["CloudEventHeaders"], of(message))


async def test_nothing_personal_leaves_the_house(log, relay, topics) -> None:
    await log.record(uuid4(), *LIFE)
    await publish(relay, log)
    (message, *_) = read_all(topics)
    told = b"\0".join([message.key, message.value, *(value for _, value in message.headers)])
    applicant = submit.applicant
    assert applicant.family_name.encode() not in told
    assert not {"applicant", "answers", "account"} & json.loads(message.value).keys()


async def test_who_of_the_staff_acted_and_where_somebody_pays_stays_in_the_house(
    log, relay, topics
) -> None:
    page = "https://pay.example/t-1"
    opened = PaymentOpened(
        application_id=uuid4(), municipality="05513000", transaction_id="t-1",
        redirect_url=page, opened_at=h.claimed.claimed_at,
    )  # fmt: skip
    granted = RoleGranted(
        subject="clerk-anna", role=StaffRole.CLERK, municipality=None, office=None, branch=None,
        granted_by="clerk-ben", granted_at=h.claimed.claimed_at,
    )  # fmt: skip
    for life in (LIFE, (requested, opened), (granted,)):
        await log.record(uuid4(), *life)
    await publish(relay, log)
    messages = list(topics.read(*named(topics, "application", "payment", "staff")))
    told = b"\0".join(
        part for one in messages for part in (one.value, *(value for _, value in one.headers))
    )
    assert len(messages) == 6
    assert not [word for word in ("clerk-anna", "clerk-ben", page) if word.encode() in told]


async def test_without_kafka_nothing_moves_and_the_relay_waits(parts, log, topics) -> None:
    await log.record(uuid4(), *LIFE)
    nowhere = KafkaAccess(f"127.0.0.1:{free_port(0)}", topics.access.prefix)
    publisher = Publisher(nowhere)
    with pytest.raises(KafkaUnavailable):
        await publish(Relay(parts, publisher), log)
    await publisher.close()
    async with supervised(knowing(parts, nowhere), RUNNER):
        await until(lambda: log.ask(f"{BEAT} AND state = 'waiting'"))
    assert await stands(log) == (0, 0)


async def test_what_was_given_up_does_not_come_later(
    parts, log, relay, topics, monkeypatch
) -> None:
    # However long it takes to come to its end: nothing goes by itself before.
    monkeypatch.setitem(publisher_module.TUNED, "linger_ms", 60_000)
    await log.record(uuid4(), *LIFE)
    publisher = Publisher(topics.access)
    await publisher.send([message_of(topics.access.prefix, row) for row in await rows_of(parts)])
    await publisher.close()
    await asyncio.sleep(1)
    assert read_all(topics) == []
    await publish(relay, log)
    assert len(read_all(topics)) == 3


async def rows_of(parts: Parts) -> list:
    return await parts.log.rows(AFTER, (0, END, 100))


async def test_where_no_kafka_is_named_the_runner_is_at_rest(parts, log) -> None:
    async with supervised(parts, RUNNER):
        await until(lambda: log.ask(BEAT))
    assert [tuple(row.values()) for row in await log.ask(BEAT)] == [("running", relay_module.OFF)]
    assert await log.ask(STANDS) == []


async def test_two_relays_publish_each_event_once(parts, log, topics) -> None:
    known = knowing(parts, topics.access)
    async with supervised(known, RUNNER), supervised(known, RUNNER):
        for _ in range(4):
            await log.record(uuid4(), *LIFE)
        await until(lambda: log.ask(f"{STANDS} AND position = 12"))
    assert len(read_all(topics)) == 12


async def test_an_event_too_large_for_kafka_is_set_aside_with_its_stream(
    log, relay, topics, monkeypatch
) -> None:
    large, small = uuid4(), uuid4()
    monkeypatch.setattr(relay_module, "LARGEST_BYTES", relay_module.MOST_HEADERS + 700)
    await log.record_all([(large, LIFE[0]), (small, LIFE[1]), (large, LIFE[1])])
    await publish(relay, log)
    assert [message.key.decode() for message in read_all(topics)] == [str(small)]
    assert await log.parked() == [(RELAY, large, 1), (RELAY, large, 3)]
    assert await stands(log) == (3, 3)


@pytest.mark.parametrize(
    "state", ["'spoilt'", """'{"data":{},"metadata":{"command_id":"\\377"}}'"""]
)
async def test_an_event_that_nobody_can_read_is_set_aside_with_its_stream(
    log, relay, topics, state
) -> None:
    spoilt, sound = uuid4(), uuid4()
    await log.record_all([(sound, LIFE[0]), *((spoilt, event) for event in LIFE)])
    await log.do(UNGUARDED + "; " + CHANGE.format(f"state = {state}"))
    await publish(relay, log)
    assert [message.key.decode() for message in read_all(topics)] == [str(sound)]
    assert await log.parked() == [(RELAY, spoilt, position) for position in (2, 3, 4)]
    assert await stands(log) == (4, 4)


async def test_an_event_of_a_newer_version_is_waited_for(parts, log, topics) -> None:
    """While an update is under way, the old version may be the one that publishes."""
    await log.record(uuid4(), *LIFE)
    known = knowing(parts, topics.access)
    change = CHANGE.format("topic = '{}'")
    await log.do(UNGUARDED + "; " + change.format("OfTomorrow"))
    async with supervised(known, RUNNER):
        await until(
            lambda: log.ask(f"{BEAT} AND detail LIKE '%%(OfTomorrow)' AND state = 'waiting'")
        )
        assert (await stands(log), len(read_all(topics, count=1))) == ((1, 1), 1)
        await log.do(UNGUARDED + "; " + change.format("ApplicationClaimed"))
        await until(lambda: log.ask(f"{STANDS} AND position = 3"))
    assert (len(read_all(topics)), await log.parked()) == (3, [])
