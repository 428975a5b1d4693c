"""The days that a report counts, and the days it compares them with."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Legal days, the first and the last both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """How many calendar months it consists of; 0 where one of them is not whole."""
        if self.first.day != 1 or not is_end_of_month(self.last):
            return 0
        return _number(self.last) - _number(self.first) + 1

    @property
    def before(self) -> "Period":
        """As many months before, where it is whole months; else as many days."""
        if not self.months:
            return Period(self.first - self.days * ONE_DAY, self.first - ONE_DAY)
        return Period(months_later(self.first, -self.months), self.first - ONE_DAY)


class Span(StrEnum):
    """What a row of counts stands for, by its first day."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows from one to another, both included."""

    span: Span
    first: date
    last: date


def stretches(period: Period, *, by_month: bool) -> Iterator[Stretch]:
    """Yield what adds up to the period: whole months as such, where it may be, and single days."""
    month = period.first if period.first.day == 1 else _next_month(period.first)
    after = _next_month(period.last) if is_end_of_month(period.last) else period.last.replace(day=1)
    if not by_month or month >= after:
        yield Stretch(Span.DAY, period.first, period.last)
        return
    if period.first < month:
        yield Stretch(Span.DAY, period.first, month - ONE_DAY)
    yield Stretch(Span.MONTH, month, months_later(after, -1))
    if after <= period.last:
        yield Stretch(Span.DAY, after, period.last)


def is_end_of_month(day: date) -> bool:
    return day == end_of_month(day)


def _next_month(day: date) -> date:
    return months_later(day.replace(day=1), 1)


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_later(first_of_month: date, months: int) -> date:
    year, month = divmod(_number(first_of_month) + months, 12)
    return date(year, month + 1, 1)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1
