"""Mail over real SMTP: from the sender into the catcher's folder."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from adapters.catalogue.loading import load
from adapters.mail.catcher import MailCatcher, caught, deliveries, mail_id
from adapters.mail.digest import compose_digest
from adapters.mail.invented import invented_digest
from adapters.mail.mail_folder import keep
from adapters.mail.smtp import MailRefused, MailServerUnavailable, SmtpSender
from adapters.mail.unsubscribing import LONGEST
from api.sandbox.mailbox import create_mailbox
from tests.serving import listen, serve

UNKNOWN = "0" * 64


def mail(number: int = 1, to: str = "ada@example.org", text: str = "Grüße\n") -> EmailMessage:
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = f"Ihr Antrag {number}"
    message["Message-ID"] = f"<effect-{number}@amt.example>"
    message["Date"] = "Mon, 04 May 2026 09:00:00 +0200"
    message.set_content(text)
    return message


def sender(port: int) -> SmtpSender:
    return SmtpSender("127.0.0.1", port, "amt@town.example", timeout=60, limit=60)


@pytest.fixture
async def smtp(tmp_path: Path) -> AsyncIterator[SmtpSender]:
    async with MailCatcher(tmp_path, size_limit=20_000) as catcher:
        yield sender(catcher.port)


async def test_a_mail_arrives_as_it_was_sent(smtp: SmtpSender, tmp_path: Path) -> None:
    await smtp.send(mail())
    (message,) = caught(tmp_path)
    assert message["Subject"] == "Ihr Antrag 1"
    assert message["From"] == "amt@town.example"
    assert message.get_content() == "Grüße\r\n"


async def test_without_a_sender_of_its_own_the_from_of_the_message_counts(
    smtp: SmtpSender, tmp_path: Path
) -> None:
    message = mail()
    message["From"] = "Stadtbibliothek <library@town.example>"
    await replace(smtp, sender="").send(message)
    assert caught(tmp_path)[0]["From"] == message["From"]


async def test_a_mail_from_nobody_is_refused(smtp: SmtpSender) -> None:
    with pytest.raises(MailRefused):
        await replace(smtp, sender="").send(mail())


async def test_sending_leaves_the_message_unchanged(smtp: SmtpSender) -> None:
    message = mail()
    await smtp.send(message)
    assert "From" not in message


async def test_mails_are_kept_oldest_first(smtp: SmtpSender, tmp_path: Path) -> None:
    for number in (3, 1, 2):
        await smtp.send(mail(number))
    assert [m["Subject"][-1] for m in caught(tmp_path)] == ["3", "1", "2"]


async def test_a_mail_delivered_twice_is_one_mail_and_two_deliveries(
    smtp: SmtpSender, tmp_path: Path
) -> None:
    await smtp.send(mail(text="first\n"))
    await smtp.send(mail(text="second\n"))
    assert [m.get_content() for m in caught(tmp_path)] == ["first\r\n"]
    assert deliveries(tmp_path) == {mail_id("<effect-1@amt.example>"): 2}


async def test_mails_at_the_same_time_are_all_kept(smtp: SmtpSender, tmp_path: Path) -> None:
    await asyncio.gather(*(smtp.send(mail(number % 5)) for number in range(20)))
    assert len(caught(tmp_path)) == 5
    assert deliveries(tmp_path).total() == 20


async def test_a_start_removes_what_one_that_was_killed_has_half_kept(tmp_path: Path) -> None:
    half = tmp_path / ".arriving-x"
    half.write_bytes(mail().as_bytes())
    async with MailCatcher(tmp_path) as catcher:
        await sender(catcher.port).send(mail())
    assert not half.exists()
    assert len(caught(tmp_path)) == 1


async def test_a_restart_keeps_the_mail(tmp_path: Path) -> None:
    for number in (1, 2):
        async with MailCatcher(tmp_path) as catcher:
            await sender(catcher.port).send(mail(number))
    assert len(caught(tmp_path)) == 2


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def test_a_hostile_message_id_stays_in_the_folder(smtp: SmtpSender, tmp_path: Path) -> None:
    message = mail()
    message.replace_header("Message-ID", "<../../../etc/passwd@x>")
    await smtp.send(message)
    assert [path.parent for path in files(tmp_path)] == [tmp_path, tmp_path]


async def test_a_mail_without_a_message_id_is_kept_too(smtp: SmtpSender, tmp_path: Path) -> None:
    message = mail()
    del message["Message-ID"]
    await smtp.send(message)
    assert len(caught(tmp_path)) == 1


MALFORMED = [
    b"",
    b"no header at all",
    b"Message-ID: <\r\n\r\n",
    b"Message-ID: <[@x]>\r\nTo: [\r\nSubject: \xe4\r\n\r\n",
    b"Content-Type: text/plain; charset=none\r\n\r\n\xff",
    b"Content-Type: multipart/mixed\r\n\r\n\xff",
]


@pytest.mark.parametrize("content", MALFORMED)
async def test_a_malformed_mail_is_kept_and_shown(tmp_path: Path, content: bytes) -> None:
    keep(tmp_path, content)
    app = FastAPI()
    app.include_router(create_mailbox(tmp_path))
    async with serve(app) as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/mail", params={"to": "a@b.example"})).json() == []
        (listed,) = (await client.get("/mail")).json()
        assert (await client.get(f"/mail/{listed['id']}")).status_code == 200


async def test_no_unfinished_file_is_left(smtp: SmtpSender, tmp_path: Path) -> None:
    await smtp.send(mail())
    await smtp.send(mail())
    assert {path.suffix for path in files(tmp_path)} == {".eml", ""}
    assert len(files(tmp_path)) == 2


def test_an_empty_folder_has_no_mail(tmp_path: Path) -> None:
    assert caught(tmp_path / "missing") == []


async def test_a_refused_recipient_is_refused_for_good(smtp: SmtpSender, tmp_path: Path) -> None:
    with pytest.raises(MailRefused, match="SMTP 550"):
        await smtp.send(mail(to="nobody@refused.invalid"))
    assert caught(tmp_path) == []


async def test_a_busy_mailbox_is_tried_again_later(smtp: SmtpSender) -> None:
    with pytest.raises(MailServerUnavailable, match="SMTP 450"):
        await smtp.send(mail(to="somebody@busy.invalid"))


async def test_a_mail_for_two_of_whom_one_is_refused_is_not_called_sent(smtp: SmtpSender) -> None:
    with pytest.raises(MailRefused):
        await smtp.send(mail(to="ada@example.org, nobody@refused.invalid"))


async def test_a_mail_that_is_too_large_is_refused_for_good(
    smtp: SmtpSender, tmp_path: Path
) -> None:
    with pytest.raises(MailRefused, match="SMTP 552"):
        await smtp.send(mail(text="x\n" * 20_000))
    assert caught(tmp_path) == []


async def test_a_mail_to_nobody_is_refused_for_good(smtp: SmtpSender) -> None:
    message = mail()
    del message["To"]
    with pytest.raises(MailRefused):
        await smtp.send(message)


async def test_nobody_listening_is_tried_again_later() -> None:
    with listen() as listener:
        port = listener.getsockname()[1]
    with pytest.raises(MailServerUnavailable, match="SMTPConnectError"):
        await sender(port).send(mail())


async def test_a_silent_server_is_tried_again_later() -> None:
    with listen() as silent:
        slow = SmtpSender("127.0.0.1", silent.getsockname()[1], "amt@town.example", timeout=0.2)
        with pytest.raises(MailServerUnavailable, match="Timeout"):
            await slow.send(mail())


@pytest.mark.parametrize("wish", [{"starttls": True}, {"username": "amt", "password": "geheim"}])
async def test_without_the_protection_we_ask_for_nothing_is_sent(
    wish: dict[str, Any], smtp: SmtpSender, tmp_path: Path
) -> None:
    careful = SmtpSender("127.0.0.1", smtp.port, "amt@town.example", **wish)
    with pytest.raises(MailServerUnavailable):
        await careful.send(mail())
    assert caught(tmp_path) == []


async def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with MailCatcher(tmp_path / "file") as catcher:
        with pytest.raises(MailServerUnavailable, match="SMTP 451"):
            await sender(catcher.port).send(mail())


def test_a_password_is_not_shown() -> None:
    assert "geheim" not in repr(SmtpSender("h", 25, "a@b", "amt", "geheim"))


@pytest.fixture
async def mailbox(smtp: SmtpSender, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(create_mailbox(tmp_path))
    await smtp.send(mail(1))
    await smtp.send(mail(2, to="Bea <bea@example.org>"))
    async with serve(app) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


async def test_the_mailbox_lists_what_was_caught(mailbox: httpx.AsyncClient) -> None:
    listed = (await mailbox.get("/mail")).json()
    assert [entry["message_id"] for entry in listed] == [
        "<effect-1@amt.example>",
        "<effect-2@amt.example>",
    ]
    assert listed[0]["to"] == "ada@example.org"
    assert listed[0]["deliveries"] == 1


async def test_the_mailbox_shows_one_persons_mail(mailbox: httpx.AsyncClient) -> None:
    listed = (await mailbox.get("/mail", params={"to": "BEA@example.org"})).json()
    assert [entry["subject"] for entry in listed] == ["Ihr Antrag 2"]


async def test_who_is_only_named_in_a_mail_is_not_shown_it(
    smtp: SmtpSender, mailbox: httpx.AsyncClient
) -> None:
    await smtp.send(mail(3, text="Antworten bitte an bea@example.org.\n"))
    listed = (await mailbox.get("/mail", params={"to": "bea@example.org"})).json()
    assert [entry["subject"] for entry in listed] == ["Ihr Antrag 2"]


@pytest.mark.parametrize(
    "address", ['"bea o"@example.org', "x" * 64 + "@" + "example." * 20 + "org"]
)
async def test_an_unusual_address_finds_its_mail(
    smtp: SmtpSender, mailbox: httpx.AsyncClient, address: str
) -> None:
    await smtp.send(mail(3, to=address))
    listed = (await mailbox.get("/mail", params={"to": address})).json()
    assert [entry["subject"] for entry in listed] == ["Ihr Antrag 3"]


async def test_a_mail_that_goes_while_the_list_is_made_is_not_in_it(
    mailbox: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As when somebody is erased just then."""
    read = Path.read_bytes

    def gone_by_now(path: Path) -> bytes:
        if path.parent == tmp_path:
            path.unlink()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", gone_by_now)
    assert (await mailbox.get("/mail", params={"to": "bea@example.org"})).json() == []


