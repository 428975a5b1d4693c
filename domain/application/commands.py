"""What a person or a process may ask of an application. Time, ids and numbers arrive here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.application.events import (
    AccountMailbox,
    Applicant,
    Channel,
    ErasureGround,
    MoneyCorrection,
    NotDelivered,
    Settled,
)
from domain.rules import Fulfilment, RulesInForce, TrustLevel
from domain.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitApplication:
    municipality: str
    variant: str
    applicant: Applicant
    answers: Mapping[str, Any]
    fulfilment: Fulfilment
    rules: RulesInForce
    account: str | None
    trust_level: TrustLevel
    channel: Channel
    source_portal: str
    submitted_at: datetime
    now: datetime
    calendar: WorkingCalendar
    branch: str | None = None
    existing_number: str | None = None
    reserved_number: str | None = None
    source_submission_id: str | None = None
    pilot: bool = False
    office: str | None = None
    trust_claim: str | None = None
    first_received_on: date | None = None
    forwarded_from: str | None = None
    source_digest: str = ""
    mailbox: AccountMailbox | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadProof:
    proof_id: UUID
    kind: str
    sha256: str
    media_type: str
    size: int
    file_name: str
    file: str
    now: datetime
    clean_sha256: str = ""
    clean_size: int = 0
    digest: str = ""
    clean_digest: str = ""


class Finding(StrEnum):
    CLEAN = "clean"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProofCheck:
    proof_id: UUID
    finding: Finding
    checked_by: str
    now: datetime
    calendar: WorkingCalendar
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptProof:
    proof_id: UUID
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseProof:
    """`reason` is told to the applicant, who is asked for another one by this correction."""

    proof_id: UUID
    reason: str
    correction_id: UUID
    clerk: str
    now: datetime
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment:
    """`assigned`: it had arrived at another application, and was found to be meant for this one."""

    payment_id: UUID
    cents: int
    method: str
    reference: str
    paid_at: datetime
    now: datetime
    calendar: WorkingCalendar
    currency: str = "EUR"
    assigned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFeeAtCounter:
    """The whole fee, in cash or by card, against a receipt."""

    payment_id: UUID
    method: str
    receipt: str
    now: datetime
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRefund:
    payment_id: UUID
    reference: str
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChargeback:
    payment_id: UUID
    reference: str
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignMoney:
    """`to`: the application it was meant for; None for this very one, whose fee is due by now."""

    payment_id: UUID
    to: UUID | None
    clerk: str
    now: datetime
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectMoney:
    """Take the entry back that said the money had gone."""

    payment_id: UUID
    ground: MoneyCorrection
    clerk: str
    now: datetime
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimApplication:
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseApplication:
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCorrection:
    correction_id: UUID
    message: str
    clerk: str
    now: datetime
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCorrection:
    correction_id: UUID
    message: str
    now: datetime
    calendar: WorkingCalendar
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCorrection:
    correction_id: UUID
    clerk: str
    now: datetime
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveApplication:
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectApplication:
    reason: str
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawApplication:
    now: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardApplication:
    """To the office of another municipality; it ends here, and goes on there as `goes_on_as`."""

    to_municipality: str
    to_office: str
    reason: str
    clerk: str
    now: datetime
    goes_on_as: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassToOffice:
    """To another of the `offices` of the same municipality; it goes on there."""

    to_office: str
    offices: tuple[str, ...]
    reason: str
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireApplication:
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDeadline:
    """By so many days, as the deadline counts them."""

    days: int
    reason: str
    clerk: str
    now: datetime
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class LetDeadlinesPass:
    """Time has gone by. `money_awaited`: a payment is open, or its money is on the way here."""

    now: datetime
    calendar: WorkingCalendar
    money_awaited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenApplication:
    reason: str
    clerk: str
    now: datetime
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkReadyForPickup:
    """`card_number` is the number printed on the card, where it differs from the reserved one."""

    clerk: str
    now: datetime
    card_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOut:
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchResult:
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DestroyProofs:
    """They have been kept for as long as the service's policy says."""

    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHandOver:
    """The back office has acknowledged it; `reference` is empty where it gave none."""

    hand_over_id: UUID
    back_office: str
    reference: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNotDelivered:
    notification_id: UUID
    template: str
    channel: str
    cause: NotDelivered
    detail: str
    now: datetime
    repeats: UUID | None = None


class NoticeState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    COLLECTED = "collected"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNoticeAgain:
    """`state`: what had become of it."""

    notification_id: UUID
    template: str
    channel: str
    state: NoticeState
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleNotice:
    notification_id: UUID
    how: Settled
    by: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectEmail:
    email: str
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseApplicant:
    """`by`: who decided it, an operator or the retention rules. `money_awaited`: a payment is open,
    or its money is on the way here. `money_found`: the treasury has more under the same reference.
    """

    ground: ErasureGround
    by: str
    now: datetime
    money_awaited: bool = False
    money_found: bool = False


ApplicationCommand = (
    SubmitApplication
    | UploadProof
    | RecordProofCheck
    | AcceptProof
    | RefuseProof
    | RecordPayment
    | TakeFeeAtCounter
    | RecordRefund
    | RecordChargeback
    | AssignMoney
    | CorrectMoney
    | ClaimApplication
    | ReleaseApplication
    | RequestCorrection
    | AnswerCorrection
    | CancelCorrection
    | ApproveApplication
    | RejectApplication
    | WithdrawApplication
    | ForwardApplication
    | PassToOffice
    | ExpireApplication
    | ExtendDeadline
    | LetDeadlinesPass
    | ReopenApplication
    | MarkReadyForPickup
    | HandOut
    | DispatchResult
    | DestroyProofs
    | RecordHandOver
    | RecordNotDelivered
    | SendNoticeAgain
    | SettleNotice
    | CorrectEmail
    | EraseApplicant
)
