"""A mailbox for bounces that is full, or slow, holds nobody for long."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

import pytest
from pydantic import SecretStr

from adapters.mail import bounce_mailbox
from adapters.mail.bounce_mailbox import AT_ONCE, BounceMailbox, BounceMailboxUnavailable
from adapters.mail.settings import BounceSettings

WITHIN_SECONDS = 60
FULL = " ".join(str(uid) for uid in range(1, 500))
Talk = Callable[[BinaryIO], None]


@contextmanager
def talking(talk: Talk) -> Iterator[tuple[BounceMailbox, threading.Event]]:
    """A server that talks to one visitor; the event: that one has left."""
    left = threading.Event()

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rwb", buffering=0) as stream, suppress(OSError):
            talk(stream)
        left.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        settings = BounceSettings(
            domain="bounces.example", host="127.0.0.1", port=listening.getsockname()[1],
            tls="none", username="b", password=SecretStr("x"),
        )  # fmt: skip
        yield BounceMailbox(settings), left


def answering(stream: BinaryIO) -> None:
    stream.write(b"* OK ready\r\n")
    while line := stream.readline():
        tag, command = line.decode().split()[:2]
        if command == "CAPABILITY":
            stream.write(b"* CAPABILITY IMAP4rev1\r\n")
        if "SEARCH" in line.decode():
            stream.write(f"* SEARCH {FULL}\r\n".encode())
        if "FETCH" in line.decode():
            stream.write(b"* 1 FETCH (BODY[] {2}\r\nhi)\r\n")
        stream.write(f"{tag} OK done\r\n".encode())


def never_ending(stream: BinaryIO, asked: threading.Event | None = None) -> None:
    """Once it is asked what is new, something comes all the time, and no end: nothing is late."""
    stream.write(b"* OK ready\r\n")
    while b"SEARCH" not in (line := stream.readline()):
        if b"CAPABILITY" in line:
            stream.write(b"* CAPABILITY IMAP4rev1\r\n")
        stream.write(line.split()[0] + b" OK done\r\n")
    if asked:
        asked.set()
    while True:
        stream.write(b"*")
        time.sleep(0.02)


async def test_of_a_full_mailbox_some_is_read_at_once() -> None:
    with talking(answering) as (box, _):
        assert len(await box.new()) == AT_ONCE <= 10


async def test_what_takes_too_long_is_left_for_the_next_time(monkeypatch) -> None:
    monkeypatch.setattr(bounce_mailbox, "READING_SECONDS", -1.0)
    with talking(answering) as (box, _):
        assert [one.uid for one in await box.new()] == ["1"]


async def test_a_visit_ends_and_its_thread_with_it(monkeypatch) -> None:
    monkeypatch.setattr(bounce_mailbox, "VISIT_SECONDS", 1.0)
    with talking(never_ending) as (box, left):
        with pytest.raises(BounceMailboxUnavailable, match="too long"):
            async with asyncio.timeout(WITHIN_SECONDS):
                await box.new()
        assert await asyncio.to_thread(left.wait, WITHIN_SECONDS)


async def test_a_worker_that_stops_does_not_wait_for_the_server() -> None:
    asked = threading.Event()

    def talk(stream: BinaryIO) -> None:
        never_ending(stream, asked)

    with talking(talk) as (box, left):
        visit = asyncio.create_task(box.new())
        assert await asyncio.to_thread(asked.wait, WITHIN_SECONDS)
        visit.cancel()
        await asyncio.gather(visit, return_exceptions=True)
        assert await asyncio.to_thread(left.wait, WITHIN_SECONDS)
