"""What may be asked of a payment attempt."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.payment.events import Booked
from domain.rules import FeeItem


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


PaymentCommand = (
    RequestPayment
    | OpenPayment
    | RecordSuccess
    | RecordUnclear
    | RecordCancellation
    | RecordFailure
    | AbandonRequest
    | ExpirePayment
    | Book
)
