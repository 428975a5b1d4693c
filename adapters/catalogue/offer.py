"""A service as one town offers it: the definition, and over it what the town does differently."""

from dataclasses import dataclass, replace
from datetime import date

from adapters.catalogue.errors import (
    ServiceIsNotLiveYet,
    ServiceIsSuspended,
)
from domain.municipality.adoption import Adoption, AdoptionState
from domain.municipality.municipality import Municipality, Phase
from domain.municipality.taking_on import left_file
from domain.rules import RulesInForce
from domain.service.assessment import assess, proofs_here
from domain.service.definition import Facts, ServiceDefinition


@dataclass(frozen=True, slots=True)
class Offer:
    """`definition` has the town's texts, deadline and proofs; `sha256` stays as published."""

    town: Municipality
    adoption: Adoption
    definition: ServiceDefinition
    branches: tuple[str, ...]
    pilot: bool

    def rules_for(self, facts: Facts) -> RulesInForce:
        """Return what is pinned at submission: nothing that the town changes later judges it."""
        return assess(
            self.definition,
            fees=self.adoption.fees,
            branches=self.branches,
            facts=facts,
            waived_proofs=self.adoption.waived_proofs,
            own_proofs=self.adoption.own_proofs,
        )


def require_open(adoption: Adoption, today: date | None) -> None:
    """Raise what keeps this town from taking an application for this service today.

    Without a day: at some day to come, whether or not the town is there that day.
    """
    if adoption.state is AdoptionState.SUSPENDED:
        raise ServiceIsSuspended(*([] if left_file(adoption) else [adoption.suspended_because]))
    if adoption.state is AdoptionState.ADOPTED:
        raise ServiceIsNotLiveYet
    if adoption.live_since and today and today < adoption.live_since:
        raise ServiceIsNotLiveYet(adoption.live_since)


def offered(town: Municipality, adoption: Adoption, definition: ServiceDefinition) -> Offer:
    return Offer(
        town=town,
        adoption=adoption,
        definition=as_offered(adoption, definition),
        branches=adoption.branches or town.branch_keys,
        pilot=adoption.pilot or town.phase is Phase.PILOT,
    )


def as_offered(adoption: Adoption, definition: ServiceDefinition) -> ServiceDefinition:
    """Return the very same object where the town changes nothing."""
    waived, own = adoption.waived_proofs, adoption.own_proofs
    if not (adoption.texts or adoption.deadline or waived or own):
        return definition
    return replace(
        definition,
        title=adoption.texts.get("title", definition.title),
        deadline=adoption.deadline or definition.deadline,
        proofs=proofs_here(definition, waived, own),
    )
