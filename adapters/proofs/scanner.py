"""Asks a virus scanner, ClamAV's clamd, over its own protocol.

It fails closed: whatever is not a clear "OK" or "FOUND" is no answer.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from adapters.proofs.addresses import OFF as SWITCHED_OFF

PIECE = 64 * 1024
CONNECT_SECONDS = 3
ANSWER_SECONDS = 20
LONGEST_ANSWER = 4096
CLEAN = "stream: OK"
FOUND = re.compile(r"^stream: (.+) FOUND$")
END = b"\0"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


OFF = "no virus scanner"


class ScannerNotNamed(Exception):
    """Set AMTSWEG_CLAMD to the address of ClamAV's clamd (host:port, or its socket), so that proofs
    are scanned for viruses; or to `off`, if you decide that they are not.
    """

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())


class ScannerUnavailable(OSError):
    """The virus scanner gives no answer; proofs wait in quarantine until it does."""

    def __str__(self) -> str:
        detail = ", ".join(map(str, self.args))
        return f"{self.__doc__} ({detail})" if detail else str(self.__doc__)


class Scanner(Protocol):
    async def virus_in(self, body: bytes) -> str:
        """Return the name of what was found, or nothing. Raise ScannerUnavailable."""

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
        pieces = [body[at : at + PIECE] for at in range(0, len(body), PIECE)]
        sized = [len(piece).to_bytes(4, "big") + piece for piece in pieces]
        answer = await self._ask(b"zINSTREAM\0", *sized, (0).to_bytes(4, "big"))
        if answer == CLEAN:
            return ""
        found = FOUND.match(answer)
        if not found:
            raise ScannerUnavailable(answer)
        return found[1]

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


def scanner_at(address: str | None) -> Scanner | None:
    """`address`: a path, or host:port; "off" where files are not scanned, by decision."""
    if address is None or address == SWITCHED_OFF:
        return None
    if address.startswith("/"):
        return Clamd(socket=address)
    host, _, port = address.rpartition(":")
    return Clamd(host=host.strip("[]"), port=int(port))
