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

# Nobody sits before the platform's page for longer; money that comes later is recorded as well.
EXPIRES_AFTER = timedelta(days=1)


def request_of(payment_id: UUID, payment: Payment, back: str, now: datetime) -> PaymentRequest:
    item = PaymentItem(
        item_id="1",
        reference=str(payment.application_id),
        description=payment.purpose,
        net_cents=payment.cents,
    )
    return PaymentRequest(
        request_id=str(payment_id),
        requested_at=now,
        amount_cents=payment.cents,
        purpose=payment.purpose,
        description=payment.purpose,
        redirect_url=back,
        items=(item,),
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
