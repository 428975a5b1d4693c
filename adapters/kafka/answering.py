"""Whether Kafka answers and lets us in, and why not: its client tells that to its log alone."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from kafka.errors import KafkaError

from adapters.kafka.access import KafkaAccess
from adapters.kafka.errors import KafkaUnavailable

ANSWER_SECONDS = 3
NOBODY = "no address answers"
# What the client says of a connection that is over, the surest sign first.
REASONS = (
    (
        "SaslAuthenticationFailed",
        "it does not take who signs in; see AMTSWEG_KAFKA_USERNAME and AMTSWEG_KAFKA_PASSWORD",
    ),
    (
        "UnsupportedSaslMechanism",
        "it wants people to sign in otherwise; see AMTSWEG_KAFKA_SASL_MECHANISM",
    ),
    (
        "CERTIFICATE_VERIFY_FAILED",
        "its certificate is signed by nobody whom we trust; see AMTSWEG_KAFKA_CA_FILE",
    ),
    ("Handshake failed", "it does not speak TLS with us; see AMTSWEG_KAFKA_TLS"),
    (
        "disconnected",
        "it hangs up; see AMTSWEG_KAFKA_TLS, AMTSWEG_KAFKA_USERNAME, AMTSWEG_KAFKA_SASL_MECHANISM",
    ),
)
CONNECTIONS = logging.getLogger("kafka.net.connection")
Client = TypeVar("Client")


def opened(access: KafkaAccess, make: Callable[[], Client]) -> Client:
    """Return a client that is connected. Raise KafkaUnavailable, and say why."""
    require_answer(access)
    with _listening() as heard:
        try:
            return make()
        except KafkaError as error:
            raise KafkaUnavailable(heard.reason or type(error).__name__) from error


def require_answer(access: KafkaAccess) -> None:
    """The client leaves sockets open where no address answers. Raise KafkaUnavailable."""
    for server in access.servers.split(","):
        host, _, port = server.rpartition(":")
        with suppress(OSError):
            socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
            return
    raise KafkaUnavailable(NOBODY)


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(record.getMessage())

    @property
    def reason(self) -> str:
        """The surest that was heard; nothing where none is known."""
        known = (why for sign, why in REASONS if any(sign in said for said in self._said))
        return next(known, "")


@contextmanager
def _listening() -> Iterator[_Heard]:
    """What is heard here is not said elsewhere, as usual."""
    heard = _Heard()
    CONNECTIONS.setLevel(logging.ERROR)
    CONNECTIONS.propagate = False
    CONNECTIONS.addHandler(heard)
    try:
        yield heard
    finally:
        CONNECTIONS.removeHandler(heard)
        if not CONNECTIONS.handlers:
            CONNECTIONS.setLevel(logging.NOTSET)
            CONNECTIONS.propagate = True
