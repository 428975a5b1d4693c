"""The clerk's worklist, and the counts of what waits in it."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from adapters.identity.actor import Actor
from adapters.personal_data.key_ring import KeyEncryption
from adapters.personal_data.people import name_digest
from adapters.postgres.tenants import ask_as
from adapters.read_models.worklist import COUNTS, Question, Sort, ask
from api.access import viewer
from api.bodies import LINE, Key
from api.desk import Clerk, PartsOf
from api.waiting import After, wait_for
from api.worklist_cursors import next_cursor, read_cursor
from domain.working_days import legal_day
from projections.worklist import WORKLIST

router = APIRouter(prefix="/api/v1/worklist", tags=["clerks"])
STATUSES = "^(received|approved|ready-for-pickup|acknowledged)$"


class WorklistFilters(BaseModel):
    """All of them together; `name` begins a family name or a word of it, accents
    or not; of longer ones the first eight letters count. `status` acknowledged lists
    the notifications of the office (meter readings), which wait for nobody any more. `urgency`
    overdue lists the escalated ones as well. `not_reached` lists applicants who could not be told
    something, whatever became of the application.
    """

    branch: Key | None = None
    office: Annotated[str, Query(min_length=1, max_length=500, pattern=LINE)] | None = None
    service: Key | None = None
    status: Annotated[str, Query(pattern=STATUSES)] | None = None
    claimed_by: Annotated[str, Query(max_length=255, pattern=LINE)] | None = None
    unclaimed: bool | None = None
    correction: Annotated[str, Query(pattern="^(none|open|answered)$")] | None = None
    due_by: date | None = None
    urgency: Annotated[str, Query(pattern="^(due-soon|overdue|escalated)$")] | None = None
    fulfilment: Annotated[str, Query(pattern="^(pickup|online-only|mail)$")] | None = None
    not_reached: bool | None = None
    name: Annotated[str, Query(min_length=2, max_length=100, pattern=LINE)] | None = None


class Paging(BaseModel):
    sort: Sort = Sort.DUE
    cursor: Annotated[str, Query(max_length=300)] | None = None
    limit: Annotated[int, Query(ge=1, le=200)] = 50


class WorklistQuery(WorklistFilters, Paging):
    after: After = None


class WorklistRow(BaseModel):
    """`version` is what a decision gives as `If-Match`. `urgency`: due-soon, overdue, escalated.

    `not_reached`: a notice did not reach the applicant; see the notices of the application.
    """

    application_id: UUID
    version: int
    municipality: str
    branch: str | None
    office: str | None
    service: str
    variant: str
    channel: str
    pilot: bool
    fulfilment: str
    family_name: str
    given_name: str
    fee_cents: int
    paid: bool
    submitted_at: datetime
    status: str
    received_at: datetime | None
    due_on: date | None
    claimed_by: str | None
    correction: str
    urgency: str | None
    not_reached: bool


class Worklist(BaseModel):
    """Consistency: eventual; `position` is the last of the log that is shown."""

    position: int
    applications: list[WorklistRow]
    next_cursor: str | None


class WorklistCounts(BaseModel):
    position: int
    waiting: int
    unclaimed: int
    mine: int
    overdue: int
    escalated: int
    due_soon: int
    correction_open: int
    correction_answered: int
    ready_for_pickup: int
    not_reached: int


@router.get("")
async def worklist(
    query: Annotated[WorklistQuery, Query()],
    clerk: Clerk,
    parts: PartsOf,
    request: Request,
    response: Response,
) -> Worklist:
    """List what waits for a person, most urgent first; the next page is in `Link` too."""
    position = await wait_for(parts.pool, WORKLIST.name, query.after)
    rows = await ask(parts.pool, parts.mapper, _question(parts.keys, query, clerk))
    return Worklist(
        position=position,
        applications=[WorklistRow.model_construct(**row) for row in rows],
        next_cursor=next_cursor(rows, query.sort, query.limit, request, response),
    )


@router.get("/counts")
async def counts(clerk: Clerk, parts: PartsOf, after: After = None) -> WorklistCounts:
    """Count what waits, by the queues a clerk thinks in."""
    position = await wait_for(parts.pool, WORKLIST.name, after)
    parameters = {
        "municipality": clerk.municipality,
        "branch": clerk.branch,
        "office": clerk.office,
        "clerk": clerk.subject,
        "today": legal_day(datetime.now(UTC)),
    }
    (row,) = await ask_as(parts.pool, viewer(clerk), COUNTS, parameters)
    return WorklistCounts(position=position, **row)


def _question(keys: KeyEncryption, query: WorklistQuery, clerk: Actor) -> Question:
    filters: dict[str, Any] = query.model_dump(include=set(WorklistFilters.model_fields))
    town = clerk.municipality or ""
    if query.name:
        filters["name"] = name_digest(keys, town, query.name)
    return Question(
        municipality=town,
        filters={**filters, "own_branch": clerk.branch, "own_office": clerk.office},
        today=legal_day(datetime.now(UTC)),
        sort=query.sort,
        after=read_cursor(query.cursor, query.sort),
        limit=query.limit,
    )
