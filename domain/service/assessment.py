"""Which rules apply to this applicant, today, in this town: pinned at submission."""

from collections.abc import Mapping

from domain.rules import PaymentTiming, RulesInForce
from domain.service.definition import Facts, ServiceDefinition, holds
from domain.service.tariff import assess_fee


def assess(
    definition: ServiceDefinition,
    *,
    fees: Mapping[str, int],
    branches: tuple[str, ...],
    facts: Facts,
) -> RulesInForce:
    """`fees`: cents by the name of a price, where the town differs from the definition."""
    fee = assess_fee(definition.tariff, fees, facts)
    return RulesInForce(
        service=definition.key,
        version=definition.version,
        definition_sha256=definition.sha256,
        kind=definition.kind,
        trust_level=definition.trust_level,
        fee=fee,
        payment_timing=definition.payment_timing if fee.cents else PaymentTiming.NONE,
        required_proofs=tuple(p.kind for p in definition.proofs if holds(p.when, facts)),
        fulfilments=definition.fulfilments,
        branches=branches,
        deadline=definition.deadline,
        entitlements=definition.entitlements,
        online_entitlements=definition.online_entitlements,
        issues_number=definition.issues_number,
        retention=definition.retention,
        announced=assess_fee(definition.announced, fees, facts) if definition.announced else None,
        expiry=definition.expiry,
        yearly=definition.yearly,
        leika=definition.leika,
    )
