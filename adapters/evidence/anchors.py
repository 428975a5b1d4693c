"""Where checkpoints are handed to, outside the database: a file, an HTTP address, or a topic.

An anchor is of use where whoever could change the log cannot change what the anchor keeps. Notes
lie one after the other, each followed by an empty line.
"""

import asyncio
import os
import ssl
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from adapters.evidence.kept_notes import notes_in
from adapters.evidence.why import why_no_answer, why_no_file, why_refused
from adapters.kafka.access import KafkaAccess, named
from adapters.whole_files import through_to_disk
from domain.saying import SaysWhatToDo

IN_KAFKA = "kafka:"
SECONDS, CONNECT_SECONDS = 10.0, 5.0
# Put after what a crash has left half written, so that no note is read out of it.
CUT_OFF = b"\n(cut off)\n\n"
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


class AnchorUnavailable(SaysWhatToDo):
    """This anchor cannot be reached, or did not do its part:"""


class Anchor(Protocol):
    """`name`: what it is known by in the database and in logs, without any secret."""

    @property
    def name(self) -> str: ...

    async def keep(self, note: str) -> None:
        """Keep it for ever; twice is the same as once. Raise AnchorUnavailable."""

    async def notes(self) -> list[str]:
        """Return all notes ever kept, oldest first. Raise AnchorUnavailable."""

    async def content(self) -> str | None:
        """Return what it keeps as it is, None where there is no such file.

        Raise AnchorUnavailable.
        """


def anchor_at(place: str, kafka: KafkaAccess | None = None) -> Anchor:
    """`place`: the path of a file, an http(s) address, or `kafka:` and a topic.

    Raise KafkaIsOff for a topic where no Kafka is named.
    """
    if place.startswith(IN_KAFKA):
        # Imported only now: most have no Kafka, and its client takes a moment.
        from adapters.kafka.anchor import KafkaAnchor

        return KafkaAnchor(named(kafka), place.removeprefix(IN_KAFKA))
    return HttpAnchor(place) if is_address(place) else FileAnchor(Path(place))


def is_address(place: str) -> bool:
    return urlsplit(place).scheme in {"http", "https"}


def kind_of(place: str) -> str:
    if place.startswith(IN_KAFKA):
        return "kafka"
    return "http" if is_address(place) else "file"


def name_of(place: str) -> str:
    """Without user, password, query and fragment: those may be secrets."""
    if not is_address(place):
        return place
    parts = urlsplit(place)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()


@dataclass(frozen=True, slots=True)
class FileAnchor:
    """A file that only grows; let it lie where the database's administrator cannot write."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    async def keep(self, note: str) -> None:
        try:
            await asyncio.to_thread(_append, self.path, note.encode() + b"\n")
        except OSError as error:
            raise AnchorUnavailable(self.name, why_no_file(error)) from error

    async def notes(self) -> list[str]:
        return notes_in(await self.content() or "", self.name)

    async def content(self) -> str | None:
        try:
            content = await asyncio.to_thread(self.path.read_bytes)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AnchorUnavailable(self.name, why_no_file(error)) from error
        return content.decode(errors="replace")


@dataclass(frozen=True, slots=True)
class HttpAnchor:
    """POST keeps a note, GET gives all of them, as plain text; the other side knows repetitions."""

    url: str = field(repr=False)

    @property
    def name(self) -> str:
        return name_of(self.url)

    async def keep(self, note: str) -> None:
        await self._ask("POST", note.encode())

    async def notes(self) -> list[str]:
        return notes_in(await self.content(), self.name)

    async def content(self) -> str:
        return await self._ask("GET")

    async def _ask(self, method: str, content: bytes | None = None) -> str:
        patience = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
        try:
            async with httpx.AsyncClient(timeout=patience, verify=_trusted()) as client:
                answer = await client.request(method, self.url, content=content, headers=TEXT)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AnchorUnavailable(self.name, why_no_answer(error)) from None
        if not answer.is_success:
            raise AnchorUnavailable(self.name, why_refused(answer.status_code))
        return answer.content.decode(errors="replace")


@cache
def _trusted() -> ssl.SSLContext:
    """Made once: reading the certificates takes longer than a request."""
    return httpx.create_ssl_context()


def _append(path: Path, whole: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        flock(descriptor, LOCK_EX)
        size = os.fstat(descriptor).st_size
        end = os.pread(descriptor, len(whole), max(0, size - len(whole)))
        if end != whole:  # else it is here, and only its answer was lost
            _write(descriptor, whole if not end or end.endswith(b"\n\n") else CUT_OFF + whole)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    through_to_disk(path.parent)


def _write(descriptor: int, content: bytes) -> None:
    written = 0
    while written < len(content):
        written += os.write(descriptor, content[written:])
