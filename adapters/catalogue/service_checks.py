"""Does each service make sense in itself?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from adapters.catalogue.building import complete_form
from adapters.catalogue.categories import CATEGORIES
from adapters.catalogue.checking import problems_in
from adapters.catalogue.condition_checks import condition_findings
from adapters.catalogue.facts import from_age_on
from adapters.catalogue.finding import Finding, repeated
from adapters.catalogue.form_branch_checks import branch_findings
from adapters.catalogue.form_checks import form_findings, readable
from adapters.catalogue.half_read import as_far_as_read
from adapters.catalogue.kind_checks import kind_findings
from adapters.catalogue.possible import resolved
from adapters.catalogue.reading import Entry
from adapters.catalogue.service_document import ServiceDocument
from adapters.catalogue.source import Problem
from adapters.catalogue.tariff_checks import tariff_findings
from domain.rules import Fulfilment, Kind, PaymentTiming
from domain.service.definition import DecidedBy

Form = Mapping[str, Any]

OF_AN_ADDRESS = {"postal_code", "city"}
BY_ANSWER = {DecidedBy.EVENT_PLACE, DecidedBy.PROPERTY, DecidedBy.INSTITUTION}


def service_problems(
    entries: Sequence[Entry[ServiceDocument]], halves: Iterable[Entry[ServiceDocument]]
) -> Iterator[Problem]:
    yield from problems_in((*entries, *halves), CHECKS)
    first: dict[tuple[str, int], str] = {}
    for entry in entries:
        source, service = entry.source, entry.document
        file = first.setdefault((service.key, service.version), source.file)
        if file != source.file:
            yield source.problem(("version",), f"is in {file} already; give it the next number")


def _form_findings(service: ServiceDocument) -> Iterator[Finding]:
    if not service.form:
        return
    wrong, form = readable(service.form)
    yield from wrong
    if form is None:
        return
    yield from form_findings(form)
    complete = from_age_on(service.minimum_age or 0, complete_form(service, form))
    for check in CHECKS_BY_FORM:
        yield from as_far_as_read(check(service, complete))


def _repeated_proofs(service: ServiceDocument) -> Iterator[Finding]:
    yield from repeated("proofs", "kind", (proof.kind for proof in service.proofs))


def _entitlement_findings(service: ServiceDocument) -> Iterator[Finding]:
    if surplus := set(service.online_entitlements) - set(service.entitlements):
        what = f"should be a part of entitlements; add there {', '.join(sorted(surplus))}"
        yield ("online_entitlements",), what


def _payment_findings(service: ServiceDocument) -> Iterator[Finding]:
    if service.payment_timing is PaymentTiming.NONE and any(service.fees.values()):
        yield ("payment_timing",), "is none although the tariff has a fee; say when it is paid"


def _category_findings(service: ServiceDocument) -> Iterator[Finding]:
    if service.category not in CATEGORIES and service.category_title is None:
        known = ", ".join(CATEGORIES)
        yield ("category",), f"has no title; name one of {known}, or add [category_title]"


def _proof_findings(service: ServiceDocument, form: Form) -> Iterator[Finding]:
    for row, proof in enumerate(service.proofs):
        yield from condition_findings(proof.when, form, ("proofs", row, "when"))


def _mail_findings(service: ServiceDocument, form: Form) -> Iterator[Finding]:
    """What nobody is asked for, no clerk can write on the envelope."""
    if Fulfilment.MAIL not in service.fulfilments or service.kind is Kind.NOTIFICATION:
        return
    fields, asked = form.get("properties", {}), form.get("required", [])
    defs = form.get("$defs", {})
    answers = (resolved(fields[name], defs) for name in asked if name in fields)
    if not any({*answer.get("required", [])} >= OF_AN_ADDRESS for answer in answers):
        what = "names mail, but the form asks for no address; add one to it, required, with"
        yield ("fulfilments",), f"{what} {' and '.join(sorted(OF_AN_ADDRESS))} required"


def _year_findings(service: ServiceDocument, form: Form) -> Iterator[Finding]:
    name = service.yearly_by
    if name is None:
        return
    field = form["properties"].get(name, {})
    if not service.yearly:
        yield ("yearly_by",), "says which year a yearly duty is of; set yearly = true, or remove it"
    if field.get("type") != "integer" or name not in form["required"]:
        yield ("yearly_by",), "should name a whole number that the form requires; correct it"


def _place_findings(service: ServiceDocument, form: Form) -> Iterator[Finding]:
    """An answer that may be left out would leave the town that was asked to decide."""
    responsible = service.responsible
    if responsible is None:
        return
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


# With the facts that are added to the form.
CHECKS_BY_FORM: tuple[Callable[[ServiceDocument, Form], Iterator[Finding]], ...] = (
    lambda _service, form: branch_findings(form),
    tariff_findings,
    _proof_findings,
    _mail_findings,
    _year_findings,
    _place_findings,
)
CHECKS: tuple[Callable[[ServiceDocument], Iterator[Finding]], ...] = (
    kind_findings,
    _form_findings,
    _repeated_proofs,
    _entitlement_findings,
    _payment_findings,
    _category_findings,
)
