"""Whether Kafka answers and lets us in, and why not: its client tells that to its log alone."""

import logging
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from adapters.kafka.access import KafkaAccess
from adapters.kafka.errors import KafkaUnavailable

ANSWER_SECONDS = 3
NOBODY = "no address answers"
# What the client says of a connection that is over, the surest sign first.
REFUSED = (
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
)
# Its refusal is lost where it hangs up just after; but it has told its version before.
WHILE_SIGNING_IN = (
    ") (disconnected)",
    "it hangs up on whoever signs in; see AMTSWEG_KAFKA_USERNAME and AMTSWEG_KAFKA_PASSWORD",
)
HANGS_UP = (
    "disconnected",
    "it hangs up; see AMTSWEG_KAFKA_TLS, AMTSWEG_KAFKA_USERNAME, AMTSWEG_KAFKA_SASL_MECHANISM",
)
CONNECTIONS = logging.getLogger("kafka.net.connection")
Client = TypeVar("Client")


def opened(access: KafkaAccess, make: Callable[[Mapping[str, Any]], Client]) -> Client:
    """Return a client that is connected. Raise KafkaUnavailable, and say why.

    `make` is given what tells a client where to go.
    """
    require_answer(access)
    begun = list[KafkaNetClient]()

    def begin(**settings: Any) -> KafkaNetClient:
        begun.append(KafkaNetClient(**settings))
        return begun[-1]

    with _listening(signs_in="sasl_mechanism" in access.security) as heard:
        try:
            return make({**access.client, "kafka_client": begin})
        except KafkaError as error:
            for one in begun:  # its sockets and its thread would be left
                one.close()
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
    def __init__(self, *, signs_in: bool) -> None:
        super().__init__(logging.ERROR)
        self._said: list[str] = []
        self._reasons = (*REFUSED, *((WHILE_SIGNING_IN,) if signs_in else ()), HANGS_UP)

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(record.getMessage())

    @property
    def reason(self) -> str:
        """The surest that was heard; nothing where none is known."""
        known = (why for sign, why in self._reasons if any(sign in said for said in self._said))
        return next(known, "")


@contextmanager
def _listening(*, signs_in: bool) -> Iterator[_Heard]:
    """What is heard here is not said elsewhere, as usual."""
    heard = _Heard(signs_in=signs_in)
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
