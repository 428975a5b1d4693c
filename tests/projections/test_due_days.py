"""What comes due is listed soonest first, each with the count that led to its day."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from adapters.postgres.connecting import pool
from adapters.read_models.due_days import ask_due
from adapters.read_models.worklist import Question
from projections.deadlines import DEADLINES
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import DUE, GELSENKIRCHEN, GLADBECK
from tests.keys import MAPPER
from tests.projections.log import Log

EXTENDED, WAITING, ASKED, ANSWERED, APPROVED = (UUID(int=number) for number in range(1, 6))
HISTORIES = {
    EXTENDED: (*past.in_hands, h.escalated, h.extended),
    WAITING: past.in_hands,
    ASKED: past.in_correction,
    ANSWERED: (*past.in_correction, past.answered),
    APPROVED: (*past.in_hands, h.approved),
}


@pytest.fixture
async def told(log: Log) -> Log:
    for stream, history in HISTORIES.items():
        await log.record(stream, *history)
    for projection in (WORKLIST, DEADLINES):
        await log.project(projection)
    return log


async def due(log: Log, town: str = GELSENKIRCHEN, **question: Any) -> list[dict[str, Any]]:
    filters = {"due_by": date.max, **question.pop("filters", {})}
    asked = Question(municipality=town, filters=filters, today=DUE, **question)
    async with pool(log.url, 1) as connections:
        return await ask_due(connections, MAPPER, asked)


def ids(rows: list[dict[str, Any]]) -> list[UUID]:
    return [row["application_id"] for row in rows]


async def test_soonest_first_and_what_has_no_day_not_at_all(told) -> None:
    rows = await due(told)
    assert set(ids(rows)) == {EXTENDED, WAITING, ANSWERED}
    assert [row["due_on"] for row in rows] == sorted(row["due_on"] for row in rows)


async def test_each_says_what_set_its_day_and_how_it_was_counted(told) -> None:
    found = {row["application_id"]: row for row in await due(told)}
    assert {key: row["set_by"] for key, row in found.items()} == {
        WAITING: "ApplicationReceived",
        ANSWERED: "CorrectionAnswered",
        EXTENDED: "DeadlineExtended",
    }
    for stream, row in found.items():
        last = next(e for e in reversed(HISTORIES[stream]) if hasattr(e, "derivation"))
        assert (row["derivation"], row["due_on"]) == (last.derivation, last.due_on)


async def test_it_ends_with_the_day_that_is_asked_for(told) -> None:
    assert ids(await due(told, filters={"due_by": DUE})) == [WAITING]
    assert await due(told, filters={"due_by": date(2000, 1, 1)}) == []


async def test_pages_follow_each_other(told) -> None:
    seen, after = [], None
    while rows := await due(told, limit=1, after=after):
        seen += ids(rows)
        after = (rows[-1]["sort_key"], str(rows[-1]["application_id"]))
    assert seen == ids(await due(told))


async def test_another_town_and_another_office_see_nothing_of_it(told) -> None:
    assert await due(told, GLADBECK) == []
    assert await due(told, filters={"own_office": "Standesamt"}) == []


async def test_how_late_it_is_said_as_in_the_worklist(log) -> None:
    await log.record(WAITING, *past.in_hands, h.due_soon, h.escalated)
    for projection in (WORKLIST, DEADLINES):
        await log.project(projection)
    (row,) = await due(log)
    assert row["urgency"] == "escalated"
    assert await due(log, filters={"urgency": "overdue"}) == []  # its day is not over
