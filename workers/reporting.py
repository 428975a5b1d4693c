"""Prints how much is used online: as a table for people, as CSV for programs."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.live import LiveCatalogue
from adapters.event_store.log import EventLog
from adapters.event_store.mapping import event_mapper
from adapters.personal_data.key_ring import KeyEncryption
from adapters.personal_data.preparing import right_ring
from adapters.postgres.connecting import connect, pool
from adapters.read_models.adoption import adoption, published
from adapters.read_models.adoption_checks import mistakes
from adapters.read_models.adoption_rows import FIGURES, NAMES, as_data, columns, rows, written
from domain.adoption.disclosure import finished_months, not_public
from domain.adoption.period import Period
from domain.adoption.report import By, Question, Report, Stage
from domain.working_days import BERLIN, legal_day
from workers.counting import Format

STILL_TO_COME = "from: this day is still to come; give one up to today"
ONLY = ("municipality", "kreis", "region", "service", "category", "stage", "as-of")
# What fits on a screen, in this order; the rest is in the CSV.
HEADS = {
    "online": "online",
    "all_channels": "of all",
    "online_share": "share",
    "online_per_1000": "per 1,000",
    "first_time_users": "new users",
    "referrals": "referred",
    "change": "change",
}
BY_NAME = {name: str(key) for key, name in NAMES.items()}
ALWAYS = frozenset({"online", "all_channels"})
SHARES = frozenset({"online_share", "change"})


class ReportRefused(Exception):
    """This cannot be reported:"""

    def __str__(self) -> str:
        return f"{self.__doc__} {'; '.join(self.args)}."


def asked(
    days: tuple[date | None, date | None],
    by: Sequence[By],
    only: Sequence[str],
    *,
    public: bool = False,
) -> Question:
    """`only`: what to narrow it to, each as `name=value`. Raise ReportRefused."""
    today = legal_day(datetime.now(UTC))
    if days[0] is not None and days[1] is None and days[0] > today:
        raise ReportRefused(STILL_TO_COME)
    period = finished_months(*days, today) if public else _this_year(*days, today)
    question = Question(period=period, by=tuple(by), **dict(map(_narrowed, only)))
    if public and (wrong := list(not_public(question, today))):
        raise ReportRefused(*_told(wrong))
    return question


def _this_year(first: date | None, last: date | None, today: date) -> Period:
    last = last or today
    return Period(first or last.replace(month=1, day=1), last)


def _told(wrong: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name}: {advice}" for name, advice in wrong]


def _narrowed(pair: str) -> tuple[str, Any]:
    name, _, value = pair.partition("=")
    if name not in ONLY or not value:
        message = f"--only takes NAME=VALUE, with one of: {', '.join(ONLY)}"
        raise ReportRefused(message)
    try:
        if name == "stage":
            return name, Stage(value)
        return ("recorded_until", date.fromisoformat(value)) if name == "as-of" else (name, value)
    except ValueError:
        stages = ", ".join(Stage)
        message = f"--only stage is one of {stages}; as-of is a day such as 2021-11-29"
        raise ReportRefused(message) from None


def print_report(url: str, question: Question, shown_as: Format, key_file: Path | None) -> None:
    """`key_file`: what it is rounded with for the public. Raise ReportRefused, KeyRingRefused."""
    keys = right_ring(key_file, url) if key_file else None
    report, catalogue = asyncio.run(_found(url, question, keys))
    if shown_as is Format.TABLE:
        Console().print(_table(report, catalogue))
        Console().print(_as_of(report), highlight=False)
        return
    if shown_as is Format.JSON:
        typer.echo(_as_json(report, catalogue))
        return
    excel = shown_as is Format.EXCEL
    typer.echo(written(report, catalogue, excel=excel), nl=False)


def _as_json(report: Report, catalogue: Catalogue) -> str:
    return json.dumps(as_data(report, catalogue), ensure_ascii=False, indent=2, default=str)


async def _found(
    url: str, question: Question, keys: KeyEncryption | None
) -> tuple[Report, Catalogue]:
    await (await connect(url)).close()  # says at once what a pool would try again and again
    async with pool(url, 1) as connections:
        live = LiveCatalogue(EventLog(connections, event_mapper()))
        await live.catch_up()
        catalogue = live.snapshot
        if wrong := _told(mistakes(question, catalogue)):
            raise ReportRefused(*wrong)
        if keys is not None:
            return await published(connections, catalogue, question, keys), catalogue
        return await adoption(connections, catalogue, question), catalogue


def _table(report: Report, catalogue: Catalogue) -> Table:
    period, found = report.question.period, list(rows(report, catalogue))
    table = Table(title=f"Online use, {period.first} to {period.last}")
    keys = [name for name in columns(report) if name not in FIGURES]
    for key, name in NAMES.items():
        if name in keys:
            keys.remove(key)
            found[-1][name] = found[-1][key]
    figures = [n for n in HEADS if n in ALWAYS or any(row[n] for row in found)]
    for name in keys:
        table.add_column(BY_NAME.get(name, name), no_wrap=True)
    for name in figures:
        table.add_column(HEADS[name], justify="right", no_wrap=True)
    for row in found:
        table.add_row(*(_cell(name, row[name]) for name in [*keys, *figures]))
    return table


def _cell(name: str, value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1%}" if name in SHARES else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value or "")


def _as_of(report: Report) -> str:
    moment, until = report.counted_until, report.question.recorded_until
    told = f", as it stood at the end of {until}" if until else ""
    if moment is None:
        return "Nothing is recorded yet."
    recorded = moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M:%S %Z")
    base = report.rounded_to
    rounded = f" Figures are made of counts rounded to multiples of {base}." if base else ""
    return f"Counted up to position {report.position}, recorded {recorded}{told}.{rounded}"
