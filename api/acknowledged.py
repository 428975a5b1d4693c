"""For clerks: the notifications of their office and what was answered, as a table."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from adapters.identity.actor import Actor
from adapters.read_models.form_columns import cells_of, columns_of
from adapters.read_models.worklist import ACKNOWLEDGED, Question, Sort, ask
from adapters.tabular import as_csv
from api.bodies import Key
from api.desk import Clerk, Desk, DeskOf
from api.readings import note_reading
from api.refusals import FieldProblem, FormHasProblems
from api.waiting import After, wait_for
from domain.application.answers import answers_of
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationSubmitted
from domain.working_days import BERLIN
from projections.worklist import WORKLIST

router = APIRouter(prefix="/api/v1/worklist", tags=["clerks"])
PAGE, MOST = 200, 5_000
ABOUT = ("application_id", "filed_on", "channel", "variant", "family_name", "given_name")


class AcknowledgedQuery(BaseModel):
    """Of one service; `from` and `to` are days on which it was acknowledged, both counted."""

    service: Key
    first: Annotated[date, Query(alias="from")] = date(2000, 1, 1)
    last: Annotated[date, Query(alias="to")] = date(2999, 12, 30)
    excel: bool = False
    after: After = None


@router.get("/acknowledged.csv", response_class=Response)
async def acknowledged_csv(
    query: Annotated[AcknowledgedQuery, Query()], clerk: Clerk, desk: DeskOf
) -> Response:
    """The acknowledged notifications of a service as CSV, with their answers; 5,000 at most."""
    if query.last < query.first:
        advice = "give a day that is not before `from`"
        raise FormHasProblems([FieldProblem("query:/to", advice)])
    await wait_for(desk.parts.pool, WORKLIST.name, query.after)
    found = [row async for row in _found(desk, query, clerk)]
    if len(found) > MOST:
        advice = f"ask for fewer days: these are more than {MOST}"
        raise FormHasProblems([FieldProblem("query:/from", advice)])
    answered = _columns(desk, query.service)
    rows = [await _row(desk, clerk, one["application_id"], answered) for one in found]
    return Response(
        as_csv([*ABOUT, *answered], rows, excel=query.excel),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{query.service}.csv"',
            "Cache-Control": "no-store",
        },
    )


async def _found(
    desk: Desk, query: AcknowledgedQuery, clerk: Actor
) -> AsyncIterator[dict[str, Any]]:
    """The oldest first, page by page, and one more than may be told."""
    after, told = None, 0
    while told <= MOST:
        page = await ask(desk.parts.pool, desk.parts.mapper, _question(query, clerk, after))
        for row in page:
            yield row
        told += len(page)
        if len(page) < PAGE:
            return
        after = (page[-1]["sort_key"], str(page[-1]["application_id"]))


def _question(query: AcknowledgedQuery, clerk: Actor, after: tuple[str, str] | None) -> Question:
    return Question(
        municipality=clerk.municipality or "",
        filters={
            "status": ACKNOWLEDGED,
            "service": query.service,
            "received_from": _midnight(query.first),
            "received_before": _midnight(query.last + timedelta(days=1)),
            "own_branch": clerk.branch,
            "own_office": clerk.office,
        },
        sort=Sort.OLDEST,
        after=after,
        limit=PAGE,
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BERLIN)


def _columns(desk: Desk, service: str) -> list[str]:
    """Of all versions, the newest first: what was asked once is in the table still."""
    versions = [one for one in desk.parts.catalogue.definitions if one.key == service]
    newest_first = sorted(versions, key=lambda one: -one.version)
    return columns_of(one.form for one in newest_first)


async def _row(
    desk: Desk, clerk: Actor, application_id: UUID, answered: list[str]
) -> dict[str, Any]:
    history = await desk.parts.log.events(application_id)
    submitted: ApplicationSubmitted = history[0]
    town, version = APPLICATION.fold(history).municipality, len(history)
    note_reading(desk, clerk, application_id, town, "application", version)
    person = submitted.applicant
    return {
        "application_id": application_id,
        "filed_on": submitted.first_received_on or submitted.legal_day,
        "channel": submitted.channel,
        "variant": submitted.variant,
        "family_name": person.family_name if person else "",
        "given_name": person.given_name if person else "",
        **cells_of(answers_of(history) if person else {}, answered),
    }
