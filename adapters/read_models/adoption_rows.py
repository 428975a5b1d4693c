"""A report as rows of a table: the same figures for CSV, JSON and the terminal."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.catalogue.catalogue import Catalogue
from adapters.tabular import as_csv
from domain.adoption.period import Period
from domain.adoption.report import MEASURES, By, Line, Report
from domain.municipality.kreise import named
from domain.working_days import BERLIN

TOTAL = "total"
SHARE_DIGITS, PER_1000_DIGITS = 4, 2
FIGURES = (*MEASURES, "online_share", "online_per_1000", "change", "population")
# A file that is passed on has no headers: each row says what it counts, and as of when.
NAMES: Mapping[By, str] = {By.MUNICIPALITY: "name", By.KREIS: "kreis_name"}
AS_OF = ("from", "to", "as_of", "counted_until", "position", "rounding_base")
Row = dict[str, Any]


def columns(report: Report) -> list[str]:
    named = ((by, NAMES[by]) if by in NAMES else (by,) for by in _by(report))
    return [*(column for names in named for column in names), *FIGURES]


def rows(report: Report, catalogue: Catalogue) -> Iterator[Row]:
    """Yield the lines, and the total as the last of them."""
    blank = dict.fromkeys(columns(report), "")
    for line in report.lines:
        yield {**keys(line, report, catalogue), **figures(line)}
    yield {**blank, _by(report)[0]: TOTAL, **figures(report.total)}


def written(report: Report, catalogue: Catalogue, *, excel: bool) -> str:
    """Return the rows as CSV; `as_of` is a day that was asked for, as in JSON."""
    told = as_of(report)
    found = ({**row, **told} for row in rows(report, catalogue))
    return as_csv([*columns(report), *AS_OF], found, excel=excel)


def as_data(report: Report, catalogue: Catalogue) -> Row:
    """Return what the API answers with: the total and the period before stand apart."""
    question, until, base = report.question, report.counted_until, report.rounded_to
    return {
        "period": _period(question.period),
        "previous": _period(question.period.before),
        "by": list(question.by),
        "as_of": question.recorded_until,
        "position": report.position,
        "counted_until": f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}" if until else None,
        "rounding": {"base": base} if base else None,
        "total": figures(report.total),
        "rows": [{**keys(line, report, catalogue), **figures(line)} for line in report.lines],
    }


def _period(period: Period) -> Row:
    return {"from": period.first, "to": period.last}


def as_of(report: Report) -> Row:
    period, asked = report.question.period, report.question.recorded_until
    counted_until = moment(report.counted_until)
    values = (period.first, period.last, asked, counted_until, report.position, report.rounded_to)
    return dict(zip(AS_OF, values, strict=True))


def moment(recorded: datetime | None) -> str | None:
    """By the clock here, with its distance from UTC."""
    return recorded.astimezone(BERLIN).isoformat() if recorded else None


def keys(line: Line, report: Report, catalogue: Catalogue) -> Row:
    found: Row = dict(zip(map(str, _by(report)), line.key, strict=True))
    if By.MUNICIPALITY in found:
        town = catalogue.by_ags.get(found[By.MUNICIPALITY])
        found["name"] = town.name if town else ""
    if By.KREIS in found:
        found["kreis_name"] = named(found[By.KREIS])
    return found


def figures(line: Line) -> Row:
    """Return what was counted and what follows from it; None where there is no figure."""
    return {
        **{measure: getattr(line.counts, measure) for measure in MEASURES},
        "online_share": _rounded(line.online_share, SHARE_DIGITS),
        "online_per_1000": _rounded(line.per_1000, PER_1000_DIGITS),
        "change": _rounded(line.change, SHARE_DIGITS),
        "population": line.population,
    }


def _by(report: Report) -> tuple[By, ...]:
    return report.question.by


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
