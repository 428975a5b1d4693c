"""For clerks: what comes due or is late, and why on that day."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from adapters.catalogue.calendar import working_calendar
from adapters.identity.actor import Actor
from adapters.read_models.due_days import ask_due
from adapters.read_models.worklist import Question, Sort
from api.bodies import LINE, Key
from api.derivations import derivation_for
from api.desk import Clerk, PartsOf
from api.views import DeadlineStepView
from api.waiting import After, wait_for
from api.worklist_cursors import next_cursor, read_cursor
from domain.working_days import DeadlinePolicy, WorkingCalendar, legal_day
from projections.deadlines import DEADLINES
from projections.worklist import WORKLIST

router = APIRouter(prefix="/api/v1/worklist", tags=["clerks"])
MON_TO_FRI = DeadlinePolicy()


class DueFilters(BaseModel):
    """All of them together; `urgency` overdue lists the escalated ones as well."""

    urgency: Annotated[str, Query(pattern="^(due-soon|overdue|escalated)$")] | None = None
    branch: Key | None = None
    office: Annotated[str, Query(min_length=1, max_length=500, pattern=LINE)] | None = None
    service: Key | None = None
    claimed_by: Annotated[str, Query(max_length=255, pattern=LINE)] | None = None
    unclaimed: bool | None = None


class DueQuery(DueFilters):
    """`within`: working days of the town, Monday to Friday; 0 is today. What is late is in it."""

    within: Annotated[int, Query(ge=0, le=200)] | None = None
    cursor: Annotated[str, Query(max_length=300)] | None = None
    limit: Annotated[int, Query(ge=1, le=200)] = 50
    after: After = None


class DueRow(BaseModel):
    """`working_days_left`: below zero once late. `set_by`: the event that the day is from.

    `derivation`: how the day was counted; in English for whoever prefers it (`Accept-Language`).
    """

    application_id: UUID
    version: int
    branch: str | None
    office: str | None
    service: str
    status: str
    claimed_by: str | None
    received_at: datetime
    due_on: date
    working_days_left: int
    urgency: str | None
    set_by: str
    derivation: list[DeadlineStepView]


class DueList(BaseModel):
    """Consistency: eventual; `until`: the last day that is listed, None where all are."""

    position: int
    today: date
    until: date | None
    due: list[DueRow]
    next_cursor: str | None


@router.get("/due")
async def due(
    query: Annotated[DueQuery, Query()],
    clerk: Clerk,
    parts: PartsOf,
    request: Request,
    response: Response,
) -> DueList:
    """List what is late or comes due, soonest first, and how each day was counted; no names."""
    await wait_for(parts.pool, DEADLINES.name, query.after)
    position = await wait_for(parts.pool, WORKLIST.name, query.after)
    today = legal_day(datetime.now(UTC))
    calendar = working_calendar(parts.catalogue.municipality(clerk.municipality or ""), today)
    until = _until(query.within, today, calendar)
    rows = await ask_due(parts.pool, parts.mapper, _question(query, clerk, today, until))
    return DueList(
        position=position,
        today=today,
        until=until,
        due=[
            DueRow(
                **{**row, "derivation": derivation_for(request, _steps(row))},
                working_days_left=MON_TO_FRI.days_left(today, row["due_on"], calendar),
            )
            for row in rows
        ],
        next_cursor=next_cursor(rows, Sort.DUE, query.limit, request, response),
    )


def _until(within: int | None, today: date, calendar: WorkingCalendar) -> date | None:
    if not within:
        return None if within is None else today
    return MON_TO_FRI.deadline(today, calendar, within).due_on


def _question(query: DueQuery, clerk: Actor, today: date, until: date | None) -> Question:
    return Question(
        municipality=clerk.municipality or "",
        filters={
            **query.model_dump(include=set(DueFilters.model_fields)),
            "own_branch": clerk.branch,
            "own_office": clerk.office,
            # What has no day is never before the last one.
            "due_by": until or date.max,
        },
        today=today,
        after=read_cursor(query.cursor, Sort.DUE),
        limit=query.limit,
    )


def _steps(row: dict[str, Any]) -> list[DeadlineStepView]:
    return [DeadlineStepView(**msgspec.to_builtins(step)) for step in row["derivation"]]
