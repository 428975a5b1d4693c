"""Can this service be had online in this town today, and if not, why not?"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.municipality import paying
from domain.municipality.adoption import Adoption, AdoptionState
from domain.municipality.municipality import Municipality, Phase
from domain.municipality.paying import can_be_paid
from domain.municipality.taking_on import NOT_ONLINE_NOW, left_file
from domain.service.definition import ServiceDefinition, Text
from domain.service.tariff import prices


class Availability(StrEnum):
    LIVE = "live"
    PILOT = "pilot"
    FROM_A_DAY = "from-a-day"
    NOT_ONLINE = "not-online"
    NEEDS_PAYMENT_PLATFORM = "needs-payment-platform"
    NOT_LIVE_YET = "not-live-yet"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    EXTERNAL = "external"


USABLE = frozenset({Availability.LIVE, Availability.PILOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """`since`: the first day, where one is known. `reason`: in the words of the catalogue."""

    state: Availability
    since: date | None = None
    reason: Text = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        return self.state in USABLE


def availability(
    definition: ServiceDefinition, adoption: Adoption, town: Municipality, today: date
) -> Available:
    closed = _closed(adoption, town, today)
    if closed:
        return closed
    if definition.external:
        return Available(state=Availability.EXTERNAL)
    if definition.not_online:
        return Available(state=Availability.NOT_ONLINE, reason=definition.not_online)
    since = adoption.live_since
    if since and today < since:
        return Available(state=Availability.FROM_A_DAY, since=since)
    timing = definition.payment_timing
    if can_cost(definition, adoption) and not can_be_paid(town, timing, today):
        return Available(state=Availability.NEEDS_PAYMENT_PLATFORM)
    pilot = adoption.pilot or town.phase is Phase.PILOT
    return Available(state=Availability.PILOT if pilot else Availability.LIVE, since=since)


def _closed(adoption: Adoption, town: Municipality, today: date) -> Available | None:
    """What keeps the town from offering it at all, whoever else's it is."""
    if town.ended_on(today):
        return Available(state=Availability.CLOSED, since=town.closed_on)
    if adoption.state is AdoptionState.SUSPENDED:
        return Available(state=Availability.SUSPENDED, reason=_because(adoption))
    if adoption.state is AdoptionState.ADOPTED:
        return Available(state=Availability.NOT_LIVE_YET)
    return None


def _because(adoption: Adoption) -> Text:
    """In the words of whoever suspended it; where it was the file, what that means."""
    if left_file(adoption):
        return NOT_ONLINE_NOW
    return {"de": adoption.suspended_because, "en": adoption.suspended_because}


def can_cost(definition: ServiceDefinition, adoption: Adoption) -> bool:
    """Whether anybody at all is asked for a fee here."""
    return paying.can_cost(prices(definition.tariff), adoption.fees)
