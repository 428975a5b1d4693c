"""Checkpoints of the log on a topic of their own, compacted, each under the hash of its note.

So the same note twice is kept once, and no other note can take its place. Let a Kafka that others
run be the one, and nobody but the workers write to the topic.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from adapters.evidence.anchors import AnchorUnavailable
from adapters.evidence.kept_notes import notes_in
from adapters.kafka.access import KafkaAccess
from adapters.kafka.answering import opened
from adapters.kafka.errors import KafkaUnavailable
from adapters.kafka.giving_up import give_up

SECONDS, POLL_MS = 10.0, 500
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class KafkaAnchor:
    access: KafkaAccess
    topic: str

    @property
    def name(self) -> str:
        return f"kafka:{self.topic}"

    async def keep(self, note: str) -> None:
        await self._ask(lambda: self._send(note.encode()))

    async def notes(self) -> list[str]:
        return notes_in(await self.content(), self.name)

    async def content(self) -> str:
        """Return the notes as a file would hold them, in the order in which they came."""
        notes = await self._ask(self._read)
        return "".join(f"{note.decode(errors='replace')}\n" for note in notes)

    async def _ask(self, work: Callable[[], Answer]) -> Answer:
        try:
            return await asyncio.to_thread(work)
        except KafkaUnavailable as error:
            raise AnchorUnavailable(self.name, error.args[0]) from error
        except (KafkaError, OSError) as error:
            raise AnchorUnavailable(self.name, type(error).__name__) from error

    def _send(self, note: bytes) -> None:
        limited = {"max_block_ms": SECONDS * 1000, "allow_auto_create_topics": False}
        producer = opened(
            self.access, lambda client: KafkaProducer(**client, acks="all", **limited)
        )
        try:
            sent = producer.send(self.topic, note, key=sha256(note).hexdigest().encode())
            sent.get(timeout=SECONDS)
        finally:
            give_up(producer)  # nothing is under way, or nobody waits for it any more

    def _read(self) -> list[bytes]:
        limited = {"enable_auto_commit": False, "allow_auto_create_topics": False}
        consumer = opened(self.access, lambda client: KafkaConsumer(**client, **limited))
        try:
            return _whole(consumer, self.topic)
        finally:
            consumer.close(autocommit=False)


def _whole(consumer: Any, topic: str) -> list[bytes]:
    """Raise KafkaUnavailable where the topic is not there, or its end is not reached in time."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise KafkaUnavailable("there is no such topic; run `topics`")
    partitions = [TopicPartition(topic, number) for number in numbers]
    consumer.assign(partitions)
    consumer.seek_to_beginning()
    ends, found = consumer.end_offsets(partitions), list[bytes]()
    deadline = time.monotonic() + SECONDS
    while any(consumer.position(partition) < end for partition, end in ends.items()):
        polled = consumer.poll(timeout_ms=POLL_MS)
        found += [message.value for some in polled.values() for message in some if message.value]
        if polled:
            deadline = time.monotonic() + SECONDS
        elif time.monotonic() > deadline:
            raise KafkaUnavailable("it does not give all of it")
    return found
