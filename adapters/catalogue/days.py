"""A day as a form bounds it: `2021-06-16`, `today`, or so far from today, e.g. `today-10y`."""

import re
from datetime import date

from dateutil.relativedelta import relativedelta

_RELATIVE = re.compile(r"today(?:([+-]\d{1,3})([dmy]))?")
ONE = {"d": relativedelta(days=1), "m": relativedelta(months=1), "y": relativedelta(years=1)}


def day_of(bound: str, today: date) -> date:
    """Raise ValueError for what is no day."""
    found = _RELATIVE.fullmatch(bound)
    if found is None:
        return date.fromisoformat(bound)
    if not found[1]:
        return today
    return today + int(found[1]) * ONE[found[2]]


def is_day(bound: object) -> bool:
    try:
        return isinstance(bound, str) and bool(day_of(bound, date(2000, 1, 1)))
    except (ValueError, OverflowError):
        return False
