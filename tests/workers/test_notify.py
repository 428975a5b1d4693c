"""An applicant is told once what happened, whatever the mail server does and whoever dies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.mail.catcher import caught, deliveries
from tests.domain.application import happened as h
from tests.projections.log import Log
from tests.visitors import visited
from tests.workers.lives_told import online_only, submitted
from tests.workers.putting_off import put_off
from workers.notifying.queueing import QUEUEING
from workers.notifying.sending import send_next

RECEIVED = (submitted(), h.paid(), h.received)
NOTES = "SELECT * FROM notifications WHERE channel = 'email' ORDER BY position"
PAUSE = f"SELECT due_at - clock_timestamp() AS pause FROM ({NOTES}) notes"  # noqa: S608
BACK_TO_THE_START = "UPDATE positions SET position = 0, applied = 0"
NOW_DUE = "UPDATE notifications SET due_at = clock_timestamp()"
UNKNOWN = "UPDATE notifications SET template = 'unheard-1' WHERE position = 3 AND channel = 'email'"


async def tell(log: Log, parts: Parts) -> None:
    """Queue what there is to tell, and send all of it that is due."""
    async with log.connection() as connection:
        while await QUEUEING.step(parts, connection):
            pass
        while await send_next(parts, connection):
            pass


async def noted(log: Log) -> list[tuple[str, int, str]]:
    return [(row["state"], row["attempts"], row["error"]) for row in await log.ask(NOTES)]


@asynccontextmanager
async def hanging() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A mail server that takes the connection and says nothing; the event tells of the first."""
    asked = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()

    async with visited(listen) as port:
        yield port, asked


async def test_what_happened_is_told_in_one_mail(log, mailing, mails) -> None:
    await log.record(uuid4(), *RECEIVED)
    await tell(log, mailing)
    (row,), (mail,) = await log.ask(NOTES), caught(mails)
    assert (row["state"], row["attempts"]) == ("sent", 1)
    assert str(row["notification_id"]) in mail["Message-ID"]


async def test_a_notifier_that_begins_again_tells_nothing_twice(log, mailing, mails) -> None:
    await log.record(uuid4(), *RECEIVED)
    for _ in range(3):
        await tell(log, mailing)
        await log.do(BACK_TO_THE_START)
    assert list(deliveries(mails).values()) == [1]


async def test_online_only_is_never_called_to_the_counter(log, mailing, mails) -> None:
    await log.record(uuid4(), online_only(), *RECEIVED[1:], h.claimed, h.approved, h.issued_online)
    await tell(log, mailing)
    assert [row["template"] for row in await log.ask(NOTES)] == [
        "received-1",
        "fee-due-3",
        "online-only-issued-2",
    ]
    assert not any("abholen" in mail.get_content() for mail in caught(mails))


async def test_while_nobody_answers_it_waits_longer_and_longer(log, parts) -> None:
    await log.record(uuid4(), *RECEIVED)
    for seconds in (2, 4, 8):
        async with put_off(log, NOTES, seconds):
            await tell(log, parts)
        await log.do(NOW_DUE)
    assert await noted(log) == [("queued", 3, "SMTPConnectError")]


async def test_what_waited_is_sent_once_the_server_answers(log, parts, mailing, mails) -> None:
    await log.record(uuid4(), *RECEIVED)
    await tell(log, parts)
    await log.do(NOW_DUE)
    await tell(log, mailing)
    assert await noted(log) == [("sent", 2, "")]
    assert len(caught(mails)) == 1


@pytest.mark.parametrize(
    ("email", "note"),
    [
        ("eva@busy.invalid", ("queued", 1, "SMTP 450")),
        ("eva@refused.invalid", ("failed", 1, "SMTP 550")),
        (None, ("dropped", 1, "nobody-to-tell")),
    ],
)
async def test_what_cannot_be_sent_is_noted_and_others_are_sent(
    log, mailing, mails, email, note
) -> None:
    await log.record(uuid4(), submitted(email=email), *RECEIVED[1:])
    await log.record(uuid4(), *RECEIVED)
    await tell(log, mailing)
    assert await noted(log) == [note, ("sent", 1, "")]


async def test_a_letter_that_cannot_be_written_holds_up_no_other(log, parts, mailing) -> None:
    await log.record(uuid4(), *RECEIVED)
    await log.record(uuid4(), *RECEIVED)
    await tell(log, parts)
    await log.do(UNKNOWN, NOW_DUE)
    await tell(log, mailing)
    assert await noted(log) == [("queued", 2, "TemplateNotFound"), ("sent", 2, "")]


async def test_a_sender_that_dies_gives_its_mail_back_at_once(log, parts, mailing, mails) -> None:
    await log.record(uuid4(), *RECEIVED)
    await tell(log, parts)
    await log.do(NOW_DUE)
    async with hanging() as (port, asked), log.connection() as dying:
        stuck = replace(parts, mail=replace(parts.mail, port=port))
        sending = asyncio.create_task(send_next(stuck, dying))
        await asked.wait()
        await tell(log, mailing)
        assert caught(mails) == []  # it is in somebody's hands
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    await tell(log, mailing)
    assert [state for state, _, _ in await noted(log)] == ["sent"]
    assert len(caught(mails)) == 1


async def test_two_senders_do_not_send_the_same_mail(log, parts, mailing, mails) -> None:
    streams: list[UUID] = [uuid4() for _ in range(10)]
    await log.record_all([(stream, event) for stream in streams for event in RECEIVED])
    await tell(log, parts)
    await log.do(NOW_DUE)
    await asyncio.gather(*(tell(log, mailing) for _ in range(3)))
    assert list(deliveries(mails).values()) == [1] * len(streams)
