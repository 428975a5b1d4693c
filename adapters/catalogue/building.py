"""From the checked document of a service to what the domain works with."""

from typing import Any

from adapters.catalogue.facts import with_facts
from adapters.catalogue.reading import Entry
from adapters.catalogue.service_document import ProofDocument, ServiceDocument, TariffDocument
from domain.rules import Retention, TrustLevel
from domain.service.definition import ProofRule, ServiceDefinition, TariffLine
from domain.working_days import DeadlinePolicy


def form_of(service: ServiceDocument) -> dict[str, Any]:
    titles = {name: title.model_dump() for name, title in service.variants.items()}
    return with_facts(service.form, titles)


def definition(entry: Entry[ServiceDocument]) -> ServiceDefinition:
    service = entry.document
    return ServiceDefinition(
        key=service.key,
        version=service.version,
        sha256=entry.source.sha256,
        title=service.title.model_dump(),
        category=service.category,
        kind=service.kind,
        variants=tuple(service.variants),
        form=form_of(service),
        tariff=tuple(map(_tariff_line, service.tariff)),
        proofs=tuple(map(_proof_rule, service.proofs)),
        payment_timing=service.payment_timing,
        fulfilments=service.fulfilments,
        trust_level=TrustLevel[service.trust_level.upper()],
        deadline=DeadlinePolicy(**service.deadline.model_dump()),
        entitlements=service.entitlements,
        online_entitlements=service.online_entitlements,
        issues_number=service.issues_number,
        leika=service.leika,
        retention=Retention(**service.retention.model_dump()),
    )


def _tariff_line(line: TariffDocument) -> TariffLine:
    return TariffLine(
        name=line.name, title=line.title.model_dump(), cents=line.cents, when=line.when
    )


def _proof_rule(proof: ProofDocument) -> ProofRule:
    return ProofRule(kind=proof.kind, title=proof.title.model_dump(), when=proof.when)
