"""Who comes on which day, for what, and what becomes of it: dealt from the table by a seed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from random import Random

from domain.adoption.period import Period
from domain.application.events import Channel
from domain.working_days import BERLIN
from workers.scenario.days import spread
from workers.scenario.table import Scenario, Volume

OPENS, CLOSES = 8, 17
ONLINE_FROM, ONLINE_UNTIL = 6, 23


Coming = tuple[str, str | None, Channel]  # the town, the service, the channel


class Fate(StrEnum):
    """What becomes of an application."""

    PLAIN = "plain"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LEFT_UNPAID = "left-unpaid"


@dataclass(frozen=True, slots=True)
class Visit:
    """`number`: of all visits; `account`: None where a clerk types it in; `service`: None where
    somebody only signed in.
    """

    number: int
    town: str
    channel: Channel
    moment: datetime
    account: str | None
    service: str | None = None
    fate: Fate = Fate.PLAIN


@dataclass
class Dealer:
    """`scale`: so many times the numbers of the table."""

    scenario: Scenario
    seed: int
    scale: float
    volumes: Sequence[Volume]
    until: date
    dealt: int = 0

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)  # noqa: S311 -- to play, not to keep a secret
        self._accounts: dict[str, int] = defaultdict(int)
        self._due: dict[str, float] = defaultdict(float)

    def visits(self) -> Iterator[tuple[date, list[Visit]]]:
        """Yield the days up to `until` in their order, each with who comes."""
        period = Period(self.scenario.first, min(self.until, self.scenario.last))
        for n in range(period.days):
            day = period.first + timedelta(days=n)
            yield day, [self._visit(day, *one) for one in self._coming.get(day, ())]

    @property
    def total(self) -> int:
        return sum(len(some) for day, some in self._coming.items() if day <= self.until)

    @cached_property
    def _coming(self) -> dict[date, list[Coming]]:
        coming: dict[date, list[Coming]] = defaultdict(list)
        for volume in self.volumes:
            for channel in Channel:
                window = volume.within(self.scenario.period)
                count = round(volume.by(channel) * self.scale)
                for day, n in spread(self.scenario, window, count, channel).items():
                    coming[day] += [(volume.town, volume.service, channel)] * n
        for town in {volume.town: None for volume in self.volumes}:
            for some in self.scenario.town(town).only_signed_in:
                window, count = some.within(self.scenario.period), round(some.people * self.scale)
                for day, n in spread(self.scenario, window, count, Channel.ONLINE).items():
                    coming[day] += [(town, None, Channel.ONLINE)] * n
        return coming

    def _visit(self, day: date, town: str, service: str | None, channel: Channel) -> Visit:
        self.dealt += 1
        online = channel is Channel.ONLINE
        hours = (ONLINE_FROM, ONLINE_UNTIL) if online else (OPENS, CLOSES)
        seconds = self._chance.randrange(hours[0] * 3600, hours[1] * 3600)
        return Visit(
            number=self.dealt,
            town=town,
            channel=channel,
            moment=datetime.combine(day, time(), BERLIN) + timedelta(seconds=seconds),
            account=self._account(town, first_time=service is None) if online else None,
            service=service,
            fate=self._fate(),
        )

    def _account(self, town: str, *, first_time: bool) -> str:
        """So many of a hundred are new; the others have been here before."""
        self._due[town] += 1 if first_time else self.scenario.town(town).new_of_100 / 100
        if self._due[town] >= 1 or not self._accounts[town]:
            self._due[town] -= 1
            self._accounts[town] += 1
            return f"scenario-{self.seed}-{town}-{self._accounts[town]}"
        return f"scenario-{self.seed}-{town}-{self._chance.randint(1, self._accounts[town])}"

    def _fate(self) -> Fate:
        drawn = self._chance.randrange(100)
        for fate, share in self.scenario.fates.items():
            if drawn < share:
                return Fate(fate)
            drawn -= share
        return Fate.PLAIN
