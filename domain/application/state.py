"""What the rules need to know about an application; `evolving.py` folds it from its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
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


@dataclass(frozen=True)
class Proof:
    """`digest`: the same for the same content; empty in old events."""

    kind: str
    digest: str
    file: str = ""
    state: ProofState = ProofState.QUARANTINED


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


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True)
class Application:
    """Without slots, so that `but` copies it: that is what folding a history mostly does.

    `turn_since`: since when it waits for whoever's turn it is. `clock_days` are counted after the
    day of `clock_from`. `noticed`: whoever's turn it is was reminded; `escalated`: in vain.
    `told_until`: the last day that the applicant was told in writing, this turn.
    `handed_over`: to the back office, and under which number of its own. `undelivered`: notices
    that somebody has to look after. `repeated`: those that were sent again.
    """

    status: Status = Status.NOT_SUBMITTED
    municipality: str = ""
    account: str | None = None
    email: str | None = None
    rules: RulesInForce = NO_RULES
    fulfilment: Fulfilment = Fulfilment.PICKUP
    branch: str | None = None
    office: str | None = None
    card_number: str | None = None
    proofs: Mapping[UUID, Proof] = field(default_factory=dict)
    paid: Payment | None = None
    money: Mapping[UUID, Money] = field(default_factory=dict)
    received: bool = False
    claimed_by: str | None = None
    open_correction: UUID | None = None
    due_on: date | None = None
    days_left: int | None = None
    clock_from: datetime | None = None
    clock_days: int | None = None
    turn_since: datetime | None = None
    noticed: bool = False
    told_until: date | None = None
    escalated: bool = False
    ended_at: datetime | None = None
    erased: bool = False
    filed_on: date | None = None
    goes_on_elsewhere: bool = False
    handed_over: Mapping[UUID, str] = field(default_factory=dict)
    undelivered: frozenset[UUID] = frozenset()
    repeated: frozenset[UUID] = frozenset()

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
