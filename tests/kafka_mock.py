"""Where there is no Java: a mock that speaks Kafka's protocol, from inside librdkafka.

It takes and gives messages and knows consumer groups. It makes topics by itself, has no sign-in,
keeps no settings of topics and cannot be restarted; what needs these needs a real broker.
"""

import shutil
from dataclasses import dataclass, field

import pytest
from confluent_kafka import Producer

from adapters.kafka.access import KafkaAccess

# It does not say which versions it speaks in the way that newer clients ask.
SPOKEN = (2, 3)
NOTICE = "Kafka: without Java and Maven, a mock of its protocol; what needs a broker is skipped"


def is_needed() -> bool:
    return shutil.which("java") is None or shutil.which("mvn") is None


def speak_to_it(patch: pytest.MonkeyPatch) -> None:
    told = KafkaAccess.client.fget
    assert told is not None
    patch.setattr(
        KafkaAccess, "client", property(lambda access: {**told(access), "api_version": SPOKEN})
    )


@dataclass(slots=True)
class MockBroker:
    """`address` once it has started; it ends with the process."""

    address: str = ""
    cluster: Producer | None = field(default=None, repr=False)

    def start(self) -> None:
        self.cluster = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1})
        (broker,) = self.cluster.list_topics(timeout=10).brokers.values()
        self.address = f"{broker.host}:{broker.port}"

    def kill(self) -> None:
        self.cluster = None
