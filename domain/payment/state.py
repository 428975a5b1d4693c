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
    DISMISSED = "dismissed"


class Account(StrEnum):
    """How the ledger of money that arrived stands."""

    EMPTY = "empty"
    HELD = "held"
    REFUND_DUE = "refund-due"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged-back"


HERE = frozenset({Account.HELD, Account.REFUND_DUE})
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
    given_up: bool = False
    unanswered: bool = False
    received: int = 0
    paid_at: datetime | None = None
    account: Account = Account.EMPTY
    gone_by: str = ""
    gone_twice: bool = False
    found: bool = False
    beside: UUID | None = None

    @property
    def balance(self) -> int:
        """What of it is with the municipality, in cents; less than nothing once it went twice."""
        if self.gone_twice:
            return -self.received
        return self.received if self.account in HERE else 0

    @property
    def waits_for_word(self) -> bool:
        """The platform does not tell what came in, so the treasury has to look."""
        return self.unclear or self.unanswered

    @property
    def may_bring_money(self) -> bool:
        """Somebody may be paying just now, or has paid and nobody could read how much."""
        return self.status is PaymentStatus.OPEN or self.waits_for_word

    @property
    def never_opened(self) -> bool:
        """The platform did not take the request, so nobody was ever sent there."""
        return self.status is PaymentStatus.FAILED and self.opened_at is None

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
                unanswered=False,
                received=event.cents,
                currency=event.currency,
                paid_at=event.paid_at,
                account=Account.HELD,
            )
        case e.PaymentCancelled():
            return _ended(payment, PaymentStatus.CANCELLED)
        case e.PaymentFailed():
            return _ended(payment, PaymentStatus.FAILED)
        case e.PaymentExpired():
            # That is our patience, and no word of the platform: what was unclear stays so.
            return replace(payment, status=PaymentStatus.EXPIRED)
        case e.PaymentGivenUp():
            return replace(payment, given_up=True, unanswered=event.unanswered)
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
        case e.PaymentGoneTwice():
            return replace(payment, gone_twice=True)
        case e.PaymentClaimSettled():
            return replace(payment, gone_twice=False)
        case (
            e.MoneyFound()
            | e.FoundMoneyAssigned()
            | e.FoundMoneyGone()
            | e.FoundMoneyDismissed()
            | e.FoundMoneyBack()
        ):
            return _found(payment, event)
        case _:
            assert_never(event)


def _ended(payment: Payment, status: PaymentStatus) -> Payment:
    return replace(payment, status=status, unclear=False, unanswered=False)


def _found(payment: Payment, event: e.Found) -> Payment:
    match event:
        case e.MoneyFound():
            return replace(
                payment,
                status=PaymentStatus.SUCCEEDED,
                municipality=event.municipality,
                currency=event.currency,
                reference=event.reference,
                received=event.cents,
                paid_at=event.paid_at,
                account=Account.HELD,
                found=True,
                beside=event.beside,
            )
        case e.FoundMoneyAssigned():
            return replace(payment, application_id=event.application_id)
        case e.FoundMoneyGone():
            return replace(payment, account=Account(event.how), gone_by=event.reference)
        case e.FoundMoneyDismissed():
            return replace(payment, status=PaymentStatus.DISMISSED, account=Account.EMPTY)
        case e.FoundMoneyBack():
            return replace(
                payment, status=PaymentStatus.SUCCEEDED, account=Account.HELD, gone_by=""
            )
        case _:
            assert_never(event)
