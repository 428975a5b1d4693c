"""Does a service say what one of its kind has to say, and nothing that does not go with it?"""

from collections.abc import Iterator

from adapters.catalogue.deadlines import COMPLAINT, is_ambiguous
from adapters.catalogue.finding import Finding
from adapters.catalogue.service_document import ServiceDocument
from domain.rules import Fulfilment, Kind, PaymentTiming

# What an application needs; of another body's service none of it is asked here.
OF_AN_APPLICATION = ("variants", "form", "fulfilments", "deadline")
# What says only how an application is judged, worked on and kept.
RULES = (
    "tariff", "announced", "proofs", "not_online", "payment_timing", "trust_level", "minimum_age",
    "expiry", "notices", "yearly", "yearly_by", "entitlements", "online_entitlements",
    "issues_number", "retention",
)  # fmt: skip


def kind_findings(service: ServiceDocument) -> Iterator[Finding]:
    given = {name for name in (*OF_AN_APPLICATION, *RULES) if _is_said(service, name)}
    if service.kind is Kind.EXTERNAL:
        yield from _external(service, given)
        return
    if service.external:
        yield ("external",), 'is there although the kind is another; set kind = "external"'
    if service.applied_for_here:
        missing = (name for name in OF_AN_APPLICATION if name not in given)
        yield from (((name,), "is missing; add it") for name in missing)
    if is_ambiguous(service.deadline):
        yield ("deadline",), COMPLAINT
    if service.kind is Kind.NOTIFICATION:
        yield from _notification(service)


def _is_said(service: ServiceDocument, name: str) -> bool:
    usual = ServiceDocument.model_fields[name].get_default(call_default_factory=True)
    return bool(getattr(service, name) != usual)


def _external(service: ServiceDocument, given: set[str]) -> Iterator[Finding]:
    if service.external is None:
        yield ("external",), "is missing; add [external] with body and link"
    for name in sorted(given):
        yield (name,), "does not go with an external service, which is applied for there; remove it"


def _notification(service: ServiceDocument) -> Iterator[Finding]:
    """It is acknowledged as soon as it is complete, so nothing can come after a decision."""
    if set(service.fulfilments) - {Fulfilment.ACKNOWLEDGEMENT}:
        yield ("fulfilments",), 'of a notification is ["acknowledgement"] alone; set it'
    if service.payment_timing is PaymentTiming.AFTER_APPROVAL:
        yield ("payment_timing",), "of a notification is never after-approval; choose another"
