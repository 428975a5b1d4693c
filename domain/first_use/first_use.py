"""The first use of a portal by an account: recorded once, and never again."""

from dataclasses import dataclass
from datetime import datetime

from domain.decider import Decider
from domain.first_use.events import FirstUseEvent, Occasion, PortalFirstUsed
from domain.working_days import legal_day


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFirstUse:
    municipality: str
    occasion: Occasion
    now: datetime
    pilot: bool = False


@dataclass(frozen=True, slots=True)
class FirstUse:
    used: bool = False


def decide(use: FirstUse, command: RecordFirstUse) -> list[FirstUseEvent]:
    if use.used:
        return []
    return [
        PortalFirstUsed(
            municipality=command.municipality,
            occasion=command.occasion,
            pilot=command.pilot,
            used_at=command.now,
            legal_day=legal_day(command.now),
        )
    ]


def evolve(_: FirstUse, __: FirstUseEvent) -> FirstUse:
    return FirstUse(used=True)


FIRST_USE = Decider(initial=FirstUse(), decide=decide, evolve=evolve, events=FirstUseEvent)
