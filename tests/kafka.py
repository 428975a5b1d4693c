"""A real Kafka for every test that asks: one broker for the whole session, other names a test.

KAFKA_BOOTSTRAP_SERVERS names another one. The broker lives as long as any process of the session
holds its file, however those end.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_SH, flock
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from adapters.kafka import access as kafka_access
from adapters.kafka.access import KafkaAccess
from adapters.kafka.giving_up import give_up
from adapters.settings import Settings
from tests import kafka_mock
from tests.installation import ROOT
from tests.missing import missing

MISSING = "a real Kafka needs Java 17 and Maven: apt-get install openjdk-17-jre-headless maven"
# They only end a test that hangs: a broker that has just begun answers late on a busy machine.
WITHIN_SECONDS = 60
WITHIN_MS = WITHIN_SECONDS * 1000
PATIENT = {"CONNECT_MS": WITHIN_MS, "REQUEST_MS": WITHIN_MS}


def mocked() -> bool:
    return given_servers() is None and kafka_mock.is_needed()


def require_real_broker() -> None:
    if mocked():
        missing(MISSING)


@contextmanager
def shared_broker(folder: Path) -> Iterator[str]:
    """Yield the address of the session's broker, begun by whoever needs it first."""
    folder.mkdir(exist_ok=True)
    with (folder / "held").open("w") as held:
        flock(held, LOCK_SH)
        with (folder / "begin").open("w") as turn:
            flock(turn, LOCK_EX)
            address = folder / "address"
            if not address.exists():
                _begin(folder)
        yield address.read_text()


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """With a broker that is there, but has much else to do. One that is not there says so."""
    for name, milliseconds in PATIENT.items():
        patch.setattr(kafka_access, name, milliseconds)


def _begin(folder: Path) -> None:
    with (folder / "keeper.out").open("wb") as said:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.kafka_keeper", str(folder)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=said, start_new_session=True,
        )  # fmt: skip
    assert keeper.stdout is not None
    said_first = keeper.stdout.readline().decode().strip()
    keeper.stdout.close()
    keeper.returncode = 0  # it outlives us, and ends by itself
    assert said_first, (folder / "keeper.out").read_text()
    (folder / "address").write_text(said_first)


@dataclass(frozen=True, slots=True)
class Topics:
    """Those of one test: `settings` name them, and nobody else's."""

    settings: Settings
    access: KafkaAccess = field(repr=False)

    def read(self, *names: str, count: int = 0) -> Sequence[Any]:
        """Return what is in these topics, waiting for `count` messages; by partition in order."""
        consumer = KafkaConsumer(**self.access.client, enable_auto_commit=False)
        try:
            partitions = [
                TopicPartition(name, number)
                for name in names
                for number in consumer.partitions_for_topic(name) or ()
            ]
            consumer.assign(partitions)
            consumer.seek_to_beginning()
            return _drained(consumer, partitions, count)
        finally:
            consumer.close()


@contextmanager
def producing(access: KafkaAccess, **tuned: Any) -> Iterator[Any]:
    """What was sent has arrived at the end. It blocks: in a thread, where others have to go on."""
    producer = KafkaProducer(**access.client, **tuned)
    try:
        yield producer
        producer.flush(WITHIN_SECONDS)
    finally:
        give_up(producer)


def _drained(consumer: KafkaConsumer, partitions: list[TopicPartition], count: int) -> list[Any]:
    found: list[Any] = []
    ends = consumer.end_offsets(partitions)
    behind = sum(ends.values()) - sum(consumer.beginning_offsets(partitions).values())
    while len(found) < max(behind, count):
        polled = consumer.poll(timeout_ms=WITHIN_MS)
        assert polled, f"{len(found)} messages, and no more"
        found += [message for some in polled.values() for message in some]
    return found


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Where the session's broker is, for every process of the session."""
    own = factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "kafka"


def new_prefix() -> str:
    return f"test-{uuid4().hex[:12]}"


def given_servers() -> str | None:
    return os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
