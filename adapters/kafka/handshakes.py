"""TLS that ends: Kafka's client waits for ever for who takes the call and then says nothing."""

import socket
import ssl
from contextlib import suppress
from threading import Timer

HANDSHAKE_SECONDS = 5.0


class HangingUp(ssl.SSLSocket):
    """Hangs up where both sides have not agreed within some seconds."""

    _timer: Timer | None = None

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 -- as it is called
        """Where it does not wait, it is called again and again, until nothing is lacking."""
        if self._timer is None:
            self._timer = Timer(HANDSHAKE_SECONDS, self._hang_up)
            self._timer.daemon = True
            self._timer.start()
        super().do_handshake(block)
        self._timer.cancel()

    def close(self) -> None:
        """Also after a handshake in vain."""
        if self._timer is not None:
            self._timer.cancel()
        super().close()

    def _hang_up(self) -> None:
        """Whoever waits for the other side wakes up, and finds it gone."""
        with suppress(OSError):  # it is over already
            socket.socket.shutdown(self, socket.SHUT_RDWR)


def hanging_up(context: ssl.SSLContext) -> ssl.SSLContext:
    context.sslsocket_class = HangingUp
    return context
