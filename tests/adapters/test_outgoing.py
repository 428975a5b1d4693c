"""A name with several addresses is called at the first one where somebody answers."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from adapters.outgoing import calling
from adapters.outgoing.calling import Question, call, outgoing_client
from tests.visitors import visited

DEAD, ALIVE = "127.0.0.2", "127.0.0.1"


async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
    await writer.drain()


@contextmanager
def dead(port: int) -> Iterator[None]:
    """Whoever connects there hears nothing, neither yes nor no."""
    with ExitStack() as until_then:
        server = until_then.enter_context(socket.socket())
        server.bind((DEAD, port))
        server.listen(0)
        for _ in range(4):  # more than may wait to be accepted
            waiting = until_then.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex((DEAD, port))
        yield


async def test_an_address_that_is_dead_leaves_time_for_the_next(monkeypatch) -> None:
    """Such as that of IPv6, in a house that is connected by IPv4 only."""

    async def both(_host: str, _port: int) -> list[str]:
        return [DEAD, ALIVE]

    monkeypatch.setattr(calling, "CONNECT_SECONDS", 3.0)
    monkeypatch.setattr(calling, "addresses_of", both)
    async with visited(answering, ALIVE) as port, outgoing_client(None) as http:
        with dead(port):
            answer = await call(http, Question("GET", f"http://library.example:{port}/", {}))
    assert (answer.status, answer.body) == (200, b"hi")
