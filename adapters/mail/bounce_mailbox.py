"""The mailbox that reports come back to, over IMAP: what is new is read, and taken away after."""

import asyncio
import imaplib
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from adapters.authorities import trusting
from adapters.mail.reports import LONGEST_REPORT
from adapters.mail.settings import BounceSettings

# For one answer, for all of a visit (a heartbeat may be late by less than thirty), and for reading.
PATIENCE_SECONDS, VISIT_SECONDS, READING_SECONDS = 10.0, 25.0, 8.0
AT_ONCE = 10
NEW, LEFT = "(UNSEEN UNDELETED)", "(SEEN UNDELETED)"
# Not as `strftime` says it: the names of months are those of RFC 3501, in any locale.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TEXT = f"(BODY.PEEK[]<0.{LONGEST_REPORT}>)"
UID = re.compile(rb"[1-9]\d{0,9}")
Answer = TypeVar("Answer")


class BounceMailboxUnavailable(Exception):
    """The mailbox for bounces does not answer as it should; see AMTSWEG_BOUNCES."""

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.args[0]})"


class Arrived(NamedTuple):
    uid: str
    content: bytes


@dataclass(frozen=True, slots=True)
class BounceMailbox:
    """`imaplib` blocks, so each visit has a thread of its own, which ends when the visit does."""

    settings: BounceSettings = field(repr=False)

    async def new(self) -> list[Arrived]:
        """Return some of what nobody has looked at, the oldest first; it is not marked yet."""
        return await self._visit(_new)

    async def take_away(self, uid: str) -> None:
        await self._visit(lambda server: _take_away(server, uid))

    async def leave(self, uid: str) -> None:
        """It stays for a person to look at, and is not read again."""
        await self._visit(lambda server: _mark(server, uid, r"(\Seen)"))

    async def clear(self, before: date) -> int:
        """Delete what was left and had arrived before that day; return how much else was left."""
        return await self._visit(lambda server: _clear(server, before))

    async def _visit(self, doing: Callable[[imaplib.IMAP4], Answer]) -> Answer:
        """Raise BounceMailboxUnavailable."""
        met: list[imaplib.IMAP4] = []
        try:
            async with asyncio.timeout(VISIT_SECONDS):
                return await asyncio.to_thread(self._doing, doing, met)
        except TimeoutError:
            raise BounceMailboxUnavailable("it takes too long") from None
        finally:
            # Whoever waits for an answer in that thread waits no longer.
            for server in met:
                with suppress(OSError):
                    socket.socket.shutdown(server.socket(), socket.SHUT_RDWR)

    def _doing(self, doing: Callable[[imaplib.IMAP4], Answer], met: list[imaplib.IMAP4]) -> Answer:
        try:
            with self._signed_in(met) as server:
                return doing(server)
        except (imaplib.IMAP4.error, OSError, EOFError) as error:
            raise BounceMailboxUnavailable(type(error).__name__) from None

    @contextmanager
    def _signed_in(self, met: list[imaplib.IMAP4]) -> Iterator[imaplib.IMAP4]:
        server = self._connected()
        met.append(server)
        try:
            if self.settings.tls == "starttls":
                server.starttls(trusting(self.settings.ca_file))
            server.login(self.settings.username, self.settings.password.get_secret_value())
            _sound(server.select(f'"{self.settings.folder}"'))
            yield server
        finally:
            with suppress(imaplib.IMAP4.error, OSError, EOFError):
                server.logout()
            with suppress(OSError):
                server.shutdown()

    def _connected(self) -> imaplib.IMAP4:
        host, port = self.settings.host, self.settings.port
        if self.settings.tls == "implicit":
            trusted = trusting(self.settings.ca_file)
            return imaplib.IMAP4_SSL(host, port, ssl_context=trusted, timeout=PATIENCE_SECONDS)
        return imaplib.IMAP4(host, port, timeout=PATIENCE_SECONDS)


def _new(server: imaplib.IMAP4) -> list[Arrived]:
    """As many as can be read within the time; the others are there the next time."""
    found, until = list[Arrived](), time.monotonic() + READING_SECONDS
    for uid in _found(server, NEW)[:AT_ONCE]:
        if found and time.monotonic() > until:
            break
        found.append(Arrived(uid, _text(server, uid)))
    return found


def _found(server: imaplib.IMAP4, which: str) -> list[str]:
    (found,) = _sound(server.uid("SEARCH", which))[:1]
    return [uid.decode() for uid in UID.findall(found or b"")]


def _text(server: imaplib.IMAP4, uid: str) -> bytes:
    answered = _sound(server.uid("FETCH", uid, TEXT))
    return next((bytes(part[1]) for part in answered if isinstance(part, tuple)), b"")


def _clear(server: imaplib.IMAP4, before: date) -> int:
    day = f"{before.day}-{MONTHS[before.month - 1]}-{before.year}"
    old = _found(server, f"({LEFT[1:-1]} BEFORE {day})")[:1000]
    if old:
        _take_away(server, ",".join(old))
    return len(_found(server, LEFT))


def _take_away(server: imaplib.IMAP4, uids: str) -> None:
    _mark(server, uids, r"(\Seen \Deleted)")
    _sound(server.expunge())


def _mark(server: imaplib.IMAP4, uids: str, flags: str) -> None:
    _sound(server.uid("STORE", uids, "+FLAGS.SILENT", flags))


def _sound(answer: tuple[str, list]) -> list:  # type: ignore[type-arg]  # whatever a server says
    kind, told = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return told
