"""How Kafka's clients are told where it is; whatever they do has an end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.authorities import trusting
from adapters.kafka.errors import KafkaIsOff
from adapters.kafka.handshakes import hanging_up
from adapters.kafka.settings import KafkaSettings

CONNECT_MS, REQUEST_MS = 5_000, 10_000
RECONNECT_MS = 1_000


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """`prefix` begins the name of every topic and group, so that several can share a Kafka.

    `authorities`: who may have signed its certificate, where it is reached by `tls`.
    """

    servers: str
    prefix: str
    tls: bool = False
    authorities: Path | None = None
    security: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def client(self) -> dict[str, Any]:
        """What every client of kafka-python is made with."""
        context = {"ssl_context": hanging_up(trusting(self.authorities))} if self.tls else {}
        return {
            "bootstrap_servers": self.servers.split(","),
            "bootstrap_timeout_ms": CONNECT_MS,
            "request_timeout_ms": REQUEST_MS,
            "reconnect_backoff_max_ms": RECONNECT_MS,
            **self.security,
            **context,
        }


def kafka_access(settings: KafkaSettings) -> KafkaAccess | None:
    """Return None where no Kafka is named."""
    if settings.kafka_bootstrap_servers is None:
        return None
    return KafkaAccess(
        servers=settings.kafka_bootstrap_servers,
        prefix=settings.kafka_topic_prefix,
        tls=settings.kafka_tls,
        authorities=settings.kafka_ca_file,
        security=_security(settings),
    )


def required_access(settings: KafkaSettings) -> KafkaAccess:
    """Raise KafkaIsOff."""
    return named(kafka_access(settings))


def named(access: KafkaAccess | None) -> KafkaAccess:
    """Raise KafkaIsOff."""
    if access is None:
        raise KafkaIsOff
    return access


def _security(settings: KafkaSettings) -> dict[str, Any]:
    signs_in = settings.kafka_username is not None
    protocol = _protocol(settings.kafka_tls, signs_in=signs_in)
    security: dict[str, Any] = {"security_protocol": protocol}
    if signs_in:
        security |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.kafka_password or "",
        }
    return security


def _protocol(tls: bool, *, signs_in: bool) -> str:  # noqa: FBT001 -- named where it is called
    if signs_in:
        return "SASL_SSL" if tls else "SASL_PLAINTEXT"
    return "SSL" if tls else "PLAINTEXT"
