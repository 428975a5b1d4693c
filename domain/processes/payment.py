"""What a payment means for its application, and what the application decides for the ledger."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.application import events as a
from domain.application.commands import RecordPayment
from domain.payment import events as p
from domain.payment.commands import Book
from domain.working_days import WorkingCalendar

AT_COUNTER = frozenset({"cash", "card"})
AboutMoney = (
    a.ApplicationPaid
    | a.RefundDue
    | a.RefundCancelled
    | a.RefundDone
    | a.MoneyChargedBack
    | a.MoneyAssigned
    | a.MoneyCorrected
    | a.MoneyGoneTwice
    | a.ClaimSettled
)
BY_TREASURY = "TREASURY"  # the method of money whose way nobody knows


class Origin(NamedTuple):
    """The application that an event is of."""

    application_id: UUID
    municipality: str


def after_success(
    payment_id: UUID, event: p.PaymentSucceeded, now: datetime, calendar: WorkingCalendar
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


def after_assignment(
    event: a.MoneyAssigned, now: datetime, calendar: WorkingCalendar
) -> RecordPayment:
    """For the application that the money was meant for."""
    return RecordPayment(
        payment_id=event.payment_id,
        cents=event.cents,
        currency=event.currency,
        method=event.method,
        reference=event.reference,
        paid_at=event.paid_at,
        now=now,
        calendar=calendar,
        assigned=True,
    )


def after_finding(
    payment_id: UUID, event: p.FoundMoneyAssigned, now: datetime, calendar: WorkingCalendar
) -> RecordPayment:
    """For the application that found money was meant for."""
    return RecordPayment(
        payment_id=payment_id,
        cents=event.cents,
        currency=event.currency,
        method=BY_TREASURY,
        reference=event.reference,
        paid_at=event.paid_at,
        now=now,
        calendar=calendar,
    )


def is_news(event: AboutMoney) -> bool:
    """Whether the ledger does not know it yet: it told us itself of what a platform took."""
    return not isinstance(event, a.ApplicationPaid) or event.method in AT_COUNTER


def booking(origin: Origin, event: AboutMoney, now: datetime) -> Book:
    """Return what the ledger of `event.payment_id` books."""
    return Book(entry=_entry(origin, event), now=now)


def _entry(  # noqa: C901, PLR0911 -- one flat table: a fact of the application, its entry
    origin: Origin, event: AboutMoney
) -> p.Booked:
    of = origin.application_id
    match event:
        case a.ApplicationPaid():
            return _taken(origin, event)
        case a.RefundDue():
            return p.PaymentRefundDue(
                application_id=of,
                municipality=event.municipality,
                cents=event.cents,
                reason=event.reason,
                due_since=event.due_since,
            )
        case a.RefundCancelled():
            return p.PaymentRefundCancelled(
                application_id=of, cents=event.cents, cancelled_at=event.cancelled_at
            )
        case a.RefundDone():
            return p.PaymentRefunded(
                application_id=of,
                municipality=event.municipality,
                cents=event.cents,
                reference=event.reference,
                refunded_at=event.refunded_at,
            )
        case a.MoneyChargedBack():
            return p.PaymentChargedBack(
                application_id=of,
                municipality=event.municipality,
                cents=event.cents,
                reference=event.reference,
                charged_back_at=event.charged_back_at,
            )
        case a.MoneyAssigned():
            return p.PaymentReassigned(
                application_id=event.to_application,
                from_application=of,
                reassigned_at=event.assigned_at,
            )
        case a.MoneyCorrected():
            return p.PaymentCorrected(
                application_id=of,
                municipality=event.municipality,
                cents=event.cents,
                ground=event.ground,
                corrected_at=event.corrected_at,
            )
        case a.MoneyGoneTwice():
            return p.PaymentGoneTwice(
                application_id=of,
                municipality=event.municipality,
                cents=event.cents,
                how=event.how,
                reference=event.reference,
                gone_at=event.recorded_at,
            )
        case a.ClaimSettled():
            return p.PaymentClaimSettled(
                application_id=of,
                municipality=event.municipality,
                ground=event.ground,
                settled_at=event.settled_at,
            )


def _taken(origin: Origin, event: a.ApplicationPaid) -> p.PaymentTakenAtCounter:
    return p.PaymentTakenAtCounter(
        application_id=origin.application_id,
        municipality=origin.municipality,
        cents=event.cents,
        currency=event.currency,
        method=event.method,
        reference=event.reference,
        paid_at=event.paid_at,
    )
