"""What the publisher does quicker than Kafka's client, it does as the client would."""

from collections import defaultdict
from uuid import uuid4, uuid5

import pytest
from kafka.record import util

from adapters.kafka.cloud_events import KEPT_BACK, Message, _event_id, _public
from adapters.kafka.publisher import TUNED, Publisher, hashed
from adapters.kafka.topic_names import topic_name
from tests.kafka import producing

pytestmark = pytest.mark.mock_kafka_will_do

METADATA = b'{"command_id":"1","actor":{"subject":"a","role":"clerk"},"correlation_id":""}'


def test_a_stream_is_in_the_partition_where_every_client_looks_for_it(topics) -> None:
    topic = topic_name(topics.access.prefix, "application")
    with producing(topics.access) as producer:
        count = len(producer.partitions_for(topic))
        for key in (str(uuid4()).encode() for _ in range(50)):
            chosen = producer._partition(topic, None, key, b"", key, b"")
            assert hashed(key) % count == chosen


def test_the_id_of_a_message_is_that_of_the_event() -> None:
    for version in range(1, 200):
        stream = uuid4()
        assert _event_id(stream.bytes, version) == str(uuid5(stream, str(version)))


async def test_a_message_arrives_as_the_client_itself_would_have_sent_it(topics) -> None:
    topic = topic_name(topics.access.prefix, "application")
    messages = [
        Message(topic, str(uuid4()).encode(), b"%d" % n * 300, [("ce_id", b"%d" % n)], n)
        for n in range(2_000)
    ]
    publisher = Publisher(topics.access)
    try:
        await publisher.send(messages)
        await publisher.settle()
    finally:
        await publisher.close()
    ours = _contents(topics.read(topic, count=2_000))
    with producing(topics.access, **TUNED) as producer:
        for _, key, value, headers, _ in messages:
            producer.send(topic, value, key, headers)
    both = _contents(topics.read(topic, count=4_000))
    assert both == {partition: held * 2 for partition, held in ours.items()}
    assert sum(map(len, ours.values())) == 2_000


def _contents(messages) -> dict[int, list[tuple]]:
    """What each partition holds, in order."""
    held = defaultdict(list)
    for message in messages:
        held[message.partition].append((message.key, message.value, message.headers))
    return dict(held)


@pytest.mark.parametrize(
    ("stored", "public"),
    [
        (b'{"applicant":{"given_name":"Eva"},"variant":"new"}', b'{"variant":"new"}'),
        (b'{"variant":"new"}', b'{"variant":"new"}'),
        (b'{"variant":"applicant"}', b'{"variant":"applicant"}'),
        (b'{"\\u0061pplicant":{"given_name":"Eva"},"variant":"new"}', b'{"variant":"new"}'),
        (b'{"variant":"new","mailbox":null}', b'{"variant":"new"}'),
    ],
)
def test_what_is_personal_is_left_out_wherever_it_lies_in_the_clear(stored, public) -> None:
    state = b'{"data":%b,"metadata":%b,"sealed":"AA=="}' % (stored, METADATA)
    assert _public(state, KEPT_BACK["ApplicationSubmitted"])[0] == public


def test_an_event_without_such_fields_is_published_as_it_is_stored() -> None:
    assert "ApplicationReceived" not in KEPT_BACK
    stored = b'{ "received_at": "2026-07-01T10:00:00Z", "as":"it is" }'
    state = b'{"data":%b,"metadata":%b}' % (stored, METADATA)
    assert _public(state, frozenset())[0] == stored


def test_checksums_are_not_made_in_python() -> None:
    assert util.crc32c_c is not None
