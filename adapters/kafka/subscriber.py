"""Hears messages as a member of a consumer group, from a thread of its own.

What it hears is a hint: that a stream has gone on. The log says what happened.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import structlog
from kafka import KafkaConsumer
from kafka.errors import CommitFailedError, KafkaError

from adapters.kafka.access import KafkaAccess
from adapters.kafka.answering import opened, require_answer
from adapters.kafka.errors import KafkaUnavailable
from adapters.kafka.topic_names import topic_name

QUIET_SECONDS = 5
POLL_MS, COMMIT_MS, CLOSE_MS, MOST = 500, 5_000, 2_000, 200
TUNED = {
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    "allow_auto_create_topics": False,
    "max_poll_records": MOST,
    # Of one that died, the partitions are dealt to others after this; one that only stood still
    # comes back, and the inbox knows what was handled.
    "session_timeout_ms": 6_000,
    "heartbeat_interval_ms": 1_500,
}
Answer = TypeVar("Answer")

log = structlog.get_logger()


class Heard(NamedTuple):
    """`name`: of the event; `position`: where the message says that it is in the log."""

    stream_id: UUID
    name: str
    position: int


@dataclass(slots=True)
class Subscriber:
    access: KafkaAccess
    group: str
    aggregates: Sequence[str]
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, "kafka-subscriber"), repr=False
    )
    _consumer: Any = field(default=None, repr=False)
    _answered: float = field(default=0.0, repr=False)

    async def poll(self) -> list[Heard]:
        """Return what has come within half a second. Raise KafkaUnavailable."""
        return await self._in_thread(self._poll)

    async def commit(self) -> None:
        """Say that all that was polled is handled. Raise KafkaUnavailable."""
        await self._in_thread(self._commit)

    async def close(self) -> None:
        """Leave the group once the thread is free, also where nobody waits for that."""
        leaving = self._thread.submit(self._leave)
        self._thread.shutdown(wait=False)
        await asyncio.shield(asyncio.wrap_future(leaving))

    async def _in_thread(self, work: Callable[[], Answer]) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, work)
        except (KafkaError, OSError) as error:
            await loop.run_in_executor(self._thread, self._leave)
            raise KafkaUnavailable(type(error).__name__) from error

    def _poll(self) -> list[Heard]:
        if self._consumer is None:
            self._consumer = opened(self.access, self._new)
        polled = self._consumer.poll(timeout_ms=POLL_MS)
        self._look(heard=bool(polled))
        messages = [message for some in polled.values() for message in some]
        ours = [heard for message in messages if (heard := _heard(message))]
        if messages and not ours:
            self._commit()  # there is nothing to be handled before
        return ours

    def _new(self, client: Mapping[str, Any]) -> KafkaConsumer:
        return KafkaConsumer(
            *(topic_name(self.access.prefix, name) for name in self.aggregates),
            group_id=f"{self.access.prefix}.{self.group}",
            **client,
            **TUNED,
        )

    def _look(self, *, heard: bool) -> None:
        """The client says nothing of a Kafka that has gone, and tries to get there for ever."""
        if not heard and time.monotonic() > self._answered + QUIET_SECONDS:
            require_answer(self.access)
            heard = True
        if heard:
            self._answered = time.monotonic()

    def _commit(self) -> None:
        """Where the group was dealt anew meanwhile, whoever has the partition hears it again."""
        with suppress(CommitFailedError):
            self._consumer.commit(timeout_ms=COMMIT_MS)

    def _leave(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with suppress(KafkaError, OSError):
                consumer.close(autocommit=False, timeout_ms=CLOSE_MS)


def _heard(message: Any) -> Heard | None:
    """Return None for what is no message of ours: the log has all that matters."""
    try:
        told = {name: value.decode() for name, value in message.headers}
        name = told["ce_type"].rpartition(".")[2]
        return Heard(UUID(message.key.decode()), name, int(told["ce_position"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        log.warning("message_not_ours", topic=message.topic, offset=message.offset)
        return None
