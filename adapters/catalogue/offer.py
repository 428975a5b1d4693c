"""A service as one town offers it: the definition, and over it what the town does differently."""

from dataclasses import dataclass, replace

from domain.municipality.municipality import Adoption, Municipality, Phase
from domain.service.definition import ServiceDefinition


@dataclass(frozen=True, slots=True)
class Offer:
    """`definition` has the town's texts, deadline and proofs; `sha256` stays as published."""

    town: Municipality
    adoption: Adoption
    definition: ServiceDefinition
    branches: tuple[str, ...]
    pilot: bool


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
    if not (adoption.texts or adoption.deadline or adoption.waived_proofs):
        return definition
    return replace(
        definition,
        title=adoption.texts.get("title", definition.title),
        deadline=adoption.deadline or definition.deadline,
        proofs=tuple(p for p in definition.proofs if p.kind not in adoption.waived_proofs),
    )
