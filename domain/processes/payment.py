"""When money has arrived, the application learns of it."""

from datetime import datetime
from uuid import UUID

from domain.application.commands import RecordPayment
from domain.payment.events import PaymentSucceeded
from domain.working_days import WorkingCalendar


def after_success(
    payment_id: UUID, event: PaymentSucceeded, now: datetime, calendar: WorkingCalendar
) -> RecordPayment:
    return RecordPayment(
        payment_id=payment_id,
        cents=event.cents,
        currency=event.currency,
        method=event.method,
        reference=event.reference,
        paid_at=event.paid_at,
        now=now,
        calendar=calendar,
    )
