"""What may be asked of a payment attempt."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.payment.events import Booked
from domain.payment.state import Account
from domain.rules import FeeItem


class DismissalGround(StrEnum):
    """Words to choose from, so that no name gets in."""

    LISTED_BY_MISTAKE = "listed-by-mistake"
    BOOKED_MEANWHILE = "booked-meanwhile"
    NOT_OURS = "not-ours"


class FoundCorrection(StrEnum):
    BOOKED_BY_MISTAKE = "booked-by-mistake"
    REFUND_RETURNED = "refund-returned"
    CHARGEBACK_REVERSED = "chargeback-reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPayment:
    application_id: UUID
    municipality: str
    cents: int
    purpose: str
    now: datetime
    currency: str = "EUR"
    platform_account: str = ""
    items: tuple[FeeItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPayment:
    transaction_id: str
    redirect_url: str
    now: datetime
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSuccess:
    cents: int
    method: str
    reference: str
    paid_at: datetime
    now: datetime
    currency: str = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUnclear:
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCancellation:
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailure:
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonRequest:
    """Nobody was sent to the platform, and nobody will be; one that is open by now stays open."""

    reason: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpirePayment:
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What the application decided about the money; the ledger does not judge it again."""

    entry: Booked
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """`unanswered`: the platform was asked once more, and did not tell."""

    unanswered: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarify:
    """What the treasury's own account says: this came in, or nothing did."""

    money: RecordSuccess | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindMoney:
    municipality: str
    cents: int
    currency: str
    reference: str
    why: str
    paid_at: datetime
    now: datetime
    beside: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignFound:
    to: UUID
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFoundGone:
    """`how`: refunded or charged-back."""

    how: Account
    reference: str
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissFound:
    ground: DismissalGround
    clerk: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectFound:
    ground: FoundCorrection
    clerk: str
    now: datetime


FoundCommand = FindMoney | AssignFound | RecordFoundGone | DismissFound | CorrectFound
PaymentCommand = (
    RequestPayment
    | OpenPayment
    | RecordSuccess
    | RecordUnclear
    | RecordCancellation
    | RecordFailure
    | AbandonRequest
    | ExpirePayment
    | GiveUp
    | Clarify
    | Book
    | FoundCommand
)
