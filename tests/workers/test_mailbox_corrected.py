"""An office's mailbox is corrected: what the old one refused arrives, and the alarm ends."""

from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from adapters.bootstrap import Parts
from adapters.catalogue.streams import municipality_stream
from adapters.mail.catcher import caught
from adapters.runners_seen import mails_seen
from domain.municipality.events import ClerkMailboxSet
from tests.catalogue import with_town
from tests.domain.application import happened as h
from tests.domain.application.facts import GELSENKIRCHEN, NOW
from tests.projections.log import Log
from tests.workers.lives_told import submitted
from tests.workers.telling import queue_all, send_all

OFFICE = "bibliothek@stadt.gelsenkirchen.example"
WRONG = "amt@refused.invalid"
RECEIVED = (submitted(), h.paid(), h.received)
NOW_DUE = "UPDATE notifications SET due_at = clock_timestamp() WHERE state = 'queued'"
OF_OFFICE = """SELECT state, settled_at IS NOT NULL AS settled FROM notifications
    WHERE channel = 'office' ORDER BY position"""
TOWN = municipality_stream(GELSENKIRCHEN)


def corrected(address: str | None, office: str | None = None) -> ClerkMailboxSet:
    return ClerkMailboxSet(address=address, office=office, set_at=NOW)


async def rows(log: Log) -> list[tuple[str, bool]]:
    return [(row["state"], row["settled"]) for row in await log.ask(OF_OFFICE)]


async def alarms(log: Log) -> int:
    async with log.connection() as connection:
        return (await mails_seen(connection)).failed


async def told(log: Log, parts: Parts) -> None:
    await queue_all(log, parts)
    await log.do(NOW_DUE)
    await send_all(log, parts)
    await queue_all(log, parts)


@pytest.fixture
async def refused(log: Log, mailing: Parts) -> Parts:
    """The office wants every mail, and its mailbox took none; return it with the right one."""
    right = with_town(mailing, GELSENKIRCHEN, clerk_mail={}, mailbox=OFFICE, mailboxes={})
    await log.record(uuid4(), *RECEIVED)
    await told(log, with_town(right, GELSENKIRCHEN, mailbox=WRONG))
    assert (await rows(log), await alarms(log)) == ([("failed", False)], 1)
    return right


@pytest.mark.parametrize("office", [None, "library"])
async def test_what_failed_arrives_and_is_settled(
    log: Log, refused: Parts, mails, office: str | None
) -> None:
    await log.record(TOWN, corrected(OFFICE, office))
    await told(log, refused)
    assert await rows(log) == [("failed", True), ("sent", False)]
    assert await alarms(log) == 0
    assert len([mail for mail in caught(mails) if mail["To"] == OFFICE]) == 1


async def test_the_log_names_application_town_and_office(log: Log, mailing: Parts) -> None:
    case = uuid4()
    await log.record(case, *RECEIVED)
    with capture_logs() as said:
        await told(log, with_town(mailing, GELSENKIRCHEN, clerk_mail={}, mailbox=WRONG))
    (line,) = [one for one in said if one["event"] == "notice_failed"]
    named = (line["application_id"], line["municipality"], line["office"])
    assert named == (str(case), GELSENKIRCHEN, "library")


async def test_a_mailbox_that_is_wrong_again_is_one_alarm_until_it_is_right(
    log: Log, refused: Parts, mails
) -> None:
    await log.record(TOWN, corrected("other@refused.invalid"))
    await told(log, with_town(refused, GELSENKIRCHEN, mailbox="other@refused.invalid"))
    assert (await rows(log), await alarms(log)) == ([("failed", True), ("failed", False)], 1)
    await log.record(TOWN, corrected(OFFICE))
    await told(log, refused)
    assert await alarms(log) == 0
    assert len([mail for mail in caught(mails) if mail["To"] == OFFICE]) == 1


@pytest.mark.parametrize("event", [corrected(None), corrected(OFFICE, "register")], ids=str)
async def test_no_mailbox_or_that_of_another_office_sends_nothing(
    log: Log, refused: Parts, event: ClerkMailboxSet
) -> None:
    await log.record(TOWN, event)
    await told(log, refused)
    assert (await rows(log), await alarms(log)) == ([("failed", False)], 1)


async def test_once_a_wrong_mailbox_is_taken_away_that_of_the_town_is_told(
    log: Log, mailing: Parts, mails
) -> None:
    own = with_town(mailing, GELSENKIRCHEN, clerk_mail={}, mailbox=OFFICE, mailboxes={})
    await log.record(TOWN, corrected(OFFICE), corrected(WRONG, "library"))
    await log.record(uuid4(), *RECEIVED)
    await told(log, with_town(own, GELSENKIRCHEN, mailboxes={"library": WRONG}))
    assert (await rows(log), await alarms(log)) == ([("failed", False)], 1)
    await log.record(TOWN, corrected(None, "library"))
    await told(log, own)
    assert (await rows(log), await alarms(log)) == ([("failed", True), ("sent", False)], 0)
    assert len([mail for mail in caught(mails) if mail["To"] == OFFICE]) == 1


async def test_an_office_with_a_mailbox_of_its_own_is_not_told_for_that_of_the_town(
    log: Log, mailing: Parts
) -> None:
    wrong = with_town(mailing, GELSENKIRCHEN, clerk_mail={}, mailboxes={"library": WRONG})
    await log.record(TOWN, corrected(WRONG, "library"))
    await log.record(uuid4(), *RECEIVED)
    await told(log, wrong)
    await log.record(TOWN, corrected(OFFICE))
    await told(log, with_town(wrong, GELSENKIRCHEN, mailbox=OFFICE))
    assert (await rows(log), await alarms(log)) == ([("failed", False)], 1)


async def test_the_same_mailbox_as_before_is_no_correction(log: Log, mailing: Parts) -> None:
    wrong = with_town(mailing, GELSENKIRCHEN, clerk_mail={}, mailbox=WRONG, mailboxes={})
    await log.record(TOWN, corrected(WRONG), corrected(WRONG, "library"))
    await log.record(uuid4(), *RECEIVED)
    await told(log, wrong)
    await log.record(TOWN, corrected(None, "library"))
    await told(log, wrong)
    assert (await rows(log), await alarms(log)) == ([("failed", False)], 1)
