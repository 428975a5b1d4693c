"""Does each service make sense in itself?"""

from collections.abc import Iterable, Iterator

from adapters.catalogue.building import form_of
from adapters.catalogue.condition_checks import condition_findings
from adapters.catalogue.finding import Finding, repeated
from adapters.catalogue.form_checks import form_findings
from adapters.catalogue.reading import Entry
from adapters.catalogue.service_document import ServiceDocument
from adapters.catalogue.source import Problem
from domain.rules import PaymentTiming


def service_problems(entries: Iterable[Entry[ServiceDocument]]) -> Iterator[Problem]:
    first: dict[tuple[str, int], str] = {}
    for entry in entries:
        source, service = entry.source, entry.document
        for where, what in _findings(service):
            yield source.problem(where, what)
        file = first.setdefault((service.key, service.version), source.file)
        if file != source.file:
            yield source.problem(("version",), f"is in {file} already; give it the next number")


def _findings(service: ServiceDocument) -> Iterator[Finding]:
    form = list(form_findings(service.form))
    yield from form or _condition_findings(service)
    yield from repeated("tariff", "name", (line.name for line in service.tariff))
    yield from repeated("proofs", "kind", (proof.kind for proof in service.proofs))
    if surplus := set(service.online_entitlements) - set(service.entitlements):
        what = f"should be a part of entitlements; add there {', '.join(sorted(surplus))}"
        yield ("online_entitlements",), what
    if service.payment_timing is PaymentTiming.NONE and any(line.cents for line in service.tariff):
        yield ("payment_timing",), "is none although the tariff has a fee; say when it is paid"


def _condition_findings(service: ServiceDocument) -> Iterator[Finding]:
    form = form_of(service)
    for row, line in enumerate(service.tariff):
        yield from condition_findings(line.when, form, ("tariff", row, "when"))
    for row, proof in enumerate(service.proofs):
        yield from condition_findings(proof.when, form, ("proofs", row, "when"))
