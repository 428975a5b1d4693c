"""How much is used online: exact for analysts, rounded for anybody."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from adapters.bootstrap import Parts
from adapters.identity.actor import Actor
from adapters.read_models import adoption as read_model
from adapters.read_models.adoption_rows import figures, keys, written
from api.access import town_asked, viewer
from api.adoption_queries import AdoptionCsvQuery, AdoptionQuery, PublicCsvQuery, PublicQuery
from api.desk import Analyst, PartsOf
from api.waiting import wait_for
from domain.adoption.period import Period
from domain.adoption.report import By, Line, Report
from domain.working_days import legal_day

router = APIRouter(prefix="/api/v1")
CACHED = {"Cache-Control": "public, max-age=300"}
CSV = "text/csv; charset=utf-8"


class PeriodView(BaseModel):
    first: Annotated[date, Field(serialization_alias="from")]
    last: Annotated[date, Field(serialization_alias="to")]


class Rounding(BaseModel):
    """Figures are sums of cells, each rounded to a multiple of `base`, up or down.

    A cell is what was counted in a month, municipality, service, channel and stage; it differs by
    less than `base`. Rows that add up to 0 are left out.
    """

    base: int


class Figures(BaseModel):
    """The columns asked for with `by`, and the figures; null where there is none to be told.

    `online_share` of all channels (1 is all); `online_per_1000` inhabitants; `change` of `online`
    since the period before (0.5 is half as much again).
    """

    model_config = {"extra": "allow"}

    online: int | None
    all_channels: int | None
    online_share: float | None
    online_per_1000: float | None
    first_time_users: int | None
    referrals: int | None
    population: int | None
    previous_online: int | None
    previous_first_time_users: int | None
    change: float | None


class AdoptionView(BaseModel):
    """Consistency: eventual. All of the log up to `position` is counted, recorded by then."""

    period: PeriodView
    previous: PeriodView
    by: list[By]
    as_of: date | None
    position: int
    counted_until: datetime | None
    rounding: Rounding | None
    total: Figures
    rows: list[Figures]


@router.get("/statistics/adoption", tags=["analysts"])
async def adoption(
    query: Annotated[AdoptionQuery, Query()], analyst: Analyst, parts: PartsOf
) -> AdoptionView:
    """Report how much is used online, by place, service, time and channel, exactly."""
    return _view(parts, await _exact(parts, query, analyst))


@router.get("/statistics/adoption.csv", tags=["analysts"], response_class=Response)
async def adoption_csv(
    query: Annotated[AdoptionCsvQuery, Query()], analyst: Analyst, parts: PartsOf
) -> Response:
    """The same as CSV, the total last; `excel=true` writes what a German Excel opens.

    Each row says which days it counts, as of when, and what it is rounded to.
    """
    report = await _exact(parts, query, analyst)
    return _csv(parts, report, excel=query.excel)


@router.get("/adoption", tags=["portal"])
async def public_adoption(
    query: Annotated[PublicQuery, Query()], parts: PartsOf, response: Response
) -> AdoptionView:
    """Report the same to anybody: months that have ended, in rounded figures."""
    response.headers.update(CACHED)
    return _view(parts, await _published(parts, query))


@router.get("/adoption.csv", tags=["portal"], response_class=Response)
async def public_adoption_csv(
    query: Annotated[PublicCsvQuery, Query()], parts: PartsOf
) -> Response:
    """The same as CSV, the total last; each row says that it is rounded, and as of when."""
    return _csv(parts, await _published(parts, query), CACHED, excel=query.excel)


async def _exact(parts: Parts, query: AdoptionQuery, analyst: Actor) -> Report:
    """An analyst of one town sees that town only."""
    question = query.question(parts.catalogue, legal_day(datetime.now(UTC)))
    question = replace(question, municipality=town_asked(analyst, question.municipality))
    asker = viewer(analyst, question.municipality)
    for runner in read_model.RUNNERS:
        await wait_for(parts.pool, runner, query.after)
    return await read_model.adoption(parts.pool, parts.catalogue, question, asker)


async def _published(parts: Parts, query: PublicQuery) -> Report:
    question = query.question(parts.catalogue, legal_day(datetime.now(UTC)))
    return await read_model.published(parts.pool, parts.catalogue, question, parts.keys)


def _view(parts: Parts, report: Report) -> AdoptionView:
    question, base = report.question, report.rounded_to
    return AdoptionView(
        period=_period(question.period),
        previous=_period(question.period.before),
        by=list(question.by),
        as_of=question.recorded_until,
        position=report.position,
        counted_until=report.counted_until,
        rounding=Rounding(base=base) if base else None,
        total=_figures(report.total, {}),
        rows=[_figures(line, keys(line, report, parts.catalogue)) for line in report.lines],
    )


def _period(period: Period) -> PeriodView:
    return PeriodView(first=period.first, last=period.last)


def _figures(line: Line, named: Mapping[str, Any]) -> Figures:
    return Figures(**named, **figures(line))


def _csv(
    parts: Parts, report: Report, headers: Mapping[str, str] | None = None, *, excel: bool
) -> Response:
    text = written(report, parts.catalogue, excel=excel)
    named = {"Content-Disposition": 'attachment; filename="adoption.csv"', **(headers or {})}
    return Response(text, media_type=CSV, headers=named)
