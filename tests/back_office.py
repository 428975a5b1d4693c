"""A back office of the tests: a real HTTP server that believes what the library verifies."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from adapters.webhooks import new_secret

TOKEN = "a" * 40
Answer = Callable[[], tuple[int, dict[str, str], bytes]]


def taken() -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, b'{"reference": "P-1"}'


@dataclass
class Receiver:
    """`received`: what was verified, by webhook id; `calls`: how often one came."""

    secret: str = field(default_factory=new_secret)
    received: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    answer: Answer = taken
    url: str = ""

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        told = Webhook(self.secret).verify(body, headers)
        self.calls.append(headers["webhook-id"])
        self.received[headers["webhook-id"]] = json.loads(body) if told is None else told
        return self.answer()

    def entry(self, **changes: Any) -> dict[str, Any]:
        """As AMTSWEG_BACK_OFFICES names it."""
        named = {
            "name": "library-system",
            "municipality": "05513000",
            "services": ["library-card"],
            "url": self.url,
            "secrets": [self.secret],
            "token": TOKEN,
        }
        return {**named, **changes}


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """With `tls` it is at https://localhost."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, said = receiver.take(headers, body)
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- as above
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        if tls is not None:
            base = f"https://localhost:{server.server_port}"
            # The handshake is the thread's that answers, so that one in vain holds up no other.
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        receiver.url = f"{base}/applications?from=amtsweg"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
