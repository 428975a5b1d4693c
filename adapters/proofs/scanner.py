"""Asks a virus scanner, ClamAV's clamd, over its own protocol.

It fails closed: whatever is not a clear "OK" or "FOUND" is no answer. One that says OK of what it
did not look into is not asked at all.
"""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from adapters.proofs.addresses import OFF as SWITCHED_OFF
from domain.saying import SaysWhatToDo

PIECE = 64 * 1024
CONNECT_SECONDS = 3
ANSWER_SECONDS = 20
LONGEST_ANSWER = 4096
CLEAN = "stream: OK"
FOUND = re.compile(r"^stream: (.+) FOUND$")
LIMIT_EXCEEDED = "Heuristics.Limits.Exceeded"
HARMLESS = b"amtsweg"
# Packed more often than any clamd unpacks; its limit cannot be set higher than 100.
TOO_DEEP = 120
END = b"\0"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


OFF = "no virus scanner"


class ScannerNotNamed(SaysWhatToDo):
    """Set AMTSWEG_CLAMD to the address of ClamAV's clamd (host:port, or its socket), so that proofs
    are scanned for viruses; or to `off`, if you decide that they are not.
    """


class ScannerUnavailable(OSError):
    """The virus scanner gives no answer; proofs wait in quarantine until it does."""

    def __str__(self) -> str:
        detail, said = ", ".join(map(str, self.args)), " ".join((self.__doc__ or "").split())
        return f"{said} ({detail})" if detail else said


class ScannerLetsThrough(ScannerUnavailable):
    """The virus scanner calls clean what it does not look into: set `AlertExceedsMax yes` in its
    clamd.conf and start it anew; proofs wait in quarantine until then.
    """


class NoVerdict(Exception):
    """The virus scanner works, and gives no verdict on this one file."""

    def __str__(self) -> str:
        return ", ".join([str(self.__doc__), *map(str, self.args)])


class Scanner(Protocol):
    async def virus_in(self, body: bytes) -> str:
        """Return the name of what was found, or nothing. Raise NoVerdict or ScannerUnavailable."""

    async def require_says_what_it_skips(self) -> None:
        """Raise ScannerLetsThrough or ScannerUnavailable."""

    async def require_works(self) -> None:
        """Raise ScannerUnavailable unless it finds a harmless file clean."""

    async def version(self) -> str:
        """Say who looks, and by which signatures. Raise ScannerUnavailable."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """`host` and `port`, or the path of a socket."""

    host: str = ""
    port: int = 0
    socket: str = ""
    answer_seconds: float = ANSWER_SECONDS

    async def virus_in(self, body: bytes) -> str:
        try:
            answer = await self._scan(body)
        except ScannerUnavailable as error:
            answer = str(error)
        if answer == CLEAN:
            return ""
        found = FOUND.match(answer)
        if found and not found[1].startswith(LIMIT_EXCEEDED):
            return found[1]
        await self.require_works()  # so it is this file, and others need not wait for it
        raise NoVerdict(answer)

    async def require_says_what_it_skips(self) -> None:
        if await self._scan(_too_deep()) == CLEAN:
            raise ScannerLetsThrough

    async def require_works(self) -> None:
        answer = await self._scan(HARMLESS)
        if answer != CLEAN:
            raise ScannerUnavailable(answer)

    async def _scan(self, body: bytes) -> str:
        pieces = [body[at : at + PIECE] for at in range(0, len(body), PIECE)]
        sized = [len(piece).to_bytes(4, "big") + piece for piece in pieces]
        return await self._ask(b"zINSTREAM\0", *sized, (0).to_bytes(4, "big"))

    async def version(self) -> str:
        answer = await self._ask(b"zVERSION\0")
        if not answer.startswith("ClamAV "):
            raise ScannerUnavailable(answer)
        return answer

    async def _ask(self, *parts: bytes) -> str:
        try:
            async with asyncio.timeout(self.answer_seconds), self._connected() as (reader, writer):
                # It may answer and hang up before it has read all, e.g. of what is too large.
                with suppress(ConnectionError):
                    for part in parts:
                        writer.write(part)
                        await writer.drain()
                said = await reader.readuntil(END)
        except (
            OSError,
            TimeoutError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            ValueError,
        ) as error:
            raise ScannerUnavailable(type(error).__name__) from None
        return said.rstrip(END).decode(errors="replace").strip()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Streams]:
        async with asyncio.timeout(CONNECT_SECONDS):
            if self.socket:
                opened = asyncio.open_unix_connection(self.socket, limit=LONGEST_ANSWER)
            else:
                opened = asyncio.open_connection(self.host, self.port, limit=LONGEST_ANSWER)
            reader, writer = await opened
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def _too_deep() -> bytes:
    body = HARMLESS
    for _ in range(TOO_DEEP):
        body = gzip.compress(body, mtime=0)
    return body


def scanner_at(address: str | None) -> Scanner | None:
    """`address`: a path, or host:port; "off" where files are not scanned, by decision."""
    if address is None or address == SWITCHED_OFF:
        return None
    if address.startswith("/"):
        return Clamd(socket=address)
    host, _, port = address.rpartition(":")
    return Clamd(host=host.strip("[]"), port=int(port))
