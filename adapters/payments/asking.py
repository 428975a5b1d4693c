"""What is asked of a platform for an attempt, and what its answer means for it."""

from datetime import datetime, timedelta
from uuid import UUID

from adapters.payments.payment import (
    PaymentItem,
    PaymentRequest,
    PaymentStatus,
    PaymentTransaction,
)
from domain.payment import commands as c
from domain.payment.state import Payment
from domain.rules import FeeItem

# Nobody sits before the platform's page for longer; money that comes later is recorded as well.
EXPIRES_AFTER = timedelta(days=1)
MOST_ITEMS = 99


def request_of(payment_id: UUID, payment: Payment, back: str, now: datetime) -> PaymentRequest:
    """Asked again it is the same, word for word: all of it is from the payment's own history."""
    return PaymentRequest(
        request_id=str(payment_id),
        requested_at=now,
        amount_cents=payment.cents,
        purpose=payment.purpose,
        description=payment.purpose,
        redirect_url=back,
        items=_items(payment),
    )


def _items(payment: Payment) -> tuple[PaymentItem, ...]:
    """So many pieces of each price; a bill longer than the standard allows is one piece."""
    pieces = payment.items if len(payment.items) <= MOST_ITEMS else ()
    return tuple(
        PaymentItem(
            item_id=str(number),
            reference=str(payment.application_id),
            description=piece.name,
            net_cents=piece.cents_each,
            quantity=piece.quantity,
        )
        for number, piece in enumerate(
            pieces or (FeeItem(name=payment.purpose, quantity=1, cents_each=payment.cents),),
            start=1,
        )
    )


def outcome(
    transaction: PaymentTransaction, payment: Payment, now: datetime
) -> c.PaymentCommand | None:
    if transaction.status is PaymentStatus.PAYED:
        return c.RecordSuccess(
            cents=transaction.amount_cents,
            currency=transaction.currency,
            method=transaction.method or "OTHER",
            reference=transaction.reference or payment.transaction_id,
            paid_at=transaction.paid_at or now,
            now=now,
        )
    if transaction.status is PaymentStatus.CANCELED:
        return c.RecordCancellation(now=now)
    if transaction.status is PaymentStatus.FAILED:
        return c.RecordFailure(reason="reported by the platform", now=now)
    if payment.opened_at and now - payment.opened_at > EXPIRES_AFTER:
        return c.ExpirePayment(now=now)
    return None
