"""Somebody who does not exist, and what becomes of their application: for looking at letters."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from adapters.catalogue.offer import Offer
from adapters.event_store.recorded import ActorStamp, Metadata, Recorded
from adapters.mail.digest import Case, Digest
from domain.application import events as e
from domain.rules import Expiry, Fee, Fulfilment, Kind, PaymentTiming, RulesInForce, TrustLevel

NOBODY = UUID(int=0)
MOMENT = datetime(2030, 1, 2, 9, tzinfo=UTC)
DAY = date(2030, 1, 16)
WHO = "erfunden"
EXPIRY = Expiry(unpaid_days=30, unanswered_days=30, pickup_days=30)
ERIKA = e.Applicant(
    given_name="Erika",
    family_name="Beispiel (erfunden)",
    birth_date=date(1990, 1, 1),
    email="erika.beispiel@example.invalid",
)
WORDS = "[Hier steht, was die Sachbearbeitung schreibt.]"
NUMBER = "BEISPIEL-0000"
PAID = e.ApplicationPaid(
    payment_id=NOBODY, cents=2000, currency="EUR", method="PAYPAL", reference="X", paid_at=MOMENT
)
# By what the letter is called without its version.
HAPPENED: Mapping[str, e.ApplicationEvent] = {
    "received": e.ApplicationReceived(received_at=MOMENT, due_on=DAY, derivation=()),
    "proof-refused": e.ProofRefused(
        proof_id=NOBODY, reason="virus", checked_by=WHO, checked_at=MOMENT
    ),
    "correction-requested": e.CorrectionRequested(
        correction_id=NOBODY,
        message=WORDS,
        working_days_left=1,
        requested_by=WHO,
        requested_at=MOMENT,
    ),
    "fee-due": e.ApplicationApproved(approved_by=WHO, approved_at=MOMENT),
    "ready-for-pickup": e.ApplicationReadyForPickup(
        branch="", ready_by=WHO, ready_at=MOMENT, card_number=NUMBER
    ),
    "online-only-issued": e.OnlineOnlyIssued(issued_at=MOMENT, card_number=NUMBER),
    "dispatched": e.ApplicationDispatched(dispatched_by=WHO, dispatched_at=MOMENT),
    "acknowledged": e.ApplicationAcknowledged(acknowledged_at=MOMENT),
    "rejected": e.ApplicationRejected(reason=WORDS, rejected_by=WHO, rejected_at=MOMENT),
    "forwarded": e.ApplicationForwarded(
        to_office="Beispielamt",
        reason=WORDS,
        forwarded_by=WHO,
        forwarded_at=MOMENT,
        first_received_on=MOMENT.date(),
        goes_on_as=NOBODY,
    ),
    "withdrawn": e.ApplicationWithdrawn(reason="", withdrawn_at=MOMENT),
    "reminder": e.ApplicantReminded(awaited=e.Awaited.PICKUP, until=DAY, reminded_at=MOMENT),
    "expired": e.ApplicationExpired(
        reason="", expired_at=MOMENT, awaited=e.Awaited.PICKUP, due_on=DAY
    ),
    "office/received": e.ApplicationReceived(received_at=MOMENT, due_on=DAY, derivation=()),
    "office/passed": e.ApplicationPassedToOffice(
        to_office="Beispielamt", reason=WORDS, passed_by=WHO, passed_at=MOMENT
    ),
    "office/answered": e.CorrectionAnswered(
        correction_id=NOBODY,
        message=WORDS,
        changes={},
        answered_at=MOMENT,
        due_on=DAY,
        derivation=(),
    ),
    "office/proof": e.ProofFoundClean(proof_id=NOBODY, checked_by=WHO, checked_at=MOMENT),
    "office/money": e.UnmatchedMoneyReceived(
        payment_id=NOBODY,
        municipality="",
        cents=2000,
        currency="EUR",
        method="PAYPAL",
        reference="X",
        reason="",
        paid_at=MOMENT,
    ),
    "office/escalated": e.DecisionEscalated(due_on=DAY, escalated_at=MOMENT),
}


def invented(letter: str, offer: Offer) -> list[Recorded]:
    """Return a history that calls for this letter; `letter`: without its version."""
    paid = [] if letter == "fee-due" else [PAID]
    before = [*paid, *([HAPPENED["received"]] if letter == "office/proof" else [])]
    happened = [_submitted(offer, _rules(letter, offer)), *before, HAPPENED[letter]]
    stamp = Metadata(NOBODY, ActorStamp(WHO, "system"), NOBODY.hex)
    return [Recorded(NOBODY, n, n, event, stamp, MOMENT) for n, event in enumerate(happened, 1)]


def invented_digest(offer: Offer) -> Digest:
    title = offer.definition.title["de"]
    cases = [
        Case(service=title, due_on=DAY, kinds=("office/received",), link="https://example.invalid"),
        Case(service=title, due_on=None, kinds=("office/proof",), link="https://example.invalid"),
    ]
    office, address = offer.adoption.office, "https://example.invalid/digest"
    return Digest(NOBODY, offer.town, office, MOMENT, cases, address)


def _submitted(offer: Offer, rules: RulesInForce) -> e.ApplicationSubmitted:
    return e.ApplicationSubmitted(
        municipality=offer.town.ags,
        service=rules.service,
        variant="",
        applicant=ERIKA,
        answers={},
        fulfilment=Fulfilment.PICKUP,
        branch=next(iter(offer.branches), None),
        card_number=None,
        rules=rules,
        account=WHO,
        trust_level=TrustLevel.BASIC,
        channel=e.Channel.ONLINE,
        pilot=False,
        source_portal="",
        source_submission_id=None,
        submitted_at=MOMENT,
        legal_day=MOMENT.date(),
        office=offer.adoption.office,
    )


def _rules(letter: str, offer: Offer) -> RulesInForce:
    definition, due = offer.definition, letter == "fee-due"
    return RulesInForce(
        service=definition.key,
        version=definition.version,
        definition_sha256=definition.sha256,
        kind=Kind.NOTIFICATION if letter == "acknowledged" else Kind.DECISION,
        trust_level=definition.trust_level,
        fee=_fee(offer),
        payment_timing=PaymentTiming.AFTER_APPROVAL if due else definition.payment_timing,
        required_proofs=(),
        fulfilments=definition.fulfilments,
        branches=offer.branches,
        deadline=definition.deadline,
        expiry=EXPIRY,
    )


def _fee(offer: Offer) -> Fee:
    """The highest price that the town asks for."""
    fees = offer.adoption.fees
    prices = {line.name: fees.get(line.name, line.cents) for line in offer.definition.tariff}
    name = max(prices, key=lambda price: prices[price], default="")
    return Fee(cents=prices.get(name, 0), tariff=name)
