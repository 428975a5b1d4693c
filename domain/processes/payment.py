"""While a fee is due, it can be asked for; when money has arrived, the application learns of it."""

from datetime import datetime
from uuid import UUID

from domain.application.commands import RecordPayment
from domain.application.state import Application
from domain.errors import NoFeeDue
from domain.payment.commands import RequestPayment
from domain.payment.events import PaymentSucceeded
from domain.working_days import WorkingCalendar


def ask_for_fee(
    application: Application,
    *,
    application_id: UUID,
    municipality: str,
    purpose: str,
    now: datetime,
) -> RequestPayment:
    if not application.fee_due:
        raise NoFeeDue
    return RequestPayment(
        application_id=application_id,
        municipality=municipality,
        cents=application.rules.fee.cents,
        purpose=purpose,
        now=now,
    )


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
