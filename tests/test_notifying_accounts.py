"""Who dies while letters go into accounts, or bounces are noted: each is one letter, one fact."""

import asyncio
import json
import signal
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from adapters.crash_points import CrashPoint
from adapters.mail.catcher import MailCatcher
from adapters.mail.return_paths import ReturnPaths
from adapters.postgres.connecting import OPTIONS
from api.sandbox.account_mailbox import create_account_mailbox
from domain.application import events as e
from tests.adapters.test_mail_reports import block, report
from tests.commands import CommandLine
from tests.domain.application import happened as h
from tests.keys import KEYS
from tests.killable import until
from tests.projections.log import Log
from tests.serving import serve
from tests.workers.lives_told import submitted

ISSUER, HANDLE = "http://127.0.0.1:1/issuer", "7f3c1f0e-52a6-4b8d-9e0a-4c6d1b2a3f50"
TO_ACCOUNTS = ("work", "notifier", "account-sender")
LETTERS = "SELECT state FROM notifications WHERE channel = 'account' ORDER BY state"
MAILS = "SELECT notification_id, state FROM notifications WHERE channel = 'email'"
COUNTED = "SELECT count FROM mail_reports WHERE kind = 'bounced'"
FACTS = "SELECT count(*) FROM events WHERE topic = 'NoticeNotDelivered'"
PEOPLE = 3
OF_NOTICES = [
    CrashPoint.NOTICE_AFTER_QUEUEING,
    CrashPoint.NOTICE_AFTER_CLAIM,
    CrashPoint.NOTICE_AFTER_SEND,
    CrashPoint.NOTICE_AFTER_NOTE,
]


def ask(url: str, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, options=OPTIONS) as connection:
        return connection.execute(question).fetchall()


async def die(here: CommandLine, *work: str, at: CrashPoint, **settings: str) -> None:
    died = await asyncio.to_thread(here, *work, AMTSWEG_CRASH_AT=at, **settings)
    assert died.code == -signal.SIGKILL, died


async def work_until(here: CommandLine, work: tuple[str, ...], done: Any, **settings: str) -> None:
    def working() -> None:
        running = here.begin(*work, **settings)
        try:
            until(done, "all is done")
            running.process.terminate()
            assert running.end().code == 0
        finally:
            running.process.kill()

    await asyncio.to_thread(working)


@pytest.fixture
async def here(amtsweg, service_url) -> CommandLine:
    command: CommandLine = amtsweg.at(service_url)
    assert (await asyncio.to_thread(command, "seed")).code == 0
    return command


@pytest.fixture
async def accounts(tmp_path) -> AsyncIterator[str]:
    app = FastAPI()
    app.include_router(create_account_mailbox(tmp_path / "accounts"))
    async with serve(app) as url:
        yield f"{url}/account"


@pytest.mark.parametrize("point", OF_NOTICES)
async def test_whoever_dies_each_has_one_letter(here, service_url, accounts, point) -> None:
    mailbox = {"url": accounts, "bearer": "x"}
    issuers = [{"issuer": ISSUER, "roles": ["citizen"], "mailbox": mailbox}]
    with_accounts = {"AMTSWEG_ISSUERS": json.dumps(issuers)}
    mine = e.AccountMailbox(provider=ISSUER, handle=HANDLE)
    for _ in range(PEOPLE):
        first = replace(submitted(), mailbox=mine)
        await Log(service_url).record(uuid4(), first, h.paid(), h.received)
    await die(here, *TO_ACCOUNTS, at=point, **with_accounts)

    def all_sent() -> bool:
        return ask(service_url, LETTERS) == [("sent",)] * PEOPLE

    await work_until(here, TO_ACCOUNTS, all_sent, **with_accounts)
    async with httpx.AsyncClient(timeout=60) as http:
        letters = (await http.get(f"{accounts}/letters")).json()
    assert len(letters) == PEOPLE
    # What was taken, but not noted, is sent again under its reference: one letter all the same.
    again = point is CrashPoint.NOTICE_AFTER_SEND
    assert sorted(letter["times"] for letter in letters) == [1] * (PEOPLE - again) + [2] * again


@dataclass
class Imap:
    """A mailbox that holds one message, until it is taken away."""

    content: bytes
    settings: dict[str, Any] = field(default_factory=dict)
    fetched: int = 0

    def talk(self, stream: BinaryIO) -> None:
        stream.write(b"* OK ready\r\n")
        while line := stream.readline():
            stream.write(self._answer(line) + line.split()[0] + b" OK done\r\n")

    def _answer(self, line: bytes) -> bytes:
        if b"CAPABILITY" in line:
            return b"* CAPABILITY IMAP4rev1\r\n"
        if b"SEARCH" in line:
            return b"* SEARCH 1\r\n" if self.content and b"UNSEEN" in line else b"* SEARCH\r\n"
        if b"FETCH" in line:
            self.fetched += 1
            size = len(self.content)
            return b"* 1 FETCH (BODY[] {%d}\r\n%b)\r\n" % (size, self.content)
        if b"STORE" in line and b"Deleted" in line:
            self.content = b""
        return b""


@contextmanager
def mailbox_with(content: bytes) -> Iterator[Imap]:
    imap = Imap(content)

    def meet(connection: socket.socket) -> None:
        with connection, connection.makefile("rwb", buffering=0) as stream, suppress(OSError):
            imap.talk(stream)

    def listen(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = listening.accept()
                threading.Thread(target=meet, args=(visitor,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=listen, args=(listening,), daemon=True).start()
        imap.settings = {
            "domain": "bounces.example", "host": "127.0.0.1", "username": "b", "password": "x",
            "port": listening.getsockname()[1], "tls": "none", "seconds": 0.1,
        }  # fmt: skip
        yield imap
        listening.shutdown(socket.SHUT_RDWR)


async def sent_by_mail(here: CommandLine, url: str, mails: Any) -> UUID:
    """Return which notice it was."""
    await Log(url).record(uuid4(), submitted(), h.paid(), h.received)
    async with MailCatcher(mails) as catcher:
        work = ("work", "notifier", "mail-sender")

        def done() -> bool:
            return [state for _, state in ask(url, MAILS)] == ["sent"]

        await work_until(here, work, done, AMTSWEG_SMTP_PORT=str(catcher.port))
    ((notice, _),) = ask(url, MAILS)
    return UUID(str(notice))


async def test_who_dies_before_a_bounce_is_deleted_has_noted_it_once(
    here, service_url, tmp_path
) -> None:
    notice = await sent_by_mail(here, service_url, tmp_path / "mails")
    to = ReturnPaths("bounces.example", KEYS).of(notice)
    with mailbox_with(report(block("failed"), to=to)) as imap:
        collecting = {"AMTSWEG_BOUNCES": json.dumps(imap.settings)}
        await die(here, "work", "bounces", at=CrashPoint.BOUNCE_AFTER_NOTE, **collecting)
        assert imap.content
        assert ask(service_url, FACTS) == [(1,)]
        await work_until(here, ("work", "bounces"), lambda: not imap.content, **collecting)
        assert imap.fetched == 2
    assert ask(service_url, MAILS) == [(notice, "bounced")]
    assert ask(service_url, FACTS) == [(1,)]
    assert ask(service_url, COUNTED) == [(1,)]
