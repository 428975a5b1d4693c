"""Does each service make sense in itself?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.catalogue.building import form_of
from adapters.catalogue.categories import CATEGORIES
from adapters.catalogue.condition_checks import condition_findings
from adapters.catalogue.facts import from_age_on
from adapters.catalogue.finding import Finding, repeated
from adapters.catalogue.form_branch_checks import branch_findings
from adapters.catalogue.form_checks import form_findings, schema_findings
from adapters.catalogue.kind_checks import kind_findings
from adapters.catalogue.reading import Entry
from adapters.catalogue.service_document import ResponsibleDocument, ServiceDocument
from adapters.catalogue.source import Problem
from adapters.catalogue.tariff_checks import tariff_findings
from domain.rules import PaymentTiming
from domain.service.definition import DecidedBy

BY_ANSWER = {DecidedBy.EVENT_PLACE, DecidedBy.PROPERTY, DecidedBy.INSTITUTION}


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
    yield from kind_findings(service)
    if service.form:
        unreadable = list(schema_findings(service.form))
        yield from unreadable or form_findings(service.form)
        yield from () if unreadable else _findings_by_form(service)
    yield from repeated("proofs", "kind", (proof.kind for proof in service.proofs))
    if surplus := set(service.online_entitlements) - set(service.entitlements):
        what = f"should be a part of entitlements; add there {', '.join(sorted(surplus))}"
        yield ("online_entitlements",), what
    if service.payment_timing is PaymentTiming.NONE and any(service.fees.values()):
        yield ("payment_timing",), "is none although the tariff has a fee; say when it is paid"
    if service.category not in CATEGORIES and service.category_title is None:
        known = ", ".join(CATEGORIES)
        yield ("category",), f"has no title; name one of {known}, or add [category_title]"


def _findings_by_form(service: ServiceDocument) -> Iterator[Finding]:
    form = from_age_on(service.minimum_age or 0, form_of(service))
    yield from branch_findings(form)
    yield from tariff_findings(service, form)
    for row, proof in enumerate(service.proofs):
        yield from condition_findings(proof.when, form, ("proofs", row, "when"))
    if service.responsible:
        yield from _place_findings(service.responsible, form)


def _place_findings(responsible: ResponsibleDocument, form: Mapping[str, Any]) -> Iterator[Finding]:
    """An answer that may be left out would leave the town that was asked to decide."""
    pointer = responsible.field
    if pointer is None:
        if responsible.by in BY_ANSWER:
            yield ("responsible", "field"), "is missing; name the answer that holds the place"
        return
    field, required = form, True
    for part in pointer.removeprefix("/").split("/"):
        required = required and part in field.get("required", [])
        field = field.get("properties", {}).get(part, {})
    if field.get("format") != "ags":
        what = 'should point to an answer of format "ags"; correct it, or leave it out'
        yield ("responsible", "field"), what
    elif not required:
        what = "points to an answer that may be left out; add each part of it to `required`"
        yield ("responsible", "field"), what
