"""What the rules need to know about an application: a fold of its events. It never refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, assert_never
from uuid import UUID

from domain.application import events as e
from domain.rules import (
    Fee,
    Fulfilment,
    Kind,
    PaymentTiming,
    RulesInForce,
    TrustLevel,
)
from domain.working_days import DeadlinePolicy


class Status(StrEnum):
    NOT_SUBMITTED = "not-submitted"
    SUBMITTED = "submitted"
    RECEIVED = "received"
    APPROVED = "approved"
    READY_FOR_PICKUP = "ready-for-pickup"
    PICKED_UP = "picked-up"
    ISSUED_ONLINE = "issued-online"
    DISPATCHED = "dispatched"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    FORWARDED = "forwarded"
    EXPIRED = "expired"


FULFILLED = frozenset(
    {Status.PICKED_UP, Status.ISSUED_ONLINE, Status.DISPATCHED, Status.ACKNOWLEDGED}
)
UNSUCCESSFUL = frozenset({Status.REJECTED, Status.WITHDRAWN, Status.FORWARDED, Status.EXPIRED})
ENDED = FULFILLED | UNSUCCESSFUL

ENDS_AS: Mapping[type, Status] = {
    e.ApplicationPickedUp: Status.PICKED_UP,
    e.OnlineOnlyIssued: Status.ISSUED_ONLINE,
    e.ApplicationDispatched: Status.DISPATCHED,
    e.ApplicationAcknowledged: Status.ACKNOWLEDGED,
    e.ApplicationRejected: Status.REJECTED,
    e.ApplicationWithdrawn: Status.WITHDRAWN,
    e.ApplicationForwarded: Status.FORWARDED,
    e.ApplicationExpired: Status.EXPIRED,
}

ENDED_AT: Mapping[type, str] = {
    e.ApplicationPickedUp: "picked_up_at",
    e.OnlineOnlyIssued: "issued_at",
    e.ApplicationDispatched: "dispatched_at",
    e.ApplicationAcknowledged: "acknowledged_at",
    e.ApplicationRejected: "rejected_at",
    e.ApplicationWithdrawn: "withdrawn_at",
    e.ApplicationForwarded: "forwarded_at",
    e.ApplicationExpired: "expired_at",
}

NO_RULES = RulesInForce(
    service="",
    version=0,
    definition_sha256="",
    kind=Kind.DECISION,
    trust_level=TrustLevel.HIGH,
    fee=Fee(cents=0, tariff=""),
    payment_timing=PaymentTiming.NONE,
    required_proofs=(),
    fulfilments=(),
    branches=(),
    deadline=DeadlinePolicy(),
)


class ProofState(StrEnum):
    QUARANTINED = "quarantined"
    CLEAN = "clean"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    TURNED_DOWN = "refused-by-clerk"
    DESTROYED = "destroyed"


PROVEN = frozenset({ProofState.CLEAN, ProofState.ACCEPTED})
REFUSED = frozenset({ProofState.REFUSED, ProofState.TURNED_DOWN, ProofState.DESTROYED})


@dataclass(frozen=True, slots=True)
class Proof:
    kind: str
    sha256: str
    file: str = ""
    state: ProofState = ProofState.QUARANTINED


NO_PROOFS: Mapping[UUID, Proof] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Payment:
    payment_id: UUID
    cents: int


class Standing(StrEnum):
    """Where money that arrived is now; `loose` only between a correction and what follows it."""

    FEE = "fee"
    UNMATCHED = "unmatched"
    REFUND_DUE = "refund-due"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged-back"
    ASSIGNED = "assigned"
    LOOSE = "loose"


OWED = frozenset({Standing.UNMATCHED, Standing.REFUND_DUE})
GONE = frozenset({Standing.REFUNDED, Standing.CHARGED_BACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """`gone_by`: the reference it went under; `gone_again`: the second time, if it went twice.
    `was_fee`, `was_due_back`: once, if not now.
    """

    standing: Standing
    cents: int
    paid_at: datetime
    currency: str = "EUR"
    method: str = ""
    reference: str = ""
    gone_by: str = ""
    gone_again: str = ""
    assigned_to: UUID | None = None
    was_fee: bool = False
    was_due_back: bool = False


NO_MONEY: Mapping[UUID, Money] = MappingProxyType({})


NOTHING_HANDED_OVER: Mapping[UUID, str] = MappingProxyType({})


class Application(NamedTuple):
    """A tuple, because to copy one with a change is what folding a history mostly does.

    `turn_since`: since when it waits for whoever's turn it is. `clock_days` are counted after the
    day of `clock_from`. `noticed`: whoever's turn it is was reminded; `escalated`: in vain.
    `handed_over`: to the back office, and under which number of its own.
    """

    status: Status = Status.NOT_SUBMITTED
    municipality: str = ""
    account: str | None = None
    rules: RulesInForce = NO_RULES
    fulfilment: Fulfilment = Fulfilment.PICKUP
    branch: str | None = None
    office: str | None = None
    card_number: str | None = None
    proofs: Mapping[UUID, Proof] = NO_PROOFS
    paid: Payment | None = None
    money: Mapping[UUID, Money] = NO_MONEY
    received: bool = False
    claimed_by: str | None = None
    open_correction: UUID | None = None
    due_on: date | None = None
    days_left: int | None = None
    clock_from: datetime | None = None
    clock_days: int | None = None
    turn_since: datetime | None = None
    noticed: bool = False
    escalated: bool = False
    ended_at: datetime | None = None
    erased: bool = False
    filed_on: date | None = None
    goes_on_elsewhere: bool = False
    handed_over: Mapping[UUID, str] = NOTHING_HANDED_OVER

    @property
    def missing_proofs(self) -> tuple[str, ...]:
        proven = {p.kind for p in self.proofs.values() if p.state in PROVEN}
        return tuple(kind for kind in self.rules.required_proofs if kind not in proven)

    @property
    def refused_late(self) -> frozenset[str]:
        """The kinds of which the scanner refused the one there was: the mail asks for another."""
        states = {(proof.kind, proof.state) for proof in self.proofs.values()}
        return frozenset(
            kind
            for kind in self.missing_proofs
            if (kind, ProofState.REFUSED) in states and (kind, ProofState.QUARANTINED) not in states
        )

    @property
    def clock_runs(self) -> bool:
        """The office has to decide by the due day; the decision meets it."""
        return self.status is Status.RECEIVED and self.open_correction is None

    @property
    def fee_owed(self) -> bool:
        """Some of the fee is open, now or once the application is approved."""
        return self.rules.fee.cents > 0 and self.paid is None

    @property
    def money_seen(self) -> frozenset[UUID]:
        return frozenset(self.money)

    @property
    def refund_open(self) -> bool:
        """The fee that was paid is due back."""
        if self.paid is None:
            return False
        return self.money[self.paid.payment_id].standing is Standing.REFUND_DUE

    @property
    def money_owed(self) -> bool:
        """The treasury still has to find out whom some of it belongs to, to pay it back, or to
        get back what went twice.
        """
        return any(money.standing in OWED or money.gone_again for money in self.money.values())

    @property
    def fee_lost(self) -> bool:
        """It was paid once, and the money has gone again: charged back, or paid back."""
        lost = GONE | {Standing.LOOSE}
        return self.fee_owed and any(m.was_fee and m.standing in lost for m in self.money.values())

    @property
    def fee_due(self) -> bool:
        """The fee can be paid now."""
        if self.fee_lost and self.status not in UNSUCCESSFUL:
            return True
        due_in = {
            PaymentTiming.BEFORE_HANDOVER: Status.SUBMITTED,
            PaymentTiming.AFTER_APPROVAL: Status.APPROVED,
        }
        return self.fee_owed and self.status is due_in.get(self.rules.payment_timing)

    @property
    def waits_for_applicant(self) -> bool:
        """The next step is the applicant's: complete it, answer, pay or collect."""
        if self.status is Status.RECEIVED:
            asked = self.open_correction is not None or bool(self.refused_late)
            return asked or self.fee_due
        if self.status is Status.APPROVED:
            return self.fee_owed
        return self.status in (Status.SUBMITTED, Status.READY_FOR_PICKUP)

    @property
    def complete(self) -> bool:
        fee_first = self.rules.payment_timing is PaymentTiming.BEFORE_HANDOVER
        return not self.missing_proofs and not (fee_first and self.fee_owed)


