"""How Kafka's clients are told where it is, from the settings; secrets are shown to nobody."""

import pytest

from adapters.kafka.access import kafka_access, required_access
from adapters.kafka.errors import KafkaIsOff
from adapters.settings import Settings

SERVERS = {"kafka_bootstrap_servers": "a:9092,b:9093"}
SIGNED_IN = {"kafka_username": "amtsweg", "kafka_password": "secret"}


def client(**given) -> dict:
    return required_access(Settings(**SERVERS, **given)).client


def test_every_address_is_known() -> None:
    assert client()["bootstrap_servers"] == ["a:9092", "b:9093"]


@pytest.mark.parametrize(
    ("given", "protocol"),
    [
        ({}, "PLAINTEXT"),
        ({"kafka_tls": True}, "SSL"),
        (SIGNED_IN, "SASL_PLAINTEXT"),
        ({**SIGNED_IN, "kafka_tls": True}, "SASL_SSL"),
    ],
)
def test_the_protocol_follows_from_what_is_set(given, protocol) -> None:
    assert client(**given)["security_protocol"] == protocol


def test_who_signs_in_is_passed_on_and_not_shown() -> None:
    access = required_access(Settings(**SERVERS, **SIGNED_IN))
    assert access.client["sasl_mechanism"] == "SCRAM-SHA-512"
    assert access.client["sasl_plain_password"] == "secret"
    assert "secret" not in repr(access)


def test_without_an_address_there_is_none(monkeypatch) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    assert kafka_access(Settings()) is None
    with pytest.raises(KafkaIsOff):
        required_access(Settings())
