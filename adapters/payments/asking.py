"""What is asked of a platform for an attempt, and what its answer means for it."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from adapters.payments.errors import PaymentRefused
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
LONGEST_DESCRIPTION = 250
CODE = re.compile(r"[A-Z][A-Z_]{0,59}")


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
            description=piece.name[:LONGEST_DESCRIPTION],
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
    return c.ExpirePayment(now=now) if is_old(payment, now) else None


def is_old(payment: Payment, now: datetime) -> bool:
    """It has been waiting for so long that another attempt may be made."""
    since = payment.opened_at or payment.requested_at
    return since is not None and now - since > EXPIRES_AFTER


def refused(refusal: PaymentRefused, now: datetime) -> c.AbandonRequest:
    """What a platform says goes into the log as one of its codes only."""
    code = refusal.functional_code
    return c.AbandonRequest(reason=code if CODE.fullmatch(code) else "UNSPECIFIED", now=now)


def never_asked(now: datetime) -> c.AbandonRequest:
    return c.AbandonRequest(reason="the platform never took the request", now=now)