def evolve(application: Application, event: e.ApplicationEvent) -> Application:  # noqa: C901, PLR0911, PLR0912, PLR0915 -- one flat table: an event, what is remembered of it
    match event:
        case e.ApplicationSubmitted():
            return application._replace(
                status=Status.SUBMITTED,
                municipality=event.municipality,
                account=event.account,
                rules=event.rules,
                fulfilment=event.fulfilment,
                branch=event.branch,
                office=event.office,
                card_number=event.card_number,
                filed_on=event.first_received_on or event.legal_day,
                turn_since=event.submitted_at,
            )
        case e.ProofUploaded():
            return _uploaded(application, event)
        case e.ProofFoundClean():
            return _checked(application, event.proof_id, ProofState.CLEAN)
        case e.ProofRefused():
            return _checked_in_vain(application, event)
        case e.ProofAcceptedByClerk():
            return _checked(application, event.proof_id, ProofState.ACCEPTED)
        case e.ProofRefusedByClerk():
            return _checked(application, event.proof_id, ProofState.TURNED_DOWN)
        case e.ProofsDestroyed():
            return _destroyed(application, event)
        case e.ApplicationPaid():
            paid = Payment(event.payment_id, event.cents)
            return _arrived(application, event, Standing.FEE, paid=paid)
        case e.UnmatchedMoneyReceived():
            return _arrived(application, event, Standing.UNMATCHED)
        case e.ApplicationReceived():
            at, status = event.received_at, Status.RECEIVED
            return _clock_runs(application, event, at, None, status=status, received=True)
        case e.ApplicationClaimed():
            return application._replace(claimed_by=event.claimed_by)
        case e.ApplicationReleased():
            return application._replace(claimed_by=None)
        case e.ApplicationPassedToOffice():
            return application._replace(claimed_by=None, office=event.to_office)
        case e.CorrectionRequested():
            return _turn(
                application,
                event.requested_at,
                open_correction=event.correction_id,
                days_left=event.working_days_left,
            )
        case e.CorrectionAnswered():
            return _answered(application, event, event.answered_at)
        case e.CorrectionCancelled():
            return _answered(application, event, event.cancelled_at)
        case e.ApplicationApproved():
            return _turn(application, event.approved_at, status=Status.APPROVED)
        case e.ApplicationReadyForPickup():
            ready, number = Status.READY_FOR_PICKUP, event.card_number
            return _turn(application, event.ready_at, status=ready, card_number=number)
        case (
            e.ApplicationPickedUp()
            | e.OnlineOnlyIssued()
            | e.ApplicationDispatched()
            | e.ApplicationAcknowledged()
            | e.ApplicationRejected()
            | e.ApplicationWithdrawn()
            | e.ApplicationExpired()
        ):
            return _ended(application, event)
        case e.ApplicationForwarded():
            elsewhere = event.goes_on_as is not None
            return _ended(application, event)._replace(goes_on_elsewhere=elsewhere)
        case e.ApplicationReopened():
            return _reopened(application, event)
        case e.DeadlineExtended():
            return _clock_runs(application, event, event.counted_from, event.days_counted)
        case e.DeadlineRecomputed():
            return _turn(application, application.turn_since, due_on=event.due_on)
        case e.DecisionDueSoon() | e.ApplicantReminded():
            return application._replace(noticed=True)
        case e.DecisionEscalated():
            return application._replace(escalated=True)
        case e.RefundDue():
            return _due_back(application, event)
        case e.RefundCancelled():
            return _stands(application, event.payment_id, standing=Standing.FEE)
        case e.RefundDone():
            return _gone(application, event, Standing.REFUNDED, event.refunded_at)
        case e.MoneyChargedBack():
            return _gone(application, event, Standing.CHARGED_BACK, event.charged_back_at)
        case e.MoneyAssigned():
            return _stands(
                application,
                event.payment_id,
                standing=Standing.ASSIGNED,
                assigned_to=event.to_application,
            )
        case e.MoneyCorrected():
            return _stands(application, event.payment_id, standing=Standing.LOOSE, gone_by="")
        case e.MoneyGoneTwice():
            return _stands(application, event.payment_id, gone_again=event.reference)
        case e.ClaimSettled():
            return _stands(application, event.payment_id, gone_again="")
        case e.ApplicationHandedOver():
            handed = {**application.handed_over, event.hand_over_id: event.reference}
            return application._replace(handed_over=handed)
        case e.ApplicantErased():
            return application._replace(erased=True, account=None, card_number=None)
        case _:
            assert_never(event)