async def test_a_mail_reads_as_text(mailbox: httpx.AsyncClient) -> None:
    answer = await mailbox.get(f"/mail/{mail_id('<effect-1@amt.example>')}")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Subject: Ihr Antrag 1\n" in answer.text
    assert "Grüße" in answer.text


@pytest.mark.parametrize(("name", "status"), [(UNKNOWN, 404), ("..%2Fdeliveries", 404), ("x", 422)])
async def test_there_is_no_mail_under_a_made_up_name(
    mailbox: httpx.AsyncClient, name: str, status: int
) -> None:
    assert (await mailbox.get(f"/mail/{name}")).status_code == status


async def test_the_page_does_not_run_what_others_wrote(
    mailbox: httpx.AsyncClient, smtp: SmtpSender
) -> None:
    message = mail(3)
    message.replace_header("Subject", "<script>alert(1)</script>")
    await smtp.send(message)
    page = (await mailbox.get("/mail.html")).text
    assert "&lt;script&gt;" in page
    assert "<script" not in page


# As long as the address of a digest can be.
ADDRESS = "https://antrag.gelsenkirchen.example/digest/" + ("a1-_B" * LONGEST)[:LONGEST]


def raw(folder: Path) -> bytes:
    """The only mail there is, as it came."""
    (path,) = folder.glob("*.eml")
    return path.read_bytes()


