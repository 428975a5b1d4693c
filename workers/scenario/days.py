"""Spreads a number of visits over the days of a year: the sum is exact, whatever the scale."""

from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from math import floor

from domain.adoption.period import ONE_DAY, Period
from domain.application.events import Channel
from domain.working_days import SATURDAY
from workers.scenario.table import Scenario


def spread(scenario: Scenario, window: Period, count: int, channel: Channel) -> dict[date, int]:
    """Return how many of them come on which day; nobody comes where it is closed all the time."""
    days = list(_days(window))
    upto = list(accumulate(weight(scenario, day, channel) for day in days))
    if not upto[-1]:
        return {}
    reached = [floor(count * part / upto[-1] + 0.5) for part in upto]
    each = zip(days, reached, [0, *reached], strict=False)
    return {day: now - before for day, now, before in each if now > before}


def weight(scenario: Scenario, day: date, channel: Channel) -> float:
    online, whole = channel is Channel.ONLINE, scenario.period
    found = scenario.weekdays[day.weekday()]
    if online:
        found *= 1 + (scenario.growth - 1) * (day - whole.first).days / whole.days
    elif channel is not Channel.POST and day.weekday() >= SATURDAY:
        return 0  # the town hall is closed
    for dip in scenario.dips:
        period = dip.within(whole)
        if period.first <= day <= period.last:
            found *= dip.online if online else dip.others
    return found


def _days(period: Period) -> Iterator[date]:
    return (period.first + n * ONE_DAY for n in range(period.days))
