"""What an office was not told by a digest, it is told another time; nothing of it is lost."""

from dataclasses import replace
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from adapters.bootstrap import Parts
from adapters.mail.catcher import caught
from adapters.mail.digests_seen import digests_seen
from api.digest_gauges import add_digests
from domain.municipality.clerk_mail import ClerkMailMode
from tests.adapters.test_mail_reports import block, report
from tests.catalogue import with_town
from tests.domain.application import happened as h
from tests.domain.application.facts import GELSENKIRCHEN
from tests.projections.log import Log
from tests.workers.digesting import (
    DIGEST,
    FRIDAY,
    IMMEDIATE,
    MONDAY,
    NONE,
    NOW_DUE,
    RECEIVED,
    at,
    causes,
    choosing,
    digests,
    of_office,
)
from tests.workers.telling import send_all
from tests.workers.test_bounces import COLLECTED, Box, taken

OFFICE = "bibliothek@stadt.gelsenkirchen.example"
WRONG = "amt@refused.invalid"
SIX_DAYS = "UPDATE digests SET until = clock_timestamp() - interval '6 days'"
FIVE_DAYS_NEARLY = "UPDATE digests SET until = clock_timestamp() - interval '119 hours'"
DUE_LATER = "UPDATE digests SET due_at = clock_timestamp() + interval '1 day'"
IDS = "SELECT digest_id FROM digests ORDER BY day"


@pytest.fixture
def digesting(mailing: Parts) -> Parts:
    return choosing(mailing, DIGEST)


async def failed(log: Log) -> int:
    async with log.connection() as connection:
        return (await digests_seen(connection)).failed


def subjects(mails) -> list[str]:
    return [mail["Subject"] for mail in caught(mails) if mail["To"] == OFFICE]


@pytest.mark.parametrize(
    ("mode", "notice", "cause"),
    [(NONE, ("dropped", "not-wanted"), "not-wanted"), (IMMEDIATE, ("sent", ""), "told-at-once")],
)
async def test_who_chooses_otherwise_while_a_digest_waits_is_told_so(
    log: Log, parts: Parts, mailing: Parts, mode: ClerkMailMode, notice: tuple[str, str], cause: str
) -> None:
    await log.record(uuid4(), *RECEIVED)
    await at(log, choosing(parts, DIGEST), FRIDAY)  # begun, and no mail server answers
    await log.do(NOW_DUE)
    other = choosing(mailing, mode)
    await at(log, other, FRIDAY)
    await send_all(log, other)
    assert await of_office(log) == [notice]
    assert await causes(log) == [("dropped", cause)]
    assert len(subjects(parts.settings.home / "mails")) == (notice[0] == "sent")


async def test_what_a_refused_digest_held_is_in_the_next(log: Log, digesting: Parts, mails) -> None:
    await log.record(uuid4(), *RECEIVED)
    await at(log, with_town(digesting, GELSENKIRCHEN, mailbox=WRONG), FRIDAY)
    assert await digests(log) == [(FRIDAY.date(), "failed")]
    assert await of_office(log) == [("collected", "")]
    assert await failed(log) == 1
    await at(log, digesting, FRIDAY)
    assert await digests(log) == [(FRIDAY.date(), "failed")]  # one a day
    await log.record(uuid4(), *RECEIVED)
    await at(log, digesting, MONDAY)
    assert await of_office(log) == [("sent", "")] * 2
    (subject,) = subjects(mails)
    assert subject.startswith("2 ")
    assert await failed(log) == 0


@pytest.mark.parametrize(
    ("mode", "state"), [(NONE, ("dropped", "not-wanted")), (IMMEDIATE, ("queued", ""))]
)
async def test_an_office_that_chooses_otherwise_is_no_alarm_any_more(
    log: Log, digesting: Parts, mode: ClerkMailMode, state: tuple[str, str]
) -> None:
    case = uuid4()
    await log.record(case, *RECEIVED)
    await at(log, with_town(digesting, GELSENKIRCHEN, mailbox=WRONG), FRIDAY)
    await at(log, choosing(digesting, mode), FRIDAY)
    assert await of_office(log) == [state]
    assert await failed(log) == 0
    assert await digests(log) == [(FRIDAY.date(), "failed")]  # as it was