def _clock_runs(
    application: Application,
    event: e.ApplicationReceived
    | e.CorrectionAnswered
    | e.CorrectionCancelled
    | e.ApplicationReopened
    | e.DeadlineExtended,
    counted_from: datetime,
    days: int | None,
    **changes: Any,
) -> Application:
    """`days` are None where they are those of the policy."""
    clock = {"due_on": event.due_on, "clock_from": counted_from, "clock_days": days}
    return _turn(application, counted_from, **clock, **changes)


def _reopened(application: Application, event: e.ApplicationReopened) -> Application:
    status = Status.RECEIVED if application.received else Status.SUBMITTED
    return _clock_runs(application, event, event.reopened_at, None, status=status, ended_at=None)


def _answered(
    application: Application,
    event: e.CorrectionAnswered | e.CorrectionCancelled,
    moment: datetime,
) -> Application:
    days = application.days_left
    return _clock_runs(application, event, moment, days, open_correction=None, days_left=None)


def _checked_in_vain(application: Application, event: e.ProofRefused) -> Application:
    refused = _checked(application, event.proof_id, ProofState.REFUSED)
    return _asked_anew(refused, event.checked_at)


def _asked_anew(application: Application, moment: datetime) -> Application:
    """What the applicant did is undone, and time to do it again begins."""
    if application.status not in (Status.SUBMITTED, Status.APPROVED):
        return application
    return _turn(application, moment)


