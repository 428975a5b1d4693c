"""Sends messages from a thread of its own, and knows when Kafka has all of them.

kafka-python works with threads. Everything here has an end: what is not acknowledged in time is
given up together with its producer, so that nothing of it comes later, after its repetition.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.partitioner.default import murmur2

from adapters.kafka.access import KafkaAccess
from adapters.kafka.answering import opened
from adapters.kafka.cloud_events import Message
from adapters.kafka.errors import KafkaUnavailable
from adapters.kafka.giving_up import give_up
from adapters.kafka.topics import LARGEST_BYTES

SETTLE_SECONDS = 20
TUNED = {
    "acks": "all",
    "enable_idempotence": True,
    "batch_size": 256 * 1024,
    # Long, so that batches are full: whatever is handed over is flushed as soon as it is all there.
    "linger_ms": 50,
    "max_request_size": LARGEST_BYTES,
    "max_block_ms": 5_000,
    # Longer than we wait: no batch of a partition is dropped while a later one is still sent.
    "delivery_timeout_ms": 10 * SETTLE_SECONDS * 1000,
    "allow_auto_create_topics": False,
}


@lru_cache(20_000)
def hashed(key: bytes) -> int:
    """As all of Kafka's clients do it, so that each of them finds a stream in one partition."""
    return int(murmur2(key)) & 0x7FFFFFFF


@dataclass(slots=True)
class Publisher:
    access: KafkaAccess
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "kafka-publisher"), repr=False
    )
    _producer: Any = field(default=None, repr=False)
    _under_way: list[Any] = field(default_factory=list, repr=False)
    _partitions: dict[str, int] = field(default_factory=dict, repr=False)
    _closed: bool = field(default=False, repr=False)

    async def send(self, messages: Sequence[Message]) -> None:
        """Hand messages over, to be sent in this order. Raise KafkaUnavailable."""
        await self._in_thread(self._send, messages)

    async def settle(self) -> None:
        """Return when Kafka has all that was handed over. Raise KafkaUnavailable."""
        await self._in_thread(self._settle)

    async def close(self) -> None:
        """Give up what is under way; its thread ends by that, also where nobody waits for it."""
        self._closed = True
        try:
            await asyncio.shield(asyncio.to_thread(self._give_up))
        finally:
            self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Any, *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, work, *arguments)
        except (KafkaError, OSError, KafkaUnavailable) as error:
            await loop.run_in_executor(self._thread, self._give_up)
            if isinstance(error, KafkaUnavailable):
                raise
            raise KafkaUnavailable(type(error).__name__) from error

    def _send(self, messages: Sequence[Message]) -> None:
        if self._producer is None:
            self._open()
        send, partition_of = self._producer.send, self._partition_of
        self._under_way += [
            send(topic, value, key, headers, partition_of(topic, key))
            for topic, key, value, headers, _ in messages
        ]

    def _open(self) -> None:
        self._producer = opened(self.access, lambda client: KafkaProducer(**client, **TUNED))
        self._partitions.clear()
        if self._closed:  # meanwhile: nobody else would end it
            self._give_up()
            raise KafkaUnavailable("closed")

    def _partition_of(self, topic: str, key: bytes) -> int:
        """As the client would choose it; but it hashes in Python, and a stream comes often."""
        count = self._partitions.get(topic)
        if count is None:
            count = self._partitions[topic] = len(self._producer.partitions_for(topic))
        return hashed(key) % count

    def _settle(self) -> None:
        if self._producer is None:
            return
        self._producer.flush(SETTLE_SECONDS)
        under_way, self._under_way = self._under_way, []
        for future in under_way:
            if not future.succeeded():
                raise future.exception or KafkaTimeoutError

    def _give_up(self) -> None:
        producer, self._producer = self._producer, None
        self._under_way = []
        if producer is not None:
            give_up(producer)
