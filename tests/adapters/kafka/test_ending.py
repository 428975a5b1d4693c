"""Whoever speaks to Kafka ends with its threads and connections, whatever it is about just then."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from adapters.evidence.anchors import AnchorUnavailable
from adapters.kafka import anchor, publisher, subscriber
from adapters.kafka.access import KafkaAccess
from adapters.kafka.anchor import KafkaAnchor
from adapters.kafka.answering import opened
from adapters.kafka.cloud_events import Message
from adapters.kafka.publisher import Publisher
from adapters.kafka.subscriber import Subscriber
from tests.kafka import Topics
from tests.workers.supervised import WITHIN_SECONDS, until

pytestmark = pytest.mark.mock_kafka_will_do


@dataclass
class Slow:
    """Opens a client, once it may."""

    begun: threading.Event = field(default_factory=threading.Event)
    may: threading.Event = field(default_factory=threading.Event)

    def open(self, access: KafkaAccess, make: Callable[[], Any]) -> Any:
        self.begun.set()
        assert self.may.wait(WITHIN_SECONDS)
        return opened(access, make)


async def cut_off(work: Any, slow: Slow) -> None:
    """As a runner is that is told to end while its client is being opened."""
    task = asyncio.create_task(work)
    assert await asyncio.to_thread(slow.begun.wait, WITHIN_SECONDS)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def cancelled(closing: Any) -> None:
    """As it is where it takes longer than half a second."""
    task = asyncio.create_task(closing)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def nobody_is_left_of(before: set[threading.Thread]) -> Callable:
    async def look() -> bool:
        ours = [one for one in threading.enumerate() if one not in before]
        return not [one for one in ours if "kafka" in one.name.lower()]

    return look


async def test_a_publisher_ends_while_it_opens(topics: Topics, monkeypatch) -> None:
    slow, before = Slow(), set(threading.enumerate())
    monkeypatch.setattr(publisher, "opened", slow.open)
    ours = Publisher(topics.access)
    await cut_off(ours.send([Message("a-topic", b"key", b"value", [], 1)]), slow)
    await ours.close()
    slow.may.set()
    await until(nobody_is_left_of(before))


async def test_a_subscriber_ends_while_it_opens(topics: Topics, monkeypatch) -> None:
    slow, before = Slow(), set(threading.enumerate())
    monkeypatch.setattr(subscriber, "opened", slow.open)
    ours = Subscriber(topics.access, "a-group", ["application"])
    await cut_off(ours.poll(), slow)
    await cancelled(ours.close())
    slow.may.set()
    await until(nobody_is_left_of(before))


class Unanswered(KafkaProducer):
    """As one is whose Kafka takes the connection, and then nothing."""

    def send(self, *_: Any, **__: Any) -> Any:
        return self

    def get(self, **_: float) -> None:
        raise KafkaTimeoutError

    def flush(self, timeout: float | None = None) -> None:
        if not self._sender._force_close:
            raise KafkaTimeoutError
        super().flush(timeout)


async def test_an_anchor_that_gets_no_answer_ends(topics: Topics, monkeypatch) -> None:
    """It is tried again and again, each time by a client of its own."""
    monkeypatch.setattr(anchor, "KafkaProducer", Unanswered)
    before = set(threading.enumerate())
    with pytest.raises(AnchorUnavailable):
        await KafkaAnchor(topics.access, "a-topic").keep("a note")
    await until(nobody_is_left_of(before))
