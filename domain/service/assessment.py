"""Which rules apply to this applicant, today, in this town: pinned at submission."""

from collections.abc import Mapping

from domain.errors import NoTariffLine
from domain.rules import Fee, PaymentTiming, RulesInForce
from domain.service.definition import Facts, ServiceDefinition, holds
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
) -> RulesInForce:
    """`fees`: cents by the name of a price, where the town differs from the definition."""
    fee = assess_fee(definition.tariff, fees, facts)
    return RulesInForce(
        service=definition.key,
        definition_sha256=definition.sha256,
        fee=fee,
        payment_timing=definition.payment_timing if fee.cents else PaymentTiming.NONE,
        required_proofs=tuple(
            p.kind
            for p in definition.proofs
            if p.kind not in waived_proofs and holds(p.when, facts)
        ),
        waived_proofs=waived_proofs,
        branches=branches,
        announced=_announced(definition, fees, facts),
        **{name: getattr(definition, name) for name in AS_DEFINED},
    )


def _announced(definition: ServiceDefinition, fees: Mapping[str, int], facts: Facts) -> Fee | None:
    """Nothing where no line fits: better than an amount that the notice will not demand."""
    if not any(holds(line.when, facts) for line in definition.announced):
        return None
    return assess_fee(definition.announced, fees, facts)


def bound_answers(
    definition: ServiceDefinition,
    before: Facts,
    after: Facts,
    waived_proofs: tuple[str, ...] = (),
) -> frozenset[str]:
    """Name the changed answers that would change the fee, or ask for a further proof.

    Both were pinned at submission, as were the proofs that the town waived. What is only announced
    may still be corrected.
    """
    changed = {name for name in after if after[name] != before.get(name)}
    bound = set[str]()
    if _fee_of(definition, before) != _fee_of(definition, after):
        for line in definition.tariff:
            bound |= {*line.when, line.quantity or ""}
    for proof in definition.proofs:
        if proof.kind in waived_proofs:
            continue
        if holds(proof.when, after) and not holds(proof.when, before):
            bound |= set(proof.when)
    return frozenset(bound & changed)


def _fee_of(definition: ServiceDefinition, facts: Facts) -> Fee | None:
    """Without the amounts of a town: only whether it is the same is of interest."""
    try:
        return assess_fee(definition.tariff, {}, facts)
    except NoTariffLine:
        return None
