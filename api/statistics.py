"""For analysts: online applications per city, service and period, as JSON or CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from adapters.identity.actor import Actor
from adapters.postgres.tenants import ask_as
from adapters.read_models.adoption import STANDS
from adapters.read_models.adoption_rows import moment
from adapters.tabular import as_csv
from api.access import town_asked, viewer
from api.bodies import Ags, Key
from api.desk import Analyst, PartsOf
from api.waiting import After, wait_for
from domain.application.events import Channel
from projections.applications_counted import APPLICATIONS_COUNTED

router = APIRouter(prefix="/api/v1/statistics", tags=["analysts"])


AS_OF = ("from", "to", "counted_until", "position")
STANDING = ("position", "counted_until")


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
    """Consistency: eventual; `position` is the last of the log that is counted, recorded then."""

    position: int
    counted_until: datetime | None
    counts: list[Count]


@router.get("/applications")
async def applications(
    query: Annotated[CountsQuery, Query()], analyst: Analyst, parts: PartsOf
) -> Counts:
    """Count applications at submission; withdrawal, rejection and erasure change nothing."""
    counted = await _count(parts, query, analyst)
    return Counts(
        position=counted.position,
        counted_until=counted.until,
        counts=[Count(**row) for row in counted.rows],
    )


@router.get("/applications.csv", response_class=Response)
async def applications_csv(
    query: Annotated[CsvQuery, Query()], analyst: Analyst, parts: PartsOf
) -> Response:
    """The same as CSV; `excel=true` writes what a German Excel opens: semicolons and a BOM.

    Each row says which days it counts, and as of when. Where nothing is counted, one says 0.
    """
    counted = await _count(parts, query, analyst)
    none: dict[str, Any] = {**dict.fromkeys(map(str, query.by), ""), "applications": 0}
    rows = ({**row, **counted.as_of(query)} for row in counted.rows or [none])
    text = as_csv([*query.by, "applications", *AS_OF], rows, excel=query.excel)
    return Response(
        text,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="applications.csv"'},
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """`position` and `until`: how far it had been counted in the very moment of the answer."""

    position: int
    until: datetime | None
    rows: list[dict[str, Any]]

    def as_of(self, query: CountsQuery) -> dict[str, Any]:
        values = (query.first, query.last, moment(self.until), self.position)
        return dict(zip(AS_OF, values, strict=True))


async def _count(parts: PartsOf, query: CountsQuery, analyst: Actor) -> Counted:
    await wait_for(parts.pool, APPLICATIONS_COUNTED.name, query.after)
    parameters = {
        "first": query.first,
        "last": query.last,
        # An analyst of one town sees that town only.
        "municipality": town_asked(analyst, query.municipality),
        "service": query.service,
        "channel": None if query.all_channels else query.channel,
        "pilot": query.include_pilot,
        "runners": [APPLICATIONS_COUNTED.name],
    }
    asker = viewer(analyst, query.municipality)
    found = await ask_as(parts.pool, asker, _statement(query.by), parameters)
    position, until = (found[0][name] for name in STANDING)
    rows = [
        {name: value for name, value in row.items() if name not in STANDING}
        for row in found
        if row["applications"] is not None
    ]
    return Counted(position, until, rows)


def _statement(by: Sequence[By]) -> str:
    """Ask for the counts and how far they go at once, so that both are of one moment.

    Where nothing was counted, one row says how far.
    """
    columns = ", ".join(f"{COLUMN[one]} AS {one}" for one in by)
    order = ", ".join(str(place) for place, _ in enumerate(by, 1))
    ordered = ", ".join(str(place) for place, _ in enumerate(by, 1 + len(STANDING)))
    counts = (
        f"SELECT {columns}, sum(counted)::bigint AS applications "  # noqa: S608 -- from COLUMN
        f"FROM {APPLICATIONS_COUNTED.name} {WHERE} GROUP BY {order}"
    )
    return (
        f"SELECT * FROM ({STANDS}) stands ({', '.join(STANDING)}) "  # noqa: S608 -- of constants
        f"LEFT JOIN ({counts}) counts ON true ORDER BY {ordered}"
    )
