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
from domain.application.state import ENDED, Application, Standing, Status
from domain.errors import NoFeeDue


def record_payment(application: Application, command: RecordPayment) -> list[ApplicationEvent]:
    if _is_known(application, command):
        return []
    reason = why_unmatched(application, command.cents, command.currency)
    if reason:
        return [_unmatched(application, command, reason)]
    return settle_fee(application, command)


def settle_fee(application: Application, command: RecordPayment) -> list[ApplicationEvent]:
    """The fee is paid; what it was the last condition of happens, too."""
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
    if command.payment_id in application.money:
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


def why_unmatched(application: Application, cents: int, currency: str) -> str:
    """Return nothing where this is the fee that is due."""
    if not application.fee_due:
        if application.status in ENDED:
            return f"application-{application.status}"
        return "paid-before" if application.paid else "no-fee-due"
    if (cents, currency) != (application.rules.fee.cents, "EUR"):
        return "amount-differs"
    return ""


def _is_known(application: Application, command: RecordPayment) -> bool:
    """Money that was assigned elsewhere, or had gone, may come back."""
    money = application.money.get(command.payment_id)
    if money is None:
        return False
    return not (command.assigned and money.standing in (Standing.ASSIGNED, Standing.LOOSE))


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
    """Money that was paid back meanwhile stays so: then the fee is owed again."""
    if application.paid is None or not application.refund_open:
        return []
    paid = application.paid
    return [RefundCancelled(payment_id=paid.payment_id, cents=paid.cents, cancelled_at=now)]
