"""Mails as a person's mail program gets them from a real mail server; who is not let near it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from adapters.authorities import trusting
from adapters.mail.bounce_mailbox import BounceMailbox, BounceMailboxUnavailable
from adapters.mail.message import written_by_us
from adapters.mail.reports import Action, read_report, read_sent_to
from adapters.mail.return_paths import ReturnPaths
from adapters.mail.smtp import MailServerUnavailable
from tests.certificates import certificates
from tests.keys import KEYS
from tests.mail_server import BOUNCES, MailServer, mail_server

NOTICE = UUID("019cbd6f-0a7e-7010-8c1f-5e2b7d904a11")
UNSUBSCRIBE = f"<https://town.example/digest/{'a1-_B' * 40}>"
PATHS = ReturnPaths(BOUNCES, KEYS)


def mail(to: str = "ada@town.example", text: str = "Grüße aus Köln, bis Ostern!\n") -> EmailMessage:
    about = {
        "From": "Bürgerbüro <amt@town.example>",
        "To": to,
        "Subject": "Ihr Antrag auf Bewohnerparkausweis: Rückfrage, größtenteils geklärt",
        "Message-ID": f"<{NOTICE}@buergerbuero.town.example>",
        "Date": "Mon, 04 May 2026 09:00:00 +0200",
        "List-Unsubscribe": UNSUBSCRIBE,
    }
    return written_by_us(about, text)


def connections_to(ports: set[int]) -> set[str]:
    """The sockets of this process that are connected to one of these ports."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    there = {f"socket:[{row[9]}]" for row in rows if int(row[2].rpartition(":")[2], 16) in ports}
    return there & set(open_files())


def open_files() -> Iterator[str]:
    for file in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # that of this list itself, or of another thread
            yield str(file.readlink())


@asynccontextmanager
async def all_closed(server: MailServer) -> AsyncIterator[None]:
    """What was opened to it is closed again: by TLS that takes a moment."""
    yield
    async with asyncio.timeout(60):
        while connections_to({server.smtp, server.smtps}):  # noqa: ASYNC110 -- nothing tells of it
            await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.mark.parametrize("way", ["starttls", "implicit"])
async def test_a_mail_reads_as_it_was_written(server: MailServer, way: str) -> None:
    known = {mail.uid for mail in server.read("ada", 0)}
    implicit = {"port": server.smtps, "starttls": False, "tls": True}
    await server.sender(**(implicit if way == "implicit" else {})).send(mail())
    (read,) = [one for one in server.read("ada", len(known) + 1) if one.uid not in known]
    assert read.subject == mail()["Subject"]
    assert read.from_values is not None
    assert read.from_values.name == "Bürgerbüro"
    assert read.text == "Grüße aus Köln, bis Ostern!\r\n"
    # As the server gave it out: nothing is decoded here, or put together again.
    assert read.obj["Message-ID"] == f"<{NOTICE}@buergerbuero.town.example>"
    assert read.obj["Auto-Submitted"] == "auto-generated"
    assert read.obj["List-Unsubscribe"] == UNSUBSCRIBE


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "wrong"},
        {"username": None, "password": None},
        {"starttls": False},
        {"trusted": trusting(None)},
    ],
    ids=["a wrong password", "no sign-in", "no encryption", "a certificate of nobody we trust"],
)
async def test_without_trust_no_mail_leaves(server: MailServer, changes) -> None:
    known = len(server.read("ada", 0))
    async with all_closed(server):
        with pytest.raises(MailServerUnavailable):
            await server.sender(**changes).send(mail())
    assert len(server.read("ada", 0)) == known


@pytest.mark.parametrize(
    ("to", "action", "status"),
    [
        ("ada@town.example", Action.DELIVERED, "2.0.0"),
        ("nobody@town.example", Action.FAILED, "5.0.0"),
        ("full@town.example", Action.DELAYED, "4.0.0"),
    ],
)
async def test_what_became_of_a_mail_comes_back(server, to, action, status) -> None:
    box = BounceMailbox(server.bounces())
    await server.sender(return_path=PATHS.of(NOTICE)).send(mail(to, text="Geheim"))
    server.read("reports", 1)
    (arrived,) = await box.new()
    report = read_report(arrived.content)
    assert (report.action, report.status) == (action, status)
    assert PATHS.named_in(read_sent_to(arrived.content)) == NOTICE
    assert b"Geheim" not in arrived.content
    await box.take_away(arrived.uid)
    assert server.read("reports", 0) == []


async def test_what_is_left_for_a_person_is_not_read_again(server: MailServer) -> None:
    await server.sender().send(mail("reports@bounces.example"))
    server.read("reports", 1)
    box = BounceMailbox(server.bounces(port=server.imap, tls="starttls"))
    arrived = await box.new()
    for one in arrived:
        await box.leave(one.uid)
    assert await box.new() == []
    assert len(server.read("reports", 1)) == 1
    today = datetime.now(UTC).date()
    assert await box.clear(before=today - timedelta(days=1)) == 1
    assert await box.clear(before=today + timedelta(days=2)) == 0
    assert server.read("reports", 0) == []


@pytest.mark.parametrize(
    "changes",
    [{"password": "wrong"}, {"ca_file": None}, {"folder": "Nowhere"}, {"port": 1}],
)
async def test_a_mailbox_that_does_not_answer_is_told_apart(server, changes) -> None:
    with pytest.raises(BounceMailboxUnavailable, match="see AMTSWEG_BOUNCES"):
        await BounceMailbox(server.bounces(**changes)).new()


async def test_a_certificate_of_another_authority_is_refused(server, tmp_path) -> None:
    other = certificates(tmp_path).authority
    with pytest.raises(BounceMailboxUnavailable):
        await BounceMailbox(server.bounces(ca_file=other)).new()
