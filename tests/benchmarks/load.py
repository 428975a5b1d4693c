"""A load generator cheap enough to share two cores with the server that it measures.

Run as `python -m tests.benchmarks.load`; it reads an Order from standard input as JSON and writes
a Timing to standard output. Each connection is kept, and sends again when it has its answer.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
import uvloop

from tests.benchmarks.measure import Timing, timing
from tests.benchmarks.processes import ROOT

LONGEST_SECONDS = 120
SUCCESS = b"2"
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "


class RequestFailed(Exception):
    """The server answered with something else than success."""


@dataclass(frozen=True, slots=True)
class Order:
    """`tokens` take turns. The first `warm_up` requests are sent, but not measured."""

    address: str
    body: str
    tokens: list[str]
    connections: int
    requests: int
    warm_up: int
    method: str = "POST"


@dataclass(slots=True)
class Round:
    requests: Iterator[bytes]
    latencies: list[float] = field(default_factory=list)


class Connection(asyncio.Protocol):
    def __init__(self, shared: Round) -> None:
        self._round = shared
        self._answer = bytearray()
        self._started = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send_next()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head = self._answer.find(END_OF_HEAD)
        if head < 0 or len(self._answer) < head + len(END_OF_HEAD) + self._length(head):
            return
        self._round.latencies.append(perf_counter() - self._started)
        if self._answer[9:10] != SUCCESS:
            self._fail(RequestFailed(self._answer.decode(errors="replace")))
            return
        self._answer.clear()
        self._send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or RequestFailed("connection closed"))

    def _length(self, head: int) -> int:
        start = self._answer.index(LENGTH, 0, head) + len(LENGTH)
        return int(self._answer[start : self._answer.index(b"\r\n", start)])

    def _send_next(self) -> None:
        request = next(self._round.requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._started = perf_counter()
        self._transport.write(request)

    def _fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)
        self._transport.close()


def load(order: Order) -> Timing:
    """Send it all from a process of its own. Raise SubprocessError when a request failed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"],
        cwd=ROOT,
        input=msgspec.json.encode(asdict(order)),
        stdout=subprocess.PIPE,
        check=True,
        timeout=LONGEST_SECONDS,
    )
    return msgspec.json.decode(done.stdout, type=Timing)


def _request(order: Order, number: int, key: str) -> bytes:
    url, body = urlsplit(order.address), order.body.encode()
    head = (
        f"{order.method} {url.path} HTTP/1.1",
        f"Host: {url.netloc}",
        "Content-Type: application/json",
        f"Authorization: Bearer {order.tokens[number % len(order.tokens)]}",
        f"Idempotency-Key: {key}-{number}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(head).encode() + END_OF_HEAD + body


async def _carry_out(order: Order) -> Timing:
    key = uuid4().hex
    requests = [_request(order, n, key) for n in range(order.warm_up + order.requests)]
    if order.warm_up:
        await _send(order, requests[: order.warm_up])
    return await _send(order, requests[order.warm_up :])


async def _send(order: Order, requests: list[bytes]) -> Timing:
    loop, url = asyncio.get_running_loop(), urlsplit(order.address)
    shared, port = Round(iter(requests)), url.port or 80
    started = perf_counter()
    opened = [
        await loop.create_connection(lambda: Connection(shared), url.hostname or "", port)
        for _ in range(order.connections)
    ]
    await asyncio.gather(*(connection.done for _, connection in opened))
    return timing(perf_counter() - started, shared.latencies)


if __name__ == "__main__":
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(_carry_out(asked))))
