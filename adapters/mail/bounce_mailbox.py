"""The mailbox that reports come back to, over IMAP: what is new is read, and taken away after."""

import asyncio
import imaplib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from adapters.mail.reports import LONGEST_REPORT
from adapters.mail.settings import BounceSettings, trusting

PATIENCE_SECONDS = 20.0
AT_ONCE = 100
NEW = "(UNSEEN UNDELETED)"
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
    """`imaplib` blocks, so each visit has a thread of its own."""

    settings: BounceSettings = field(repr=False)

    async def new(self) -> list[Arrived]:
        """Return what nobody has looked at, the oldest first; it is not marked yet."""
        return await asyncio.to_thread(self._visit, _new)

    async def take_away(self, uids: Iterable[str]) -> None:
        await asyncio.to_thread(self._visit, _mark(uids, r"(\Seen \Deleted)", expunge=True))

    async def leave(self, uids: Iterable[str]) -> None:
        """They stay for a person to look at, and are not read again."""
        await asyncio.to_thread(self._visit, _mark(uids, r"(\Seen)"))

    def _visit(self, doing: Callable[[imaplib.IMAP4], Answer]) -> Answer:
        """Raise BounceMailboxUnavailable."""
        try:
            with self._signed_in() as server:
                return doing(server)
        except (imaplib.IMAP4.error, OSError, EOFError) as error:
            raise BounceMailboxUnavailable(type(error).__name__) from None

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        server = self._connected()
        try:
            if self.settings.tls == "starttls":
                server.starttls(trusting(self.settings.ca_file))
            server.login(self.settings.username, self.settings.password.get_secret_value())
            _sound(server.select(f'"{self.settings.folder}"'))
            yield server
        finally:
            with suppress(imaplib.IMAP4.error, OSError, EOFError):
                server.logout()

    def _connected(self) -> imaplib.IMAP4:
        host, port = self.settings.host, self.settings.port
        if self.settings.tls == "implicit":
            trusted = trusting(self.settings.ca_file)
            return imaplib.IMAP4_SSL(host, port, ssl_context=trusted, timeout=PATIENCE_SECONDS)
        return imaplib.IMAP4(host, port, timeout=PATIENCE_SECONDS)


def _new(server: imaplib.IMAP4) -> list[Arrived]:
    (found,) = _sound(server.uid("SEARCH", NEW))[:1]
    uids = [uid.decode() for uid in UID.findall(found or b"")[:AT_ONCE]]
    return [Arrived(uid, _text(server, uid)) for uid in uids]


def _text(server: imaplib.IMAP4, uid: str) -> bytes:
    answered = _sound(server.uid("FETCH", uid, TEXT))
    return next((bytes(part[1]) for part in answered if isinstance(part, tuple)), b"")


def _mark(
    uids: Iterable[str], flags: str, *, expunge: bool = False
) -> Callable[[imaplib.IMAP4], None]:
    named = ",".join(uids)

    def mark(server: imaplib.IMAP4) -> None:
        _sound(server.uid("STORE", named, "+FLAGS.SILENT", flags))
        if expunge:
            _sound(server.expunge())

    return mark


def _sound(answer: tuple[str, list]) -> list:  # type: ignore[type-arg]  # whatever a server says
    kind, told = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return told
