"""Which rules apply to this applicant, today, in this town: pinned at submission."""

from collections.abc import Mapping

from domain.errors import NoTariffLine
from domain.rules import Fee, PaymentTiming, RulesInForce
from domain.service.definition import Facts, ServiceDefinition, holds


def assess(
    definition: ServiceDefinition,
    *,
    fees: Mapping[str, int],
    branches: tuple[str, ...],
    facts: Facts,
) -> RulesInForce:
    """`fees`: cents by tariff line, where the town differs from the definition."""
    fee = assess_fee(definition, fees, facts)
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
    )


def assess_fee(definition: ServiceDefinition, fees: Mapping[str, int], facts: Facts) -> Fee:
    for line in definition.tariff:
        if holds(line.when, facts):
            return Fee(cents=fees.get(line.name, line.cents), tariff=line.name)
    if definition.tariff:
        raise NoTariffLine
    return Fee(cents=0, tariff="free")
