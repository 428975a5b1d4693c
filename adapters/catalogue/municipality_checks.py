"""Does each town fit the services it adopted, and itself?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

from adapters.catalogue.building import complete_form
from adapters.catalogue.checking import problems_in
from adapters.catalogue.closing_days import rule_complaint
from adapters.catalogue.deadlines import COMPLAINT, is_ambiguous
from adapters.catalogue.finding import Finding, repeated
from adapters.catalogue.form_checks import readable
from adapters.catalogue.half_read import as_far_as_read
from adapters.catalogue.municipality_document import (
    AdoptionDocument,
    IdentityProviderDocument,
    MunicipalityDocument,
    PaymentDocument,
)
from adapters.catalogue.own_proof_checks import own_proof_findings
from adapters.catalogue.reading import Entry
from adapters.catalogue.service_document import ServiceDocument
from adapters.catalogue.source import Problem
from adapters.catalogue.toml_lines import Where
from domain.municipality.kreise import kind_of, may_take_part
from domain.municipality.municipality import ClosingRule, TownKind
from domain.municipality.onboarding import Step
from domain.rules import Fulfilment, PaymentTiming

BEFORE = "is before valid_from; correct one of them"

Services = Mapping[tuple[str, int], ServiceDocument]


def municipality_problems(
    entries: Sequence[Entry[MunicipalityDocument]], halves: Iterable[Entry[MunicipalityDocument]]
) -> Iterator[Problem]:
    yield from problems_in((*entries, *halves), CHECKS)
    first: dict[str, str] = {}
    for entry in entries:
        source, town = entry.source, entry.document
        if not PurePosixPath(source.file).name.startswith(town.ags):
            yield source.problem(("ags",), "should begin the file's name; correct one of them")
        file = first.setdefault(town.ags, source.file)
        if file != source.file:
            yield source.problem(("ags",), f"is in {file} already; keep one file a municipality")


def adoption_problems(
    entries: Iterable[Entry[MunicipalityDocument]], services: Services, *, are_all: bool
) -> Iterator[Problem]:
    """`are_all`: there are no other services."""
    yield from problems_in(
        entries, [partial(_services_findings, services=services, are_all=are_all)]
    )


def _services_findings(
    town: MunicipalityDocument, services: Services, *, are_all: bool
) -> Iterator[Finding]:
    for key, adoption in town.services.items():
        where: Where = ("services", key)
        service = services.get((key, adoption.version))
        if service is not None:
            for path, what in as_far_as_read(_adoption_findings(town, adoption, service)):
                yield (*where, *path), what
        elif are_all:
            what = f"{key} {adoption.version} does not exist; adopt one of {_offer(services)}"
            yield (*where, "version"), what


def _population_findings(town: MunicipalityDocument) -> Iterator[Finding]:
    if (town.population is None) != (town.population_as_of is None):
        yield ("population",), "and population_as_of belong together; give both or none"


def _branch_findings(town: MunicipalityDocument) -> Iterator[Finding]:
    yield from repeated("branches", "key", (branch.key for branch in town.branches))


def _closing_findings(town: MunicipalityDocument) -> Iterator[Finding]:
    for row, rule in enumerate(town.closing_days):
        if complaint := rule_complaint(ClosingRule(**rule.model_dump())):
            yield ("closing_days", row), complaint


def _kind_findings(town: MunicipalityDocument) -> Iterator[Finding]:
    kind, kreis = kind_of(town.ags)
    if not may_take_part(town.ags):
        yield ("ags",), "is a key that no town and no Kreis can have; correct it"
    elif town.kreis != kreis:
        yield ("kreis",), _kreis_complaint(town.kreis, kind, kreis)
    elif town.kind not in {None, kind}:
        yield ("kind",), f"does not fit ags, which makes it {kind}; correct one of them"


def _kreis_complaint(given: str | None, kind: TownKind, kreis: str | None) -> str:
    if given is None:
        return f'is missing, and ags is of a town in a Kreis; add kreis = "{kreis}"'
    if kreis is not None:
        return "should be the first five digits of ags; correct one of them"
    itself = "a Kreis itself" if kind is TownKind.KREIS else "a kreisfreie Stadt, in no Kreis"
    return f"is given, but ags is the key of {itself}; remove it"


def _validity_findings(town: MunicipalityDocument) -> Iterator[Finding]:
    if town.payment and not _in_order(town.payment):
        yield ("payment", "valid_until"), BEFORE
    for row, provider in enumerate(town.identity_providers):
        if not _in_order(provider):
            yield ("identity_providers", row, "valid_until"), BEFORE


def _step_findings(town: MunicipalityDocument) -> Iterator[Finding]:
    if Step.CLERK_MAILBOX in town.onboarding and not (town.mailbox or town.mailboxes):
        yield ("onboarding",), "names clerk-mailbox, but there is none; add mailbox"
    if Step.PAYMENT_PLATFORM in town.onboarding and town.payment is None:
        yield ("onboarding",), "names payment-platform, but there is none; add [payment]"
    if town.e_payment_since and town.payment is None:
        yield ("e_payment_since",), "needs a payment account; add [payment]"


def _in_order(span: PaymentDocument | IdentityProviderDocument) -> bool:
    return not (span.valid_from and span.valid_until) or span.valid_from <= span.valid_until


def _adoption_findings(
    town: MunicipalityDocument, adoption: AdoptionDocument, service: ServiceDocument
) -> Iterator[Finding]:
    proofs, branches = {p.kind for p in service.proofs}, {b.key for b in town.branches}
    yield from _unknown("waived_proofs", adoption.waived_proofs, proofs, "proof of the service")
    yield from _unknown("branches", adoption.branches, branches, "branch of this town")
    yield from _own_proof_findings(adoption, service, proofs)
    if is_ambiguous(adoption.deadline):
        yield ("deadline",), COMPLAINT
    for name in adoption.fees.keys() - service.prices.keys():
        yield ("fees", name), f"is no line of the tariff; name one of {', '.join(service.prices)}"
    due = any(adoption.fees.get(name, cents) for name, cents in service.fees.items())
    if due and service.payment_timing is PaymentTiming.NONE:
        yield ("fees",), "has a fee, but the service takes no payment; set it to 0"
    if due and adoption.live and town.payment is None:
        yield (), "can cost a fee, but there is no payment account; add [payment]"
    has_mailbox = town.mailbox or adoption.office in town.mailboxes
    if adoption.live and service.applied_for_here and not has_mailbox:
        yield (), "goes live, but its office has no clerk mailbox; add mailbox, or live = false"
    if Fulfilment.PICKUP in service.fulfilments and not town.branches:
        yield (), "offers pick-up, but there is no branch; add [[branches]]"


def _own_proof_findings(
    adoption: AdoptionDocument, service: ServiceDocument, known: Iterable[str]
) -> Iterator[Finding]:
    """A form that cannot be read is told with its service."""
    _, form = readable(service.form) if service.form else ((), {})
    if form is not None:
        complete = complete_form(service, form) if form else {}
        yield from own_proof_findings(adoption.own_proofs, known, complete)


def _unknown(
    array: str, names: Iterable[str], known: Iterable[str], what: str
) -> Iterator[Finding]:
    for row, name in enumerate(names):
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            yield (array, row), f"is no {what}; name one of {listed}"


CHECKS: tuple[Callable[[MunicipalityDocument], Iterator[Finding]], ...] = (
    _kind_findings,
    _population_findings,
    _validity_findings,
    _step_findings,
    _branch_findings,
    _closing_findings,
)


def _offer(services: Services) -> str:
    return ", ".join(f"{key} {version}" for key, version in sorted(services))
