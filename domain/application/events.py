"""What has happened to an application (Antrag). These classes are the stored format.

A field is added with a default and never renamed; a changed meaning is a new class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.personal import Internal, Personal
from domain.rules import Fulfilment, RulesInForce, TrustLevel
from domain.working_days import DayCounted


class Channel(StrEnum):
    """`forwarded`: another municipality passed it on; it was counted there."""

    ONLINE = "online"
    COUNTER = "counter"
    PHONE = "phone"
    POST = "post"
    FORWARDED = "forwarded"


class ErasureGround(StrEnum):
    """`request`: the person asked for it; `retention`: it has been kept for long enough."""

    REQUEST = "request"
    RETENTION = "retention"


class Awaited(StrEnum):
    """What an applicant has to do before a day: pay, answer (or bring a proof), collect."""

    PAYMENT = "payment"
    ANSWER = "answer"
    PICKUP = "pick-up"


class MoneyCorrection(StrEnum):
    """Why an entry about money is taken back: words to choose from, so that no name gets in."""

    BOOKED_BY_MISTAKE = "booked-by-mistake"
    REFUND_RETURNED = "refund-returned"
    CHARGEBACK_REVERSED = "chargeback-reversed"


class NotDelivered(StrEnum):
    """`refused` by the other side; `given-up`: not taken for days; `bounced`: it came back."""

    REFUSED = "refused"
    GIVEN_UP = "given-up"
    BOUNCED = "bounced"


class Settled(StrEnum):
    """How a notice that was not delivered was seen to; the first is said by whoever sends."""

    SENT_AGAIN = "sent-again"
    TOLD_OTHERWISE = "told-otherwise"
    NEEDLESS = "needless"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    given_name: str
    family_name: str
    birth_date: date
    email: str | None = None
    language: str = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMailbox:
    """Where an account of an identity provider can be written to; `handle`: what that calls it."""

    provider: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSubmitted:
    """`account` is the portal's pseudonym of the person, None where a clerk typed it in.
    `applicant` is None once they were erased.

    `trust_claim` is what the identity provider calls the trust level that we rank.

    `card_number` is the card to renew, or the number reserved for a new one. `office` is the one
    that works on it first; None in the oldest ones.

    `first_received_on`: where it came from another municipality (`forwarded_from`), the day on
    which the first one received it; it counts as filed on that day (§ 16 SGB I).

    `source_digest` is the same for the same number of the same portal in a municipality, and of no
    use without the keys; empty where a portal gave no number.

    `mailbox`: that of the account that submitted, where it has one.
    """

    municipality: str
    service: str
    variant: str
    applicant: Personal[Applicant | None]
    answers: Personal[Mapping[str, Any]]
    fulfilment: Fulfilment
    branch: str | None
    card_number: Personal[str | None]
    rules: RulesInForce
    account: Personal[str | None]
    trust_level: TrustLevel
    channel: Channel
    pilot: bool
    source_portal: str
    source_submission_id: Personal[str | None]
    submitted_at: datetime
    legal_day: date
    office: str | None = None
    trust_claim: str | None = None
    first_received_on: date | None = None
    forwarded_from: str | None = None
    source_digest: str = ""
    mailbox: Personal[AccountMailbox | None] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofUploaded:
    """`file` names the content in the file store; the file's own name is a label only.

    `sha256` and `size` are of what was sent, `clean_sha256` and `clean_size` of what was kept of
    it; in old events these are empty, and what was sent was kept. By such a hash whoever has a copy
    could tell whose proof it was, so it goes with its person. `digest` is the same for the
    same content in the same municipality, and of no use without the keys; `clean_digest` for what
    is the same once it was cleaned.
    """

    proof_id: UUID
    kind: str
    sha256: Personal[str]
    media_type: str
    size: int
    file_name: Personal[str]
    file: str
    uploaded_at: datetime
    clean_sha256: Personal[str] = ""
    clean_size: int = 0
    digest: str = ""
    municipality: str = ""
    clean_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFoundClean:
    proof_id: UUID
    checked_by: str
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRefused:
    proof_id: UUID
    reason: Personal[str]
    checked_by: str
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofAcceptedByClerk:
    """It shows what it has to show."""

    proof_id: UUID
    accepted_by: Internal[str]
    accepted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRefusedByClerk:
    """It does not show what it has to show, so it is missing again."""

    proof_id: UUID
    reason: Personal[str]
    refused_by: Internal[str]
    refused_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofsDestroyed:
    """They were kept for long enough: until the end of that day. `files`: what held them."""

    proof_ids: tuple[UUID, ...]
    files: tuple[str, ...]
    kept_until: date
    destroyed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPaid:
    payment_id: UUID
    cents: int
    currency: str
    method: str
    reference: str
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedMoneyReceived:
    """Money that fits no open fee: recorded as received, shown to the treasury, never dropped."""

    payment_id: UUID
    municipality: str
    cents: int
    currency: str
    method: str
    reference: str
    reason: str
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReceived:
    """Complete and handed over: from now on the clock runs."""

    received_at: datetime
    due_on: date
    derivation: tuple[DayCounted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationClaimed:
    claimed_by: Internal[str]
    claimed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReleased:
    released_by: Internal[str]
    released_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRequested:
    """The clock stands still with `working_days_left` until it is answered or cancelled.

    Below zero it was overdue by so many working days.
    """

    correction_id: UUID
    message: Personal[str]
    working_days_left: int
    requested_by: Internal[str]
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAnswered:
    correction_id: UUID
    message: Personal[str]
    changes: Personal[Mapping[str, Any]]
    answered_at: datetime
    due_on: date
    derivation: tuple[DayCounted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionCancelled:
    correction_id: UUID
    cancelled_by: Internal[str]
    cancelled_at: datetime
    due_on: date
    derivation: tuple[DayCounted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationApproved:
    approved_by: Internal[str]
    approved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRejected:
    reason: Personal[str]
    rejected_by: Internal[str]
    rejected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWithdrawn:
    reason: Personal[str]
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationForwarded:
    """It ends here. `to_municipality` is None in the oldest ones, which name an office only.

    `goes_on_as`: the application that it is there, filed on `first_received_on`; in old events the
    applicant had to apply anew.
    """

    to_office: Personal[str]
    reason: Personal[str]
    forwarded_by: Internal[str]
    forwarded_at: datetime
    to_municipality: str | None = None
    first_received_on: date | None = None
    goes_on_as: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPassedToOffice:
    """It goes on in another office of the municipality; nobody there has it in hand yet."""

    to_office: str
    reason: Personal[str]
    passed_by: Internal[str]
    passed_at: datetime
    from_office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationExpired:
    """`awaited` did not come by `due_on`; both are None in the oldest ones."""

    reason: Personal[str]
    expired_at: datetime
    awaited: Awaited | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineExtended:
    """The office has `days` more; counted anew: `days_counted` after the day of `counted_from`."""

    due_on: date
    was_due_on: date
    days: int
    counted_from: datetime
    days_counted: int
    derivation: tuple[DayCounted, ...]
    reason: Personal[str]
    extended_by: Internal[str]
    extended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRecomputed:
    """The town's working days have changed, and with them the day; the derivation names them."""

    due_on: date
    was_due_on: date
    derivation: tuple[DayCounted, ...]
    recomputed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDueSoon:
    """The office is reminded."""

    due_on: date
    noticed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEscalated:
    """Not decided although it is due: the head of the office should look."""

    due_on: date
    escalated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantReminded:
    """`until`: the last day, after which it expires; None where it does not."""

    awaited: Awaited
    until: date | None
    reminded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReopened:
    """`due_on` is None where the application had not been complete yet."""

    reason: Personal[str]
    reopened_by: Internal[str]
    reopened_at: datetime
    due_on: date | None
    derivation: tuple[DayCounted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDue:
    """An obligation of the treasury: the platforms know no refund call."""

    payment_id: UUID
    municipality: str
    cents: int
    reason: str
    due_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCancelled:
    payment_id: UUID
    cents: int
    cancelled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDone:
    """The treasury has paid it back; `reference` is that of its own booking.

    `was_fee`: it had settled the fee. `owed_again`: which is still due, as the obligation to pay
    it back had been cancelled meanwhile.
    """

    payment_id: UUID
    municipality: str
    cents: int
    reference: str
    was_fee: bool
    owed_again: bool
    refunded_by: Internal[str]
    refunded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyChargedBack:
    """The payer's bank took it back (Rücklastschrift, chargeback); the flags as in RefundDone."""

    payment_id: UUID
    municipality: str
    cents: int
    reference: str
    was_fee: bool
    owed_again: bool
    recorded_by: Internal[str]
    charged_back_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyAssigned:
    """Money that fitted no fee here was meant for another application."""

    payment_id: UUID
    municipality: str
    cents: int
    currency: str
    method: str
    reference: str
    to_application: UUID
    assigned_by: Internal[str]
    assigned_at: datetime
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyCorrected:
    """The money is here after all: an entry was a mistake, or what had gone came back.

    What it is then, a fee, a refund that is due or unmatched, is the fact that follows.
    """

    payment_id: UUID
    municipality: str
    cents: int
    ground: MoneyCorrection
    corrected_by: Internal[str]
    corrected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyGoneTwice:
    """It was gone, and went once more in another way: the payer has the town's money.

    `how`: the second time, `refunded` or `charged-back`.
    """

    payment_id: UUID
    municipality: str
    cents: int
    currency: str
    how: str
    reference: str
    recorded_by: Internal[str]
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSettled:
    """What had gone twice has gone once: the second half came back, or was booked by mistake."""

    payment_id: UUID
    municipality: str
    ground: MoneyCorrection
    settled_by: Internal[str]
    settled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReadyForPickup:
    branch: str
    ready_by: Internal[str]
    ready_at: datetime
    card_number: Personal[str | None] = None
    entitlements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPickedUp:
    handed_out_by: Internal[str]
    picked_up_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineOnlyIssued:
    issued_at: datetime
    card_number: Personal[str | None] = None
    entitlements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDispatched:
    dispatched_by: Internal[str]
    dispatched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAcknowledged:
    acknowledged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationHandedOver:
    """A back office (Fachverfahren) has taken the finished data set; `reference`: its own number.

    Empty where it gave none yet; the number then comes in another of these.
    """

    hand_over_id: UUID
    back_office: str
    reference: Personal[str]
    handed_over_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeNotDelivered:
    """`detail`: a code of the other side's, with no address in it. `repeats`: it was to make up for
    that one, and stands for it from now on.
    """

    notification_id: UUID
    municipality: str
    template: str
    channel: str
    cause: NotDelivered
    detail: str
    repeats: UUID | None
    noted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSentAgain:
    """A clerk asked for it; the same letter goes out once more, under an id of its own."""

    notification_id: UUID
    template: str
    channel: str
    asked_by: Internal[str]
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettled:
    """One that was not delivered needs nobody's care any more."""

    notification_id: UUID
    municipality: str
    how: Settled
    settled_by: Internal[str]
    settled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantEmailCorrected:
    """A clerk learned of another address; letters go there from now on."""

    email: Personal[str]
    corrected_by: Internal[str]
    corrected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantErased:
    """The key of all that is personal in this history is destroyed: it tells what, not who."""

    ground: ErasureGround
    erased_by: Internal[str]
    erased_at: datetime


ApplicationEvent = (
    ApplicationSubmitted
    | ProofUploaded
    | ProofFoundClean
    | ProofRefused
    | ProofAcceptedByClerk
    | ProofRefusedByClerk
    | ProofsDestroyed
    | ApplicationPaid
    | UnmatchedMoneyReceived
    | ApplicationReceived
    | ApplicationClaimed
    | ApplicationReleased
    | CorrectionRequested
    | CorrectionAnswered
    | CorrectionCancelled
    | ApplicationApproved
    | ApplicationRejected
    | ApplicationWithdrawn
    | ApplicationForwarded
    | ApplicationPassedToOffice
    | ApplicationExpired
    | DeadlineExtended
    | DeadlineRecomputed
    | DecisionDueSoon
    | DecisionEscalated
    | ApplicantReminded
    | ApplicationReopened
    | RefundDue
    | RefundCancelled
    | RefundDone
    | MoneyChargedBack
    | MoneyAssigned
    | MoneyCorrected
    | MoneyGoneTwice
    | ClaimSettled
    | ApplicationReadyForPickup
    | ApplicationPickedUp
    | OnlineOnlyIssued
    | ApplicationDispatched
    | ApplicationAcknowledged
    | ApplicationHandedOver
    | NoticeNotDelivered
    | NoticeSentAgain
    | NoticeSettled
    | ApplicantEmailCorrected
    | ApplicantErased
)