async def test_a_digest_is_given_up_after_five_days_and_told_in_the_next(
    log: Log, parts: Parts, digesting: Parts, mails
) -> None:
    await log.record(uuid4(), *RECEIVED)
    down = choosing(parts, DIGEST)
    await at(log, down, FRIDAY)
    await log.do(FIVE_DAYS_NEARLY, NOW_DUE)
    await at(log, down, FRIDAY)
    assert await digests(log) == [(FRIDAY.date(), "queued")]
    registry = CollectorRegistry()
    await add_digests(parts, registry)
    assert (registry.get_sample_value("amtsweg_digests_oldest_seconds") or 0) >= 119 * 3600
    await log.do(SIX_DAYS, NOW_DUE)
    await at(log, down, FRIDAY)
    assert await digests(log) == [(FRIDAY.date(), "failed")]
    assert (await of_office(log), await failed(log)) == ([("collected", "")], 1)
    await at(log, digesting, MONDAY)
    assert len(subjects(mails)) == 1


async def test_an_office_without_a_mailbox_is_noted_as_that(log: Log, digesting: Parts) -> None:
    await log.record(uuid4(), *RECEIVED)
    nowhere = with_town(digesting, GELSENKIRCHEN, mailbox=None, mailboxes={})
    await at(log, nowhere, FRIDAY)
    assert await causes(log) == [("dropped", "no-mailbox")]
    assert await of_office(log) == [("dropped", "no-mailbox")]


@pytest.mark.parametrize(
    ("later", "mailbox", "cause"),
    [([h.withdrawn], OFFICE, "nothing-waits"), ([], None, "no-mailbox")],
)
async def test_an_office_that_needs_no_digest_any_more_is_no_alarm(
    log: Log, digesting: Parts, later: list[object], mailbox: str | None, cause: str
) -> None:
    case = uuid4()
    await log.record(case, *RECEIVED)
    await at(log, with_town(digesting, GELSENKIRCHEN, mailbox=WRONG), FRIDAY)
    await log.record(case, *later)
    assert await failed(log) == 1
    await at(log, with_town(digesting, GELSENKIRCHEN, mailbox=mailbox, mailboxes={}), MONDAY)
    assert await causes(log) == [("failed", "SMTP 550"), ("dropped", cause)]
    assert await failed(log) == 0


async def test_one_that_fails_after_a_later_one_was_not_needed_is_an_alarm(
    log: Log, parts: Parts, digesting: Parts
) -> None:
    await log.record(uuid4(), *RECEIVED)
    await at(log, choosing(parts, DIGEST), FRIDAY)  # no mail server answers
    await log.do(DUE_LATER)
    await log.record(uuid4(), *RECEIVED, h.claimed, h.rejected)
    await at(log, digesting, MONDAY)
    await log.do(NOW_DUE)
    await at(log, with_town(digesting, GELSENKIRCHEN, mailbox=WRONG), MONDAY)
    assert await causes(log) == [("failed", "SMTP 550"), ("dropped", "nothing-waits")]
    assert await failed(log) == 1


async def test_where_nothing_waits_any_more_it_says_so(log: Log, digesting: Parts) -> None:
    await log.record(uuid4(), *RECEIVED, h.claimed, h.rejected)
    await at(log, digesting, FRIDAY)
    assert await causes(log) == [("dropped", "nothing-waits")]


async def test_a_digest_that_comes_back_is_an_alarm_and_told_in_the_next(
    log: Log, digesting: Parts, mails
) -> None:
    settings = digesting.settings.model_copy(update={"bounces": COLLECTED})
    parts = replace(digesting, settings=settings)
    await log.record(uuid4(), *RECEIVED)
    await at(log, parts, FRIDAY)
    assert await of_office(log) == [("sent", "")]
    (row,) = await log.ask(IDS)
    assert parts.return_paths
    back = report(block("failed"), to=parts.return_paths.of(row["digest_id"]))
    for _ in range(2):
        await taken(log, parts, Box([back, back]))
        assert await causes(log) == [("failed", "DSN 5.1.1")]
        assert await of_office(log) == [("collected", "")]
        assert await failed(log) == 1
    await at(log, parts, MONDAY)
    await taken(log, parts, Box([back]))  # of the first one, still
    assert await digests(log) == [(FRIDAY.date(), "failed"), (MONDAY.date(), "sent")]
    assert (await of_office(log), await failed(log)) == ([("sent", "")], 0)
    assert len(subjects(mails)) == 2
