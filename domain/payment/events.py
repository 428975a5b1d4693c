"""What has happened in one attempt to pay a fee: a small ledger of its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequested:
    """Recorded before the platform is asked, so that no transaction is ever unknown to us."""

    application_id: UUID
    municipality: str
    cents: int
    currency: str
    purpose: str
    requested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOpened:
    application_id: UUID
    municipality: str
    transaction_id: str
    redirect_url: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSucceeded:
    """Method names are open values: platforms come and go."""

    application_id: UUID
    municipality: str
    cents: int
    currency: str
    method: str
    reference: str
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCancelled:
    application_id: UUID
    cancelled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed:
    application_id: UUID
    reason: str
    failed_at: datetime


PaymentEvent = (
    PaymentRequested | PaymentOpened | PaymentSucceeded | PaymentCancelled | PaymentFailed
)
