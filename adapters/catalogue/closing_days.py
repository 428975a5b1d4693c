"""A town's own closing days: rules written once, spread over the years a deadline can fall in."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from adapters.catalogue.public_holidays import easter_sunday
from domain.municipality.municipality import ClosingRule

YEARS = range(2010, 2081)
LEAP_YEAR = 2000


def closing_days(rules: Iterable[ClosingRule]) -> dict[date, str]:
    return dict(sorted((day, rule.name) for rule in rules for day in _days(rule)))


def rule_complaint(rule: ClosingRule) -> str:
    given = (rule.every, rule.days_from_easter_sunday, rule.on)
    if sum(value is not None for value in given) != 1:
        return "should say when it is; give one of every, days_from_easter_sunday, on"
    if rule.every and _in_year(rule.every, LEAP_YEAR) is None:
        return "every is no day of the year; write it as MM-DD"
    return ""


def _days(rule: ClosingRule) -> Iterator[date]:
    if rule.on:
        yield rule.on
    for year in YEARS:
        if rule.every and (day := _in_year(rule.every, year)):
            yield day
        if rule.days_from_easter_sunday is not None:
            yield easter_sunday(year) + timedelta(days=rule.days_from_easter_sunday)


def _in_year(month_and_day: str, year: int) -> date | None:
    """None where the year has no such day: 29 February."""
    try:
        return date.fromisoformat(f"{year}-{month_and_day}")
    except ValueError:
        return None
