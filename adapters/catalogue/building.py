"""From the checked document of a service to what the domain works with."""

from collections.abc import Mapping
from typing import Any

from adapters.catalogue.categories import CATEGORIES
from adapters.catalogue.deadlines import deadline_policy
from adapters.catalogue.document import TextDocument
from adapters.catalogue.facts import with_facts
from adapters.catalogue.reading import Entry
from adapters.catalogue.service_document import (
    PriceDocument,
    ProofDocument,
    ServiceDocument,
    TariffDocument,
)
from domain.rules import Expiry, Notices, Retention, TrustLevel
from domain.service.definition import (
    RESIDENTS_TOWN,
    External,
    Price,
    ProofRule,
    Responsible,
    ServiceDefinition,
    TariffLine,
    Text,
)
from domain.working_days import DeadlinePolicy


def form_of(service: ServiceDocument) -> dict[str, Any]:
    """Nothing where there is nothing to fill in."""
    return complete_form(service, service.form) if service.form else {}


def complete_form(service: ServiceDocument, form: Mapping[str, Any]) -> dict[str, Any]:
    titles = {name: title.model_dump() for name, title in service.variants.items()}
    return with_facts(form, titles)


def definition(entry: Entry[ServiceDocument]) -> ServiceDefinition:
    service = entry.document
    return ServiceDefinition(
        key=service.key,
        version=service.version,
        sha256=entry.source.sha256,
        **_described(service),
        **_asked_for(service),
        **_ruled(service),
    )


def _described(service: ServiceDocument) -> dict[str, Any]:
    """What it is, and whose."""
    return {
        "title": _text(service.title),
        "description": _text(service.description),
        "synonyms": service.synonyms,
        "category": service.category,
        "category_title": _text(service.category_title) or CATEGORIES.get(service.category, {}),
        "kind": service.kind,
        "leika": service.leika,
        "external": External(**service.external.model_dump()) if service.external else None,
        "not_online": _text(service.not_online),
        "responsible": _responsible(service),
    }


def _asked_for(service: ServiceDocument) -> dict[str, Any]:
    """What an applicant fills in, proves and pays."""
    return {
        "variants": tuple(service.variants),
        "form": form_of(service),
        "tariff": tuple(map(_tariff_line, service.tariff)),
        "announced": tuple(map(_tariff_line, service.announced)),
        "proofs": tuple(map(_proof_rule, service.proofs)),
        "payment_timing": service.payment_timing,
        "fulfilments": service.fulfilments,
    }


def _ruled(service: ServiceDocument) -> dict[str, Any]:
    return {
        "trust_level": TrustLevel[service.trust_level.upper()],
        "minimum_age": service.minimum_age,
        "deadline": deadline_policy(service.deadline) if service.deadline else DeadlinePolicy(),
        "expiry": Expiry(**service.expiry.model_dump()),
        "notices": Notices(**service.notices.model_dump()),
        "yearly": service.yearly,
        "yearly_by": service.yearly_by,
        "entitlements": service.entitlements,
        "online_entitlements": service.online_entitlements,
        "issues_number": service.issues_number,
        "retention": Retention(**service.retention.model_dump()),
    }


def _tariff_line(line: TariffDocument) -> TariffLine:
    return TariffLine(
        name=line.name,
        title=_text(line.title),
        cents=line.cents,
        when=line.when,
        quantity=line.quantity,
        further=tuple(map(_price, line.further)),
    )


def _price(price: PriceDocument) -> Price:
    return Price(name=price.name, title=_text(price.title), cents=price.cents)


def _text(text: TextDocument | None) -> Text:
    return text.model_dump() if text else {}


def _responsible(service: ServiceDocument) -> Responsible:
    if service.responsible is None:
        return RESIDENTS_TOWN
    return Responsible(**service.responsible.model_dump())


def _proof_rule(proof: ProofDocument) -> ProofRule:
    return ProofRule(kind=proof.kind, title=proof.title.model_dump(), when=proof.when)