def _turn(application: Application, moment: datetime | None, **changes: Any) -> Application:
    """Somebody's turn begins, and nobody was told of its day yet.

    All in one step: each copies the whole state.
    """
    return application._replace(turn_since=moment, noticed=False, escalated=False, **changes)


def _uploaded(application: Application, event: e.ProofUploaded) -> Application:
    proof = Proof(event.kind, event.sha256, event.file)
    return _with_proof(application, event.proof_id, proof)


def _with_proof(application: Application, proof_id: UUID, proof: Proof) -> Application:
    return application._replace(proofs={**application.proofs, proof_id: proof})


def _checked(application: Application, proof_id: UUID, found: ProofState) -> Application:
    proof = application.proofs.get(proof_id)
    if proof is None:
        return application
    return _with_proof(application, proof_id, replace(proof, state=found))


def _arrived(
    application: Application,
    event: e.ApplicationPaid | e.UnmatchedMoneyReceived,
    standing: Standing,
    **changes: Any,
) -> Application:
    before = application.money.get(event.payment_id)
    money = Money(
        standing=standing,
        cents=event.cents,
        paid_at=event.paid_at,
        currency=event.currency,
        method=event.method,
        reference=event.reference,
        was_fee=standing is Standing.FEE or (before is not None and before.was_fee),
    )
    return application._replace(money={**application.money, event.payment_id: money}, **changes)


def _due_back(application: Application, event: e.RefundDue) -> Application:
    """What is due back was the fee; where it had gone and came back, it is the fee paid again."""
    before = application.money.get(event.payment_id) or Money(
        standing=Standing.LOOSE, cents=event.cents, paid_at=event.due_since
    )
    money = replace(before, standing=Standing.REFUND_DUE, was_fee=True, was_due_back=True)
    return application._replace(
        money={**application.money, event.payment_id: money},
        paid=application.paid or Payment(event.payment_id, event.cents),
    )


def _gone(
    application: Application,
    event: e.RefundDone | e.MoneyChargedBack,
    standing: Standing,
    moment: datetime,
) -> Application:
    after = _stands(application, event.payment_id, standing=standing, gone_by=event.reference)
    if after.paid is not None and after.paid.payment_id == event.payment_id:
        after = after._replace(paid=None)
    return _asked_anew(after, moment) if event.was_fee else after


def _stands(application: Application, payment_id: UUID, **changes: Any) -> Application:
    money = application.money.get(payment_id)
    if money is None:
        return application
    return application._replace(money={**application.money, payment_id: replace(money, **changes)})


def _ended(application: Application, event: e.ApplicationEvent) -> Application:
    return _turn(application, None)._replace(
        status=ENDS_AS[type(event)],
        claimed_by=None,
        open_correction=None,
        days_left=None,
        ended_at=getattr(event, ENDED_AT[type(event)]),
    )


def _destroyed(application: Application, event: e.ProofsDestroyed) -> Application:
    for proof_id in event.proof_ids:
        application = _checked(application, proof_id, ProofState.DESTROYED)
    return application
