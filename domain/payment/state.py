"""What the rules need to know about a payment attempt."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.payment import events as e
from domain.rules import FeeItem


class PaymentStatus(StrEnum):
    UNKNOWN = "unknown"
    REQUESTED = "requested"
    OPEN = "open"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"
    EXPIRED = "expired"


class Account(StrEnum):
    """How the ledger of money that arrived stands."""

    EMPTY = "empty"
    HELD = "held"
    REFUND_DUE = "refund-due"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged-back"


IN_VAIN = frozenset({PaymentStatus.CANCELLED, PaymentStatus.FAILED, PaymentStatus.EXPIRED})


@dataclass(frozen=True, slots=True)
class Payment:
    status: PaymentStatus = PaymentStatus.UNKNOWN
    application_id: UUID | None = None
    municipality: str = ""
    cents: int = 0
    currency: str = "EUR"
    purpose: str = ""
    items: tuple[FeeItem, ...] = ()
    platform_account: str = ""
    transaction_id: str = ""
    reference: str = ""
    redirect_url: str = ""
    requested_at: datetime | None = None
    opened_at: datetime | None = None
    unclear: bool = False
    received: int = 0
    account: Account = Account.EMPTY

    @property
    def balance(self) -> int:
        """What of it is with the municipality, in cents."""
        held = self.account in (Account.HELD, Account.REFUND_DUE)
        return self.received if held else 0

    @property
    def may_bring_money(self) -> bool:
        """Somebody may be paying just now, or has paid and nobody could read how much."""
        return self.status is PaymentStatus.OPEN or self.unclear

    @property
    def in_vain(self) -> bool:
        """The attempt ended without money; another one may be made."""
        return self.status in IN_VAIN


def evolve(  # noqa: C901, PLR0911, PLR0912 -- one flat table: an event, what is remembered of it
    payment: Payment, event: e.PaymentEvent
) -> Payment:
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
                items=event.items,
                platform_account=event.platform_account,
                requested_at=event.requested_at,
            )
        case e.PaymentOpened():
            return replace(
                payment,
                status=PaymentStatus.OPEN,
                transaction_id=event.transaction_id,
                reference=event.reference,
                redirect_url=event.redirect_url,
                opened_at=event.opened_at,
            )
        case e.PaymentUnclear():
            return replace(payment, unclear=True)
        case e.PaymentSucceeded() | e.PaymentTakenAtCounter():
            return replace(
                payment,
                status=PaymentStatus.SUCCEEDED,
                application_id=event.application_id,
                municipality=event.municipality,
                unclear=False,
                received=event.cents,
                account=Account.HELD,
            )
        case e.PaymentCancelled():
            return replace(payment, status=PaymentStatus.CANCELLED, unclear=False)
        case e.PaymentFailed():
            return replace(payment, status=PaymentStatus.FAILED, unclear=False)
        case e.PaymentExpired():
            return replace(payment, status=PaymentStatus.EXPIRED, unclear=False)
        case e.PaymentRefundDue():
            return replace(payment, account=Account.REFUND_DUE)
        case e.PaymentRefundCancelled() | e.PaymentCorrected():
            return replace(payment, account=Account.HELD)
        case e.PaymentRefunded():
            return replace(payment, account=Account.REFUNDED)
        case e.PaymentChargedBack():
            return replace(payment, account=Account.CHARGED_BACK)
        case e.PaymentReassigned():
            return replace(payment, application_id=event.application_id)
        case _:
            assert_never(event)
