"""Working days (Werktage) as a town hall counts them, with the derivation of each deadline.

Closed days arrive as data. The day of receipt is not counted; the legal day is Europe/Berlin's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY, SUNDAY = 5, 6


def legal_day(moment: datetime) -> date:
    return moment.astimezone(BERLIN).date()


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Days on which nobody works, each with its reason, e.g. {date(2021, 6, 3): "Fronleichnam"}."""

    closed: Mapping[date, str] = field(default_factory=dict)

    def why_closed(self, day: date, *, saturday_counts: bool) -> str:
        if day in self.closed:
            return self.closed[day]
        if day.weekday() == SUNDAY:
            return "Sonntag"
        if day.weekday() == SATURDAY and not saturday_counts:
            return "Samstag"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounted:
    """One step of a derivation: the n-th day, or not counted (0) and why.

    A calendar day is counted even so; `why_not` then says why nothing falls due on it.
    """

    day: date
    number: int
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A due day and why it is that day."""

    due_on: date
    derivation: tuple[DayCounted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePolicy:
    """Days to work on an application, counted after the day of receipt.

    `every_day_counts`: they are calendar days; what ends on a closed day is due on the next that
    is open (§ 31 VwVfG).
    """

    working_days: int = 2
    saturday_counts: bool = False
    every_day_counts: bool = False

    def deadline(
        self, start: date, calendar: WorkingCalendar, days_left: int | None = None
    ) -> Deadline:
        """Count the policy's days (or those left of them) after `start`.

        With no day left it is due on the first working day from `start` on. Days below zero
        are counted backwards: what was overdue when the clock stopped is overdue when it goes on.
        """
        left = self.working_days if days_left is None else days_left
        step = timedelta(days=1 if left >= 0 else -1)
        day, number, steps = start, 0, list[DayCounted]()
        if left:
            why_not = "Tag des Eingangs" if left > 0 else "überfällig, daher rückwärts gezählt"
            steps.append(DayCounted(day=day, number=0, why_not=why_not))
            day += step
        while True:
            counted = self._counted(day, number + 1, calendar, left)
            steps.append(counted)
            number = counted.number or number
            if number >= max(abs(left), 1) and not counted.why_not:
                return Deadline(due_on=day, derivation=tuple(steps))
            day += step

    def _counted(self, day: date, number: int, calendar: WorkingCalendar, left: int) -> DayCounted:
        closed = calendar.why_closed(day, saturday_counts=self.saturday_counts)
        if not self.every_day_counts:
            return DayCounted(day=day, number=0 if closed else number, why_not=closed)
        # A calendar day counts in any case, but nothing falls due while nobody is there.
        last = 0 <= left <= number
        return DayCounted(day=day, number=number, why_not=closed if last else "")

    def days_left(self, today: date, due_on: date, calendar: WorkingCalendar) -> int:
        """Days that count after `today`, up to and including `due_on`; below zero once past."""
        if self.every_day_counts or due_on == today:
            return (due_on - today).days
        first, last = sorted((today, due_on))
        between = (first + timedelta(days=n) for n in range(1, (last - first).days))
        # The due day itself counts even if the town has closed it since.
        days = 1 + sum(
            not calendar.why_closed(day, saturday_counts=self.saturday_counts) for day in between
        )
        return days if due_on > today else -days
