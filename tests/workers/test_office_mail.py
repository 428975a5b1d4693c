"""An office is told of what came: at once, in a digest, or not; a pilot may be kept quiet."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.mail.catcher import caught
from domain.application import events as e
from domain.municipality.clerk_mail import Audience, ClerkMail, ClerkMailMode
from tests.catalogue import with_town
from tests.domain.application import happened as h
from tests.domain.application.facts import GELSENKIRCHEN
from tests.domain.application.histories import answered
from tests.projections.log import Log
from tests.workers.lives_told import EVAS_MAIL, submitted, told
from tests.workers.telling import noted, queue_all, send_all

OFFICE = "bibliothek@stadt.gelsenkirchen.example"
RECEIVED = (submitted(), h.paid(), h.received)
PILOT = (replace(submitted(), pilot=True), *RECEIVED[1:])
BACK_TO_THE_START = "UPDATE positions SET position = 0, applied = 0"
HANDLED_NO_MORE = "DELETE FROM inbox"
DIGEST, NONE = ClerkMailMode.DIGEST, ClerkMailMode.NONE
BOTH = (Audience.APPLICANTS, Audience.OFFICES)


@pytest.fixture
def mailing(mailing: Parts) -> Parts:
    """Whose offices have not chosen."""
    return with_town(mailing, GELSENKIRCHEN, clerk_mail={})


def choosing(parts: Parts, mode: ClerkMailMode) -> Parts:
    return with_town(parts, GELSENKIRCHEN, clerk_mail={"": ClerkMail(mode=mode)})


def quiet(parts: Parts, *audience: Audience, **by_service: tuple[Audience, ...]) -> Parts:
    services = {key.replace("_", "-"): value for key, value in by_service.items()}
    return with_town(parts, GELSENKIRCHEN, pilot_quiet={"": audience, **services})


LIVES: dict[str, tuple[Any, ...]] = {
    "office/received-1": RECEIVED,
    "office/passed-1": (*RECEIVED, h.passed_on),
    "office/answered-1": (*RECEIVED, h.claimed, h.correction_requested, answered),
    "office/proof-1": (*RECEIVED, h.claimed, h.uploaded, h.found_clean),
    "office/money-1": (*RECEIVED, h.charged_back()),
    "office/escalated-1": (*RECEIVED, h.claimed, h.escalated),
}


@pytest.mark.parametrize("template", LIVES)
async def test_an_office_that_has_not_chosen_is_told_at_once_and_of_nobody(
    log: Log, mailing: Parts, mails, template: str
) -> None:
    case = uuid4()
    await log.record(case, *LIVES[template])
    await queue_all(log, mailing)
    await send_all(log, mailing)
    assert (template, "sent", "") in await noted(log)
    told_office = [mail for mail in caught(mails) if mail["To"] == OFFICE]
    assert len(told_office) == (1 if template == "office/received-1" else 2)
    text = "".join(mail.get_content() + mail["Subject"] for mail in told_office)
    assert str(case) in text
    assert not [word for word in ("Muster", "Eva", EVAS_MAIL, "{", "None") if word in text]


async def test_before_it_is_complete_a_proof_is_told_to_nobody(log: Log, mailing: Parts) -> None:
    await log.record(uuid4(), submitted(), h.uploaded, h.found_clean)
    await queue_all(log, mailing)
    assert await noted(log) == []


async def test_what_is_acknowledged_at_once_waits_for_nobody(log: Log, mailing: Parts) -> None:
    await log.record(uuid4(), *told("de")[e.ApplicationAcknowledged])
    await queue_all(log, mailing)
    assert not [row for row in await noted(log) if row[0].startswith("office/")]


@pytest.mark.parametrize(
    ("mode", "state"), [(DIGEST, ("collected", "")), (NONE, ("dropped", "not-wanted"))]
)
async def test_who_wants_no_mail_at_once_is_told_at_once_of_what_is_overdue_only(
    log: Log, mailing: Parts, mails, mode: ClerkMailMode, state: tuple[str, str]
) -> None:
    parts = choosing(mailing, mode)
    await log.record(uuid4(), *RECEIVED, h.claimed, h.escalated)
    await queue_all(log, parts)
    await send_all(log, parts)
    rows = {template: rest for template, *rest in await noted(log)}
    assert rows["office/received-1"] == [*state]
    assert rows["office/escalated-1"] == ["sent", ""]
    assert [m["Subject"].split(":")[0] for m in caught(mails) if m["To"] == OFFICE] == [
        "Überfällig"
    ]


async def test_a_choice_of_today_sends_nothing_old(log: Log, mailing: Parts, mails) -> None:
    await log.record(uuid4(), *RECEIVED)
    await queue_all(log, choosing(mailing, NONE))
    await log.do(BACK_TO_THE_START, HANDLED_NO_MORE)
    await queue_all(log, mailing)
    await send_all(log, mailing)
    assert [mail["To"] for mail in caught(mails)] == [EVAS_MAIL]


@pytest.mark.parametrize(
    ("audience", "told_by_mail"),
    [
        ((), {EVAS_MAIL, OFFICE}),
        ((Audience.APPLICANTS,), {OFFICE}),
        ((Audience.OFFICES,), {EVAS_MAIL}),
        (BOTH, set()),
    ],
)
async def test_a_pilot_is_as_quiet_as_its_town_says(
    log: Log, mailing: Parts, mails, audience: tuple[Audience, ...], told_by_mail: set[str]
) -> None:
    parts = quiet(mailing, *audience)
    await log.record(uuid4(), *PILOT, h.claimed, h.escalated, h.rejected)
    await queue_all(log, parts)
    await send_all(log, parts)
    assert {mail["To"] for mail in caught(mails)} == told_by_mail
    dropped = {row[0] for row in await noted(log) if row[1:] == ("dropped", "pilot")}
    applicants, offices = {"received-1", "rejected-1"}, {"office/received-1", "office/escalated-1"}
    assert (applicants <= dropped) == (Audience.APPLICANTS in audience)
    assert (offices <= dropped) == (Audience.OFFICES in audience)


async def test_what_counts_is_told_though_pilots_are_quiet(log: Log, mailing: Parts, mails) -> None:
    await log.record(uuid4(), *RECEIVED)
    await queue_all(log, quiet(mailing, *BOTH))
    await send_all(log, mailing)
    assert {mail["To"] for mail in caught(mails)} == {EVAS_MAIL, OFFICE}


async def test_a_service_may_be_louder_than_its_town(log: Log, mailing: Parts, mails) -> None:
    await log.record(uuid4(), *PILOT)
    await queue_all(log, quiet(mailing, *BOTH, library_card=()))
    await send_all(log, mailing)
    assert {mail["To"] for mail in caught(mails)} == {EVAS_MAIL, OFFICE}


async def test_going_live_sends_nothing_of_what_was_quiet(log: Log, mailing: Parts, mails) -> None:
    await log.record(uuid4(), *PILOT)
    await queue_all(log, quiet(mailing, *BOTH))
    await log.do(BACK_TO_THE_START, HANDLED_NO_MORE)
    await queue_all(log, mailing)
    await send_all(log, mailing)
    assert caught(mails) == []


async def test_a_mail_is_pinned_to_the_language_in_which_there_was_its_text(
    log: Log, mailing: Parts
) -> None:
    await log.record(uuid4(), submitted("de-simple"), *RECEIVED[1:])
    await queue_all(log, mailing)
    rows = await log.ask("SELECT template, language FROM notifications ORDER BY template")
    assert [(row["template"], row["language"]) for row in rows] == [
        ("office/received-1", "de"),
        ("received-1", "de-simple"),
    ]
