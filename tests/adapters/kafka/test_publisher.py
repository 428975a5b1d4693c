"""What the publisher does quicker than Kafka's client, it does as the client would."""

from uuid import uuid4, uuid5

import pytest
from kafka import KafkaProducer
from kafka.record import util

from adapters.kafka.cloud_events import _event_id, _public
from adapters.kafka.publisher import hashed
from adapters.kafka.topic_names import topic_name

pytestmark = pytest.mark.mock_kafka_will_do


def test_a_stream_is_in_the_partition_where_every_client_looks_for_it(topics) -> None:
    topic = topic_name(topics.access.prefix, "application")
    producer = KafkaProducer(**topics.access.client)
    try:
        count = len(producer.partitions_for(topic))
        for key in (str(uuid4()).encode() for _ in range(50)):
            chosen = producer._partition(topic, None, key, b"", key, b"")
            assert hashed(key) % count == chosen
    finally:
        producer.close(5)


def test_the_id_of_a_message_is_that_of_the_event() -> None:
    for version in range(1, 200):
        stream = uuid4()
        assert _event_id(stream, version) == str(uuid5(stream, str(version)))


@pytest.mark.parametrize(
    ("stored", "public"),
    [
        (b'{"applicant":{"given_name":"Eva"},"variant":"new"}', b'{"variant":"new"}'),
        (b'{"variant":"new"}', b'{"variant":"new"}'),
        (b'{"variant":"applicant"}', b'{"variant":"applicant"}'),
    ],
)
def test_what_is_personal_is_left_out_wherever_it_lies_in_the_clear(stored, public) -> None:
    assert _public("ApplicationSubmitted", stored) == public


def test_checksums_are_not_made_in_python() -> None:
    assert util.crc32c_c is not None
