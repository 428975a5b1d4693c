"""How much a municipality's online services are used: what is counted, by what, compared to what.

Applications count on the legal day of their submission, whatever becomes of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from domain.adoption.period import Period


class By(StrEnum):
    MUNICIPALITY = "municipality"
    KREIS = "kreis"
    REGION = "region"
    SERVICE = "service"
    CATEGORY = "category"
    CHANNEL = "channel"
    STAGE = "stage"
    E_PAYMENT = "e-payment"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


TIMES = frozenset({By.DAY, By.WEEK, By.MONTH, By.QUARTER, By.YEAR})
WITHIN_A_MONTH = frozenset({By.DAY, By.WEEK, By.E_PAYMENT})
PLACES = frozenset({By.MUNICIPALITY, By.KREIS, By.REGION})
# Somebody signs in to a portal, not to a service.
WITHOUT_USERS = frozenset({By.SERVICE, By.CATEGORY, By.CHANNEL})


class Stage(StrEnum):
    """Whether a service was on trial when the application was submitted."""

    LIVE = "live"
    PILOT = "pilot"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`recorded_until`: as it stood at the end of this day; later entries are left out."""

    period: Period
    by: tuple[By, ...] = (By.MUNICIPALITY,)
    municipality: str | None = None
    kreis: str | None = None
    region: str | None = None
    service: str | None = None
    category: str | None = None
    stage: Stage = Stage.LIVE
    recorded_until: date | None = None

    @property
    def counts_users(self) -> bool:
        return not (self.service or self.category or WITHOUT_USERS & set(self.by))

    @property
    def counts_referrals(self) -> bool:
        """Somebody who is sent elsewhere comes by no channel here."""
        return By.CHANNEL not in self.by

    @property
    def by_month(self) -> bool:
        """Nothing is asked that the sum of a month would not tell."""
        return not (self.recorded_until or WITHIN_A_MONTH & set(self.by))

    @property
    def compares_lines(self) -> bool:
        """A line that is a time of this period has no counterpart in the one before."""
        return not TIMES & set(self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """None where it is not counted so."""

    online: int | None = 0
    all_channels: int | None = 0
    first_time_users: int | None = None
    referrals: int | None = None
    previous_online: int | None = None
    previous_first_time_users: int | None = None


MEASURES = tuple(measure.name for measure in fields(Counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`key`: a value for each column of `by`. `population`: of the towns it counts, where known."""

    key: tuple[str, ...]
    counts: Counts
    population: int | None = None

    @property
    def online_share(self) -> float | None:
        return _ratio(self.counts.online, self.counts.all_channels)

    @property
    def per_1000(self) -> float | None:
        ratio = _ratio(self.counts.online, self.population)
        return None if ratio is None else ratio * 1000

    @property
    def change(self) -> float | None:
        """How much more is online than in the period before; 0.5 is half as much again."""
        ratio = _ratio(self.counts.online, self.counts.previous_online)
        return None if ratio is None else ratio - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`position`: all up to here is counted; `counted_until`: when that was recorded.

    `rounded_to`: multiples of what its figures are made of; None where they are exact.
    """

    question: Question
    total: Line
    lines: Sequence[Line]
    position: int
    counted_until: datetime | None
    rounded_to: int | None = None


def _ratio(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole
