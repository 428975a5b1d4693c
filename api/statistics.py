"""For analysts: online applications per city, service and period, as JSON or CSV."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from adapters.identity.actor import Actor
from adapters.postgres.tenants import ask_as
from adapters.tabular import as_csv
from api.access import town_asked, viewer
from api.bodies import Ags, Key
from api.desk import Analyst, PartsOf
from api.waiting import After, wait_for
from domain.application.events import Channel
from projections.applications_counted import APPLICATIONS_COUNTED

router = APIRouter(prefix="/api/v1/statistics", tags=["analysts"])


class By(StrEnum):
    MUNICIPALITY = "municipality"
    SERVICE = "service"
    CHANNEL = "channel"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


COLUMN: Mapping[By, str] = {
    By.MUNICIPALITY: "municipality",
    By.SERVICE: "service",
    By.CHANNEL: "channel",
    By.DAY: "to_char(legal_day, 'YYYY-MM-DD')",
    By.MONTH: "to_char(legal_day, 'YYYY-MM')",
    By.YEAR: "to_char(legal_day, 'YYYY')",
}
WHERE = """WHERE span = 'day' AND legal_day BETWEEN %(first)s AND %(last)s
    AND (%(municipality)s::text IS NULL OR municipality = %(municipality)s)
    AND (%(service)s::text IS NULL OR service = %(service)s)
    AND (channel = %(channel)s OR (%(channel)s::text IS NULL AND channel <> 'forwarded'))
    AND (%(pilot)s OR NOT pilot)"""


class CountsQuery(BaseModel):
    """`first` and `last` are legal days (Europe/Berlin), both counted. Pilots are left out.

    What another municipality forwarded was counted there: it is told as channel `forwarded` only.
    """

    model_config = {"extra": "forbid"}

    first: Annotated[date, Query(alias="from")] = date(2000, 1, 1)
    last: Annotated[date, Query(alias="to")] = date(2999, 12, 31)
    municipality: Ags | None = None
    service: Key | None = None
    channel: Channel | None = Channel.ONLINE
    all_channels: bool = False
    include_pilot: bool = False
    by: Annotated[list[By], Query(min_length=1, max_length=len(By))] = [By.MUNICIPALITY]
    after: After = None


class CsvQuery(CountsQuery):
    excel: bool = False


class Count(BaseModel):
    """The columns asked for with `by`, and how many applications were submitted."""

    model_config = {"extra": "allow"}

    applications: int


class Counts(BaseModel):
    """Consistency: eventual; `position` is the last of the log that is counted."""

    position: int
    counts: list[Count]


@router.get("/applications")
async def applications(
    query: Annotated[CountsQuery, Query()], analyst: Analyst, parts: PartsOf
) -> Counts:
    """Count applications at submission; withdrawal, rejection and erasure change nothing."""
    position = await wait_for(parts.pool, APPLICATIONS_COUNTED.name, query.after)
    rows = await _count(parts, query, analyst)
    return Counts(position=position, counts=[Count(**row) for row in rows])


@router.get("/applications.csv", response_class=Response)
async def applications_csv(
    query: Annotated[CsvQuery, Query()], analyst: Analyst, parts: PartsOf
) -> Response:
    """The same as CSV; `excel=true` writes what a German Excel opens: semicolons and a BOM."""
    await wait_for(parts.pool, APPLICATIONS_COUNTED.name, query.after)
    rows = await _count(parts, query, analyst)
    text = as_csv([*query.by, "applications"], rows, excel=query.excel)
    return Response(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="applications.csv"'},
    )


async def _count(parts: PartsOf, query: CountsQuery, analyst: Actor) -> list[dict[str, Any]]:
    columns = ", ".join(f"{COLUMN[by]} AS {by}" for by in query.by)
    order = ", ".join(str(n) for n in range(1, len(query.by) + 1))
    statement = (
        f"SELECT {columns}, sum(counted)::bigint AS applications "  # noqa: S608 -- from COLUMN
        f"FROM {APPLICATIONS_COUNTED.name} {WHERE} GROUP BY {order} ORDER BY {order}"
    )
    parameters = {
        "first": query.first,
        "last": query.last,
        # An analyst of one town sees that town only.
        "municipality": town_asked(analyst, query.municipality),
        "service": query.service,
        "channel": None if query.all_channels else query.channel,
        "pilot": query.include_pilot,
    }
    return await ask_as(parts.pool, viewer(analyst, query.municipality), statement, parameters)
