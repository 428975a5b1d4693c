"""Money that arrives is always recorded; money that must go back is an obligation."""

from datetime import datetime

from domain.application.commands import RecordPayment, TakeFeeAtCounter
from domain.application.events import (
    ApplicationEvent,
    ApplicationPaid,
    RefundCancelled,
    RefundDue,
    UnmatchedMoneyReceived,
)
from domain.application.fulfilment import fulfil_at_once
from domain.application.intake import hand_over_if_complete
from domain.application.state import ENDED, Application, Status
from domain.errors import NoFeeDue


def record_payment(application: Application, command: RecordPayment) -> list[ApplicationEvent]:
    if command.payment_id in application.money_seen:
        return []
    reason = _why_unmatched(application, command)
    if reason:
        return [_unmatched(application, command, reason)]
    paid = ApplicationPaid(
        payment_id=command.payment_id,
        cents=command.cents,
        currency=command.currency,
        method=command.method,
        reference=command.reference,
        paid_at=command.paid_at,
    )
    if application.status is Status.APPROVED:
        return fulfil_at_once(application, [paid], command.now)
    return hand_over_if_complete(application, [paid], command.now, command.calendar)


def take_fee_at_counter(
    application: Application, command: TakeFeeAtCounter
) -> list[ApplicationEvent]:
    """Money that is not due is not taken; nothing has been paid yet when this is refused."""
    if command.payment_id in application.money_seen:
        return []
    if not application.fee_due:
        raise NoFeeDue
    return record_payment(
        application,
        RecordPayment(
            payment_id=command.payment_id,
            cents=application.rules.fee.cents,
            method=command.method,
            reference=command.receipt,
            paid_at=command.now,
            now=command.now,
            calendar=command.calendar,
        ),
    )


def _why_unmatched(application: Application, command: RecordPayment) -> str:
    if application.status in ENDED:
        return f"application-{application.status}"
    if application.paid is not None:
        return "paid-before"
    if not application.fee_due:
        return "no-fee-due"
    if (command.cents, command.currency) != (application.rules.fee.cents, "EUR"):
        return "amount-differs"
    return ""


def _unmatched(
    application: Application, command: RecordPayment, reason: str
) -> UnmatchedMoneyReceived:
    return UnmatchedMoneyReceived(
        payment_id=command.payment_id,
        municipality=application.municipality,
        cents=command.cents,
        currency=command.currency,
        method=command.method,
        reference=command.reference,
        reason=reason,
        paid_at=command.paid_at,
    )


def refund_if_paid(application: Application, reason: str, now: datetime) -> list[ApplicationEvent]:
    if application.paid is None:
        return []
    paid = application.paid
    return [
        RefundDue(
            payment_id=paid.payment_id,
            municipality=application.municipality,
            cents=paid.cents,
            reason=reason,
            due_since=now,
        )
    ]


def cancel_refund(application: Application, now: datetime) -> list[ApplicationEvent]:
    if application.paid is None or not application.refund_open:
        return []
    paid = application.paid
    return [RefundCancelled(payment_id=paid.payment_id, cents=paid.cents, cancelled_at=now)]
