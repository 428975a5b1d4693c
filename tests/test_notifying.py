"""A notifier and a sender that die at every step: nobody is left untold, and no mail is another."""

import asyncio
import signal
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.crash_points import CrashPoint
from adapters.mail.catcher import MailCatcher, caught, deliveries
from adapters.postgres.connecting import OPTIONS
from tests.commands import CommandLine
from tests.domain.application import happened as h
from tests.killable import until
from tests.projections.log import Log
from tests.workers.lives_told import EVAS_MAIL, submitted

WORK = ("work", "notifier", "mail-sender")
STATES = "SELECT state FROM notifications WHERE channel = 'email' ORDER BY state"
WAITING = "SELECT count(*) FROM notifications WHERE state IN ('queued', 'sending')"
FACTS = "SELECT count(*) FROM events WHERE topic = 'NoticeNotDelivered'"
SEEN_TO = "SELECT count(*) FROM events WHERE topic = 'NoticeSettled'"
PEOPLE = 3
OF_MAILS = [
    CrashPoint.NOTICE_AFTER_QUEUEING,
    CrashPoint.NOTICE_AFTER_CLAIM,
    CrashPoint.NOTICE_AFTER_SEND,
    CrashPoint.NOTICE_AFTER_NOTE,
]


def ask(url: str, question: str) -> list:
    with psycopg.connect(url, options=OPTIONS) as connection:
        return [row[0] for row in connection.execute(question).fetchall()]


async def die(here, point: CrashPoint) -> None:
    died = await asyncio.to_thread(here, *WORK, AMTSWEG_CRASH_AT=point)
    assert died.code == -signal.SIGKILL


async def work_until_all_are(here, url: str, state: str) -> None:
    def work() -> None:
        working = here.begin(*WORK)
        try:
            until(lambda: ask(url, STATES) == [state] * PEOPLE, f"all are {state}")
            until(lambda: ask(url, WAITING) == [0], "offices are told, too")
            working.process.terminate()
            assert working.end().code == 0
        finally:
            working.process.kill()

    await asyncio.to_thread(work)


async def applied(url: str, email: str) -> list[UUID]:
    streams = [uuid4() for _ in range(PEOPLE)]
    for stream in streams:
        await Log(url).record(stream, submitted(email=email), h.paid(), h.received)
    return streams


@pytest.fixture
async def here(amtsweg, service_url, tmp_path):
    """The command line, with a mail server."""
    async with MailCatcher(tmp_path / "mails") as catcher:
        at = amtsweg.at(service_url)
        command = CommandLine({**at.environment, "AMTSWEG_SMTP_PORT": str(catcher.port)})
        assert (await asyncio.to_thread(command, "seed")).code == 0  # who sends, and in whose name
        yield command


def test_every_step_is_tried() -> None:
    tried = {*OF_MAILS, CrashPoint.NOTICE_AFTER_EVENT}
    assert tried == {point for point in CrashPoint if point.startswith("notice.")}


@pytest.mark.parametrize("point", OF_MAILS)
async def test_whoever_dies_each_is_told_in_one_mail(here, service_url, tmp_path, point) -> None:
    await applied(service_url, EVAS_MAIL)
    await die(here, point)
    await work_until_all_are(here, service_url, "sent")
    told = deliveries(tmp_path / "mails")
    mails = caught(tmp_path / "mails")
    assert len([mail for mail in mails if mail["To"] == EVAS_MAIL]) == PEOPLE
    # As far as SMTP allows: what was accepted, but not noted, comes again under its Message-ID.
    again = point is CrashPoint.NOTICE_AFTER_SEND
    assert told.total() == len(told) + again == len(mails) + again


@pytest.mark.parametrize("point", [CrashPoint.NOTICE_AFTER_SEND, CrashPoint.NOTICE_AFTER_EVENT])
async def test_whoever_dies_what_was_refused_is_one_fact(here, service_url, point) -> None:
    await applied(service_url, "eva@refused.invalid")
    await die(here, point)
    await work_until_all_are(here, service_url, "failed")
    assert ask(service_url, FACTS) == [PEOPLE]
    assert ask(service_url, SEEN_TO) == [0]


async def test_what_was_refused_before_a_crash_and_is_accepted_after_it_needs_no_care(
    here, service_url
) -> None:
    """Its address was corrected meanwhile. The crash took back even that it was tried."""
    streams = await applied(service_url, "eva@refused.invalid")
    await die(here, CrashPoint.NOTICE_AFTER_EVENT)
    for stream in streams:
        await Log(service_url).record(stream, h.email_corrected)
    await work_until_all_are(here, service_url, "sent")
    assert ask(service_url, FACTS) == [1]
    assert ask(service_url, SEEN_TO) == [1]
