"""What the rules need to know about a payment attempt."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.payment import events as e


class PaymentStatus(StrEnum):
    UNKNOWN = "unknown"
    REQUESTED = "requested"
    OPEN = "open"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Payment:
    status: PaymentStatus = PaymentStatus.UNKNOWN
    application_id: UUID | None = None
    municipality: str = ""
    cents: int = 0
    currency: str = "EUR"
    purpose: str = ""
    transaction_id: str = ""
    redirect_url: str = ""

    @property
    def in_vain(self) -> bool:
        """The attempt ended without money; another one may be made."""
        return self.status in (PaymentStatus.CANCELLED, PaymentStatus.FAILED)


def evolve(payment: Payment, event: e.PaymentEvent) -> Payment:
    match event:
        case e.PaymentRequested():
            return replace(
                payment,
                status=PaymentStatus.REQUESTED,
                application_id=event.application_id,
                municipality=event.municipality,
                cents=event.cents,
                currency=event.currency,
                purpose=event.purpose,
            )
        case e.PaymentOpened():
            return replace(
                payment,
                status=PaymentStatus.OPEN,
                transaction_id=event.transaction_id,
                redirect_url=event.redirect_url,
            )
        case e.PaymentSucceeded():
            return replace(payment, status=PaymentStatus.SUCCEEDED)
        case e.PaymentCancelled():
            return replace(payment, status=PaymentStatus.CANCELLED)
        case e.PaymentFailed():
            return replace(payment, status=PaymentStatus.FAILED)
        case _:
            assert_never(event)