async def test_a_mail_program_reads_how_to_end_a_digest_as_it_is(
    smtp: SmtpSender, tmp_path: Path
) -> None:
    digest = invented_digest(load().offer("05513000", "library-card"))
    message = compose_digest(replace(digest, unsubscribe=ADDRESS))
    assert message is not None
    await smtp.send(message)
    lines = raw(tmp_path).split(b"\r\n")
    assert f"List-Unsubscribe: <{ADDRESS}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert f"Message-ID: {message['Message-ID']}".encode() in lines
    assert max(map(len, lines)) <= 998


async def test_the_mailbox_shows_how_to_end_a_digest(
    mailbox: httpx.AsyncClient, smtp: SmtpSender
) -> None:
    message = mail(4)
    message["List-Unsubscribe"] = "<https://town.example/digest/1>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    await smtp.send(message)
    text = (await mailbox.get(f"/mail/{mail_id('<effect-4@amt.example>')}")).text
    assert "\nList-Unsubscribe: <https://town.example/digest/1>\n" in text
    assert "\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in text


async def test_a_message_id_that_was_folded_is_shown_without_the_fold(
    mailbox: httpx.AsyncClient, tmp_path: Path
) -> None:
    keep(tmp_path, b"Message-ID:\r\n <a-long-one@amt.example>\r\nSubject: x\r\n\r\n")
    listed = (await mailbox.get("/mail")).json()
    assert listed[-1]["message_id"] == "<a-long-one@amt.example>"
    text = (await mailbox.get(f"/mail/{listed[-1]['id']}")).text
    assert "Message-ID: <a-long-one@amt.example>\n" in text
