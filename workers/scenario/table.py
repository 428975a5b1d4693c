"""A scenario as it is written down: how many come, where, for what, when and how."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from domain.adoption.period import Period
from domain.application.events import Channel

FOLDER = Path(__file__).parent
Answers = Mapping[str, Any]


class ScenarioUnknown(Exception):
    """There is no such scenario."""

    def __str__(self) -> str:
        return f"There is no scenario {self.args[0]}; there are: {', '.join(scenarios())}."


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Both days are included; the scenario's own where they are left out."""

    first: date | None = msgspec.field(name="from", default=None)
    until: date | None = None

    def within(self, whole: Period) -> Period:
        return Period(self.first or whole.first, self.until or whole.last)


class Dip(Window, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By how much more or less is used within its days: online, and in all other ways."""

    online: float
    others: float


class Volume(Window, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many applications one service gets in one town, by the channel they come by."""

    town: str
    service: str
    online: int = 0
    counter: int = 0
    phone: int = 0
    post: int = 0

    def by(self, channel: Channel) -> int:
        return int(getattr(self, channel, 0))


class SignedIn(Window, frozen=True, forbid_unknown_fields=True, kw_only=True):
    people: int


class TownUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`new_of_100` online applications come from an account not seen in the town before."""

    town: str
    new_of_100: int = 85
    only_signed_in: tuple[SignedIn, ...] = ()


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`fates`: of 100 applications; `growth`: use at the end, as a multiple of the beginning."""

    name: str
    first: date
    last: date
    weekdays: tuple[float, ...]
    growth: float
    fates: Mapping[str, int]
    dips: tuple[Dip, ...]
    volumes: tuple[Volume, ...]
    towns: tuple[TownUse, ...]
    answers: Mapping[str, Answers]

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    def town(self, ags: str) -> TownUse:
        return next((town for town in self.towns if town.town == ags), TownUse(town=ags))


def scenarios() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def scenario(name: str) -> Scenario:
    """Raise ScenarioUnknown."""
    if name not in scenarios():
        raise ScenarioUnknown(name)
    return msgspec.convert(tomllib.loads((FOLDER / f"{name}.toml").read_text()), Scenario)
