"""The clerk's worklist after something has happened."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from adapters.personal_data.people import name_digest
from adapters.postgres.connecting import pool
from adapters.read_models.worklist import Question, ask
from domain.application.events import ApplicationEvent
from domain.application.state import Status
from projections.catalogue import PROJECTIONS
from projections.deadlines import DEADLINES
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import (
    CENTRAL,
    CLERK,
    DUE,
    DUE_LATER,
    EVA,
    GELSENKIRCHEN,
    NOW,
)
from tests.keys import KEYS, MAPPER
from tests.projections.log import KEYS_DESTROYED, Log
from tests.projections.reopening import ONE, OTHER, reopened, reopened_incomplete

NOT_WAITING = (False, None, "none")
PERSONAL = ("Muster", "Eva", "1990", "pseudonym-1", "GE-0001", "newsletter")


async def worklist_row(log: Log, *events: ApplicationEvent) -> dict[str, Any]:
    await log.record(ONE, *events)
    (row,) = await log.shown(WORKLIST)
    return row


async def rows_of(log: Log, histories: Iterable[past.History]) -> list[dict[str, Any]]:
    for number, history in enumerate(histories, 1):
        await log.record(UUID(int=number), *history)
    return await log.shown(WORKLIST)


async def test_the_worklist_shows_what_was_submitted(log: Log) -> None:
    row = await worklist_row(log, *past.unpaid)
    assert (row["municipality"], row["branch"]) == (GELSENKIRCHEN, CENTRAL)
    assert (row["service"], row["variant"], row["channel"]) == ("library-card", "new", "online")
    assert (row["fulfilment"], row["fee_cents"], row["paid"]) == ("pickup", 2000, False)


async def test_a_read_model_holds_nothing_that_tells_who_it_is_about(log: Log) -> None:
    await log.record(ONE, *past.ready)
    for projection in PROJECTIONS:
        shown = str(await log.shown(projection))
        assert not [word for word in PERSONAL if word in shown], projection.name


async def test_names_are_opened_for_whoever_reads_a_page_and_gone_with_their_key(
    log: Log,
) -> None:
    await log.record(ONE, *past.in_hands)
    await log.project(WORKLIST)
    assert await names_on_page(log) == [(EVA.family_name, EVA.given_name)]
    await log.do(KEYS_DESTROYED)
    assert await names_on_page(log) == [("", "")]


@pytest.mark.parametrize(
    ("beginning", "found"),
    [("Mü", 1), ("mu", 1), ("MÜLLER-LÜ", 1), ("lüden", 1), ("scheidt", 0), ("Möller", 0)],
)
async def test_a_name_is_found_by_its_beginning(log: Log, beginning: str, found: int) -> None:
    applicant = replace(EVA, family_name="Müller-Lüdenscheidt")
    await log.record(ONE, replace(past.in_hands[0], applicant=applicant), *past.in_hands[1:])
    await log.project(WORKLIST)
    asked_for = name_digest(KEYS, GELSENKIRCHEN, beginning)
    assert len(await names_on_page(log, name=asked_for)) == found


async def names_on_page(log: Log, **filters: Any) -> list[tuple[str, str]]:
    async with pool(log.url, 1) as connections:
        rows = await ask(
            connections, MAPPER, Question(municipality=GELSENKIRCHEN, filters=filters, today=DUE)
        )
    return [(row["family_name"], row["given_name"]) for row in rows]


@pytest.mark.parametrize(
    ("history", "today", "said", "found"),
    [
        (past.in_hands, DUE, None, set()),
        ((*past.in_hands, h.due_soon), DUE, "due-soon", {"due-soon"}),
        ((*past.in_hands, h.due_soon), DUE_LATER, "overdue", {"overdue"}),
        ((*past.in_hands, h.escalated), DUE_LATER, "escalated", {"overdue", "escalated"}),
        ((*past.in_hands, h.escalated, h.extended), DUE_LATER, None, set()),
        ((*past.in_hands, h.escalated, h.correction_requested), DUE_LATER, None, set()),
        ((*past.in_hands, h.escalated, h.approved), DUE_LATER, None, set()),
    ],
)
async def test_how_urgent_it_is_can_be_seen_and_filtered_by(
    log: Log, history: past.History, today: date, said: str | None, found: set[str]
) -> None:
    await log.record(ONE, *history)
    for projection in (WORKLIST, DEADLINES):
        await log.project(projection)
    async with pool(log.url, 1) as connections:
        pages = {
            urgency: await ask(
                connections,
                MAPPER,
                Question(municipality=GELSENKIRCHEN, filters={"urgency": urgency}, today=today),
            )
            for urgency in (None, "due-soon", "overdue", "escalated")
        }
    assert [row["urgency"] for row in pages.pop(None)] == [said]
    assert {urgency for urgency, rows in pages.items() if rows} == found


async def test_an_incomplete_application_does_not_wait_for_a_clerk(log: Log) -> None:
    row = await worklist_row(log, *past.unpaid)
    assert (row["waiting"], row["due_on"], row["status"]) == (False, None, "submitted")


async def test_a_complete_application_waits_with_its_due_day(log: Log) -> None:
    row = await worklist_row(log, *past.handed_over)
    assert (row["waiting"], row["due_on"], row["paid"]) == (True, DUE, True)
    assert (row["status"], row["received_at"]) == ("received", NOW)


async def test_a_claim_shows_who_and_a_release_nobody(log: Log) -> None:
    assert (await worklist_row(log, *past.in_hands))["claimed_by"] == CLERK
    assert (await worklist_row(log, h.released))["claimed_by"] is None


async def test_an_open_correction_stops_the_clock(log: Log) -> None:
    row = await worklist_row(log, *past.in_correction)
    assert (row["correction"], row["due_on"], row["waiting"]) == ("open", None, True)


async def test_an_answered_correction_bears_a_badge_and_a_new_due_day(log: Log) -> None:
    row = await worklist_row(log, *past.in_correction, past.answered)
    assert (row["correction"], row["due_on"]) == ("answered", DUE_LATER)


async def test_a_second_correction_is_open_again(log: Log) -> None:
    row = await worklist_row(log, *past.in_correction, past.answered, h.correction_requested)
    assert (row["correction"], row["due_on"]) == ("open", None)


async def test_a_cancelled_correction_leaves_no_badge(log: Log) -> None:
    row = await worklist_row(log, *past.in_correction, past.correction_cancelled)
    assert (row["correction"], row["due_on"]) == ("none", DUE_LATER)


@pytest.mark.parametrize("history", [past.to_be_collected, past.ready])
async def test_an_approved_application_waits_until_its_result_is_handed_out(
    log: Log, history: past.History
) -> None:
    assert (await worklist_row(log, *history))["waiting"]


async def test_applications_that_have_ended_leave_the_worklist(log: Log) -> None:
    rows = await rows_of(log, past.ENDED_AS.values())
    assert [row["status"] for row in rows] == list(past.ENDED_AS)
    assert {(r["waiting"], r["claimed_by"], r["correction"]) for r in rows} == {NOT_WAITING}


async def test_reopened_applications_come_back_to_the_worklist(log: Log) -> None:
    rows = await rows_of(log, [(*history, reopened) for history in past.ENDED_AS.values()])
    shown = {(row["status"], row["waiting"], row["due_on"]) for row in rows}
    assert shown == {("received", True, DUE_LATER)}


async def test_one_reopened_before_it_was_complete_waits_for_the_applicant(log: Log) -> None:
    row = await worklist_row(log, *past.unpaid, h.withdrawn, reopened_incomplete)
    assert (row["status"], row["waiting"], row["due_on"]) == ("submitted", False, None)


async def test_the_worklist_shows_the_version_to_decide_upon(log: Log) -> None:
    rows = await rows_of(log, past.ENDED_AS.values())
    assert [row["version"] for row in rows] == [len(history) for history in past.ENDED_AS.values()]


async def test_applications_do_not_touch_each_other_s_rows(log: Log) -> None:
    await log.record(ONE, *past.in_hands)
    await log.record(OTHER, *past.ENDED_AS[Status.REJECTED])
    one, other = await log.shown(WORKLIST)
    assert (one["waiting"], one["claimed_by"]) == (True, CLERK)
    assert (other["waiting"], other["status"]) == (False, "rejected")
