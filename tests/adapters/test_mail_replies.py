"""What a mail server says, and does not say, is taken for what it means."""

import asyncio
from dataclasses import replace

import pytest

from adapters.mail import smtp_server
from adapters.mail.catcher import MailCatcher, caught
from adapters.mail.smtp import MailRefused, MailServerUnavailable, MailUnanswered, SmtpSender
from tests.adapters.test_mail import mail, sender
from tests.scripted_mail import HANGS_UP, NOTHING, THE_MAIL, scripted

GARBAGE = "what?"
LATER_THAN_ALL_ELSE = 6.0


def patient(port: int, **changes: float) -> SmtpSender:
    return replace(sender(port), timeout=60.0, limit=60.0, **changes)


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("", "554 5.7.1 Your address is on our list"),
        ("EHLO", "550 5.7.1 Who are you?"),
        ("MAIL", "530 5.7.0 Sign in first"),
        ("MAIL", "550 5.1.8 Sender's domain not found"),
        ("MAIL", "553 5.7.1 You may not send as this one"),
        ("MAIL", "501 Syntax error"),
        ("MAIL", "452 4.3.1 No space"),
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("RCPT", "550 relay not permitted"),
        ("RCPT", "550-First\r\n550 we do not relay for you"),
        ("RCPT", "550 5.7.26 Sign your mails"),
        ("RCPT", "550 5.1.8 Sender's domain not found"),
        ("RCPT", "503 5.5.1 Bad sequence of commands"),
        ("RCPT", "555 NOTIFY not recognised"),
        ("RCPT", "450 4.2.1 Greylisted"),
        ("DATA", "503 No valid recipients"),
        ("DATA", "421 4.3.2 Shutting down"),
        (THE_MAIL, "550 5.7.26 Sign your mails"),
        (THE_MAIL, "451 4.3.0 Try again"),
    ],
)
async def test_what_passes_once_somebody_repairs_the_set_up_is_tried_again(command, reply) -> None:
    async with scripted({command: reply, "HELO": reply}) as script:
        with pytest.raises(MailServerUnavailable, match=reply[:3]):
            await patient(script.port).send(mail())


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("MAIL", "552 5.3.4 Larger than we take"),
        ("RCPT", "550 5.1.1 No such mailbox"),
        ("RCPT", "550 Unrouteable address"),
        ("RCPT", "550 5.4.1 Recipient address rejected: Access denied"),
        ("RCPT", "553 5.1.3 Bad address"),
        ("RCPT", "552 5.2.2 Mailbox full"),
        (THE_MAIL, "552 5.3.4 Larger than we take"),
        (THE_MAIL, "554 5.7.1 Looks like spam"),
        (THE_MAIL, "550 5.2.1 Mailbox disabled"),
    ],
)
async def test_what_is_said_of_the_mail_or_its_recipient_is_for_good(command, reply) -> None:
    async with scripted({command: reply}) as script:
        with pytest.raises(MailRefused, match=reply[:3]):
            await patient(script.port).send(mail())


async def test_an_answer_that_takes_longer_than_all_else_may_is_waited_for() -> None:
    hasty = {"timeout": LATER_THAN_ALL_ELSE - 1, "limit": LATER_THAN_ALL_ELSE - 1}
    async with scripted({}, late=True) as script:
        loop = asyncio.get_running_loop()
        loop.call_later(LATER_THAN_ALL_ELSE, script.may_answer.set)
        await replace(sender(script.port), **hasty).send(mail())
        assert script.mails == 1


@pytest.mark.parametrize("reply", [NOTHING, HANGS_UP, GARBAGE])
async def test_that_a_whole_mail_is_not_answered_is_told_apart(reply) -> None:
    async with scripted({THE_MAIL: reply, "QUIT": HANGS_UP}) as script:
        with pytest.raises(MailUnanswered, match="may have arrived"):
            await patient(script.port, reply_seconds=0.2 if reply == NOTHING else 60.0).send(mail())
        assert script.mails == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("reply", [NOTHING, HANGS_UP, GARBAGE])
async def test_before_that_nothing_was_handed_over(command, reply) -> None:
    async with scripted({command: reply}) as script:
        with pytest.raises(MailServerUnavailable):
            await replace(patient(script.port), timeout=0.2).send(mail())
        assert script.mails == 0


async def test_a_server_that_answers_slowly_all_along_has_a_limit() -> None:
    async with scripted({"RCPT": NOTHING}) as script:
        with pytest.raises(MailServerUnavailable, match="TimeoutError"):
            await replace(patient(script.port), limit=0.5).send(mail())


async def test_who_says_no_goodbye_has_taken_the_mail_all_the_same() -> None:
    async with scripted({"QUIT": NOTHING, "RSET": NOTHING}) as script:
        await patient(script.port).send(mail())
        assert script.mails == 1


async def test_who_says_no_goodbye_has_refused_the_mail_all_the_same() -> None:
    silent = {"RCPT": "550 5.1.1 No such mailbox", "QUIT": NOTHING, "RSET": NOTHING}
    async with scripted(silent) as script:
        with pytest.raises(MailRefused):
            await replace(patient(script.port), timeout=20.0).send(mail())


async def test_who_is_broken_off_at_goodbye_has_left(monkeypatch) -> None:
    monkeypatch.setattr(smtp_server, "GOODBYE_SECONDS", 600.0)
    async with scripted({"QUIT": NOTHING}) as script:  # it waits until its visitor has gone
        sending = asyncio.create_task(patient(script.port).send(mail()))
        await script.asked_to_quit.wait()
        sending.cancel()
        await asyncio.wait([sending])
        assert script.mails == 1


async def test_dots_are_sent_as_they_are(tmp_path) -> None:
    text = ".\n..\n.hidden\nend\n"
    async with MailCatcher(tmp_path) as catcher:
        await sender(catcher.port).send(mail(text=text))
    assert caught(tmp_path)[0].get_content().replace("\r\n", "\n") == text
