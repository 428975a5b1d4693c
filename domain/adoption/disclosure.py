"""What of a report the public may see: whole months that have ended, made of rounded cells.

A cell is what was counted in one month, town, service, channel and stage. It is rounded once to a
multiple of `BASE`, up or down by a shift of its own that only the installation knows: where 5 is
told, it may be 1 to 9, and where 0 is told, 0 to 4. All that is published are sums of such cells.
So any number of answers tells nothing that the cells would not tell.
"""

from collections.abc import Iterator
from datetime import date

from domain.adoption.period import ONE_DAY, Period, months_later
from domain.adoption.report import WITHIN_A_MONTH, Question

BASE = 5
A_YEAR_BEFORE = -11


def finished_months(first: date | None, last: date | None, today: date) -> Period:
    """Return the period asked for; where it is left out, the last twelve months that have ended."""
    last = last or today.replace(day=1) - ONE_DAY
    return Period(first or months_later(last.replace(day=1), A_YEAR_BEFORE), last)


def not_public(question: Question, today: date) -> Iterator[tuple[str, str]]:
    """Yield what is asked that the public is not told: the parameter, and what to do."""
    if question.period.last >= today.replace(day=1):
        yield "to", "give a month that has ended"
    elif not question.period.months:
        yield "from", "begin and end with whole months"
    if inside := [by.value for by in question.by if by in WITHIN_A_MONTH]:
        yield "by", f"months are the shortest time published; leave out {', '.join(inside)}"
    if question.recorded_until:
        yield "as-of", "leave it out; the public is told the figures of today"
