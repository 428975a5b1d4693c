"""Which rules apply to this applicant, today, in this town: pinned at submission."""

from collections.abc import Mapping
from dataclasses import replace

from domain.errors import NoTariffLine
from domain.rules import Fee, OwnProof, PaymentTiming, RulesInForce
from domain.service.definition import Facts, ProofRule, ServiceDefinition, Text, holds
from domain.service.tariff import assess_fee

AS_DEFINED = (
    "version",
    "kind",
    "trust_level",
    "fulfilments",
    "deadline",
    "entitlements",
    "online_entitlements",
    "issues_number",
    "retention",
    "expiry",
    "notices",
    "yearly",
    "leika",
)


def assess(
    definition: ServiceDefinition,
    *,
    fees: Mapping[str, int],
    branches: tuple[str, ...],
    facts: Facts,
    waived_proofs: tuple[str, ...] = (),
    own_proofs: tuple[OwnProof, ...] = (),
) -> RulesInForce:
    """`definition`: as the town offers it, its proofs included. `fees`: cents by the name of a
    price, where the town differs. `waived_proofs`, `own_proofs`: where it differs in the proofs.
    """
    fee = assess_fee(definition.tariff, fees, facts)
    return RulesInForce(
        service=definition.key,
        definition_sha256=definition.sha256,
        fee=fee,
        payment_timing=definition.payment_timing if fee.cents else PaymentTiming.NONE,
        required_proofs=tuple(p.kind for p in definition.proofs if holds(p.when, facts)),
        waived_proofs=waived_proofs,
        own_proofs=own_proofs,
        branches=branches,
        announced=_announced(definition, fees, facts),
        **{name: getattr(definition, name) for name in AS_DEFINED},
    )


def _announced(definition: ServiceDefinition, fees: Mapping[str, int], facts: Facts) -> Fee | None:
    """Nothing where no line fits: better than an amount that the notice will not demand."""
    if not any(holds(line.when, facts) for line in definition.announced):
        return None
    return assess_fee(definition.announced, fees, facts)


def proofs_here(
    definition: ServiceDefinition, waived: tuple[str, ...], own: tuple[OwnProof, ...]
) -> tuple[ProofRule, ...]:
    """Return what a town may ask for: of the definition what it does not waive, and its own."""
    of_all = (proof for proof in definition.proofs if proof.kind not in waived)
    return (*of_all, *(ProofRule(kind=p.kind, title=p.title, when=p.when) for p in own))


def proof_titles(definition: ServiceDefinition, rules: RulesInForce) -> dict[str, Text]:
    """By kind: of all that the definition asks for, and that the town did at submission."""
    return {proof.kind: proof.title for proof in proofs_here(definition, (), rules.own_proofs)}


def as_filed(definition: ServiceDefinition, rules: RulesInForce) -> ServiceDefinition:
    """Return the definition with the proofs that the town might have asked for at submission."""
    if not (rules.waived_proofs or rules.own_proofs):
        return definition
    return replace(
        definition, proofs=proofs_here(definition, rules.waived_proofs, rules.own_proofs)
    )


def bound_answers(definition: ServiceDefinition, before: Facts, after: Facts) -> frozenset[str]:
    """Name the changed answers that would change the fee, or ask for a further proof.

    Both were pinned at submission; `definition` as filed. What is only announced may still be
    corrected.
    """
    changed = {name for name in after if after[name] != before.get(name)}
    bound = set[str]()
    if _fee_of(definition, before) != _fee_of(definition, after):
        for line in definition.tariff:
            bound |= {*line.when, line.quantity or ""}
    for proof in definition.proofs:
        if holds(proof.when, after) and not holds(proof.when, before):
            bound |= set(proof.when)
    return frozenset(bound & changed)


def _fee_of(definition: ServiceDefinition, facts: Facts) -> Fee | None:
    """Without the amounts of a town: only whether it is the same is of interest."""
    try:
        return assess_fee(definition.tariff, {}, facts)
    except NoTariffLine:
        return None
