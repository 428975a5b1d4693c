"""What may be asked of a payment attempt."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPayment:
    application_id: UUID
    municipality: str
    cents: int
    purpose: str
    now: datetime
    currency: str = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPayment:
    transaction_id: str
    redirect_url: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSuccess:
    cents: int
    method: str
    reference: str
    paid_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCancellation:
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailure:
    reason: str
    now: datetime


PaymentCommand = RequestPayment | OpenPayment | RecordSuccess | RecordCancellation | RecordFailure
