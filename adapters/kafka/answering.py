"""Whether any of Kafka's addresses answers: the client leaves sockets open where none does."""

import socket
from contextlib import suppress

from adapters.kafka.access import KafkaAccess
from adapters.kafka.errors import KafkaUnavailable

ANSWER_SECONDS = 3
NOBODY = "no address answers"


def require_answer(access: KafkaAccess) -> None:
    """Raise KafkaUnavailable."""
    for server in access.servers.split(","):
        host, _, port = server.rpartition(":")
        with suppress(OSError):
            socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
            return
    raise KafkaUnavailable(NOBODY)
