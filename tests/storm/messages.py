"""What others than the relay write to its topics, and how the topics are read in the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from adapters.kafka.access import KafkaAccess
from adapters.kafka.answering import require_answer
from adapters.kafka.cloud_events import Message
from adapters.kafka.giving_up import give_up
from adapters.kafka.topic_names import topic_name
from adapters.kafka.topics import AGGREGATES
from tests.kafka import Topics
from tests.storm.runners import APPLICATION

MARK = ("storm", b"not by the relay")
SENT_SECONDS = 15
FAR = 2**40


@dataclass(frozen=True, slots=True)
class Published:
    """A message of the relay, as a consumer meets it. `partition`: with its topic."""

    partition: str
    stream: UUID
    version: int
    event_id: UUID


def produce(access: KafkaAccess, messages: Iterable[Message]) -> None:
    """Raise a KafkaError, or KafkaUnavailable."""
    require_answer(access)
    limited = {"max_block_ms": 5_000, "allow_auto_create_topics": False}
    producer = KafkaProducer(**access.client, acks="all", **limited)
    try:
        sent = [
            producer.send(topic, value, key, [*headers, MARK])
            for topic, key, value, headers, _ in messages
        ]
        for one in sent:
            one.get(timeout=SENT_SECONDS)
    finally:
        give_up(producer)


def strange(dice: Random, known: Message) -> Sequence[Message]:
    """What a stranger may write, who has seen one of ours."""
    topic, key, value, headers, _ = known
    unknown = str(UUID(int=dice.getrandbits(128))).encode()
    return [
        Message(topic, b"not an id", b"nonsense", [], 0),
        Message(topic, b"\xff", b"\xff", [("ce_type", b"\xff")], 0),
        Message(topic, unknown, value, headers, 0),
        Message(topic, key, value, _with(headers, "ce_position", FAR), 0),
        Message(topic, key, value, _with(headers, "ce_streamversion", FAR), 0),
        Message(topic, key, b"", _with(headers, "ce_position", -1), 0),
    ]


def _with(headers: Sequence[tuple[str, bytes]], name: str, value: int) -> list[tuple[str, bytes]]:
    return [*(header for header in headers if header[0] != name), (name, b"%d" % value)]


def published(topics: Topics) -> list[Published]:
    """What the relay has published of whatever there is, by partition in order."""
    names = (topic_name(topics.access.prefix, one) for one in sorted(set(AGGREGATES.values())))
    messages = topics.read(*names)
    return [_published(message) for message in messages if MARK not in message.headers]


def _published(message: Any) -> Published:
    told = dict(message.headers)
    version, event_id = int(told["ce_streamversion"]), UUID(told["ce_id"].decode())
    partition = f"{message.topic}/{message.partition}"
    return Published(partition, UUID(message.key.decode()), version, event_id)


def unread(access: KafkaAccess, group: str) -> int:
    """How many messages this group of consumers has not committed yet."""
    consumer = KafkaConsumer(
        **access.client, group_id=f"{access.prefix}.{group}", enable_auto_commit=False
    )
    try:
        topic = topic_name(access.prefix, APPLICATION)
        partitions = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic) or ()]
        ends = consumer.end_offsets(partitions)
        return sum(end - (consumer.committed(one) or 0) for one, end in ends.items())
    finally:
        consumer.close(autocommit=False)
