"""The days that a report counts, and the days it compares them with."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

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
        if self.first.day != 1 or self.last != end_of_month(self.last):
            return 0
        return _number(self.last) - _number(self.first) + 1

    @property
    def before(self) -> "Period":
        """As many months before, where it is whole months; else as many days."""
        if not self.months:
            return Period(self.first - self.days * ONE_DAY, self.first - ONE_DAY)
        return Period(months_later(self.first, -self.months), self.first - ONE_DAY)


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_later(first_of_month: date, months: int) -> date:
    year, month = divmod(_number(first_of_month) + months, 12)
    return date(year, month + 1, 1)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1
