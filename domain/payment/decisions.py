"""The rules of a payment attempt: success is recorded even late, and what is decided is booked."""

from typing import assert_never
from uuid import UUID

from domain.decider import Decider
from domain.errors import NothingToClarify, PaymentUnknown
from domain.payment import commands as c
from domain.payment.events import (
    PaymentCancelled,
    PaymentEvent,
    PaymentExpired,
    PaymentFailed,
    PaymentGivenUp,
    PaymentOpened,
    PaymentRequested,
    PaymentSucceeded,
    PaymentTakenAtCounter,
    PaymentUnclear,
)
from domain.payment.found import decide_found
from domain.payment.state import IN_VAIN, Payment, PaymentStatus, evolve

NOTHING_CAME = "nothing came, says the treasury"


def decide(  # noqa: C901, PLR0911, PLR0912 -- one flat table: a command, its rule
    payment: Payment, command: c.PaymentCommand
) -> list[PaymentEvent]:
    if isinstance(command, c.RequestPayment):
        return request(payment, command)
    if isinstance(command, c.Book):
        return book(payment, command)
    if isinstance(command, c.FoundCommand):
        return decide_found(payment, command)
    if payment.application_id is None:
        raise PaymentUnknown
    match command:
        case c.OpenPayment():
            return open_payment(payment, command, payment.application_id)
        case c.RecordSuccess():
            return record_success(payment, command, payment.application_id)
        case c.RecordUnclear():
            return record_unclear(payment, command, payment.application_id)
        case c.RecordCancellation():
            return record_cancellation(payment, command, payment.application_id)
        case c.RecordFailure():
            return record_failure(payment, command, payment.application_id)
        case c.AbandonRequest():
            return abandon(payment, command, payment.application_id)
        case c.ExpirePayment():
            return expire(payment, command, payment.application_id)
        case c.GiveUp():
            return give_up(payment, command, payment.application_id)
        case c.Clarify():
            return clarify(payment, command, payment.application_id)
        case _:
            assert_never(command)


def request(payment: Payment, command: c.RequestPayment) -> list[PaymentEvent]:
    if payment.status is not PaymentStatus.UNKNOWN:
        return []
    return [
        PaymentRequested(
            application_id=command.application_id,
            municipality=command.municipality,
            cents=command.cents,
            currency=command.currency,
            purpose=command.purpose,
            requested_at=command.now,
            platform_account=command.platform_account,
            items=command.items,
        )
    ]


def open_payment(
    payment: Payment, command: c.OpenPayment, application_id: UUID
) -> list[PaymentEvent]:
    if payment.status is not PaymentStatus.REQUESTED:
        return []
    return [
        PaymentOpened(
            application_id=application_id,
            municipality=payment.municipality,
            transaction_id=command.transaction_id,
            redirect_url=command.redirect_url,
            opened_at=command.now,
            reference=command.reference,
        )
    ]


def record_success(
    payment: Payment, command: c.RecordSuccess, application_id: UUID
) -> list[PaymentEvent]:
    if payment.status is PaymentStatus.SUCCEEDED:
        return []
    return [
        PaymentSucceeded(
            application_id=application_id,
            municipality=payment.municipality,
            cents=command.cents,
            currency=command.currency,
            method=command.method,
            reference=command.reference,
            paid_at=command.paid_at,
        )
    ]


def record_unclear(
    payment: Payment, command: c.RecordUnclear, application_id: UUID
) -> list[PaymentEvent]:
    if payment.unclear or payment.status not in (PaymentStatus.OPEN, *IN_VAIN):
        return []
    return [
        PaymentUnclear(
            application_id=application_id,
            municipality=payment.municipality,
            cents=payment.cents,
            currency=payment.currency,
            reference=payment.reference,
            noticed_at=command.now,
        )
    ]


def record_cancellation(
    payment: Payment, command: c.RecordCancellation, application_id: UUID
) -> list[PaymentEvent]:
    if payment.status is not PaymentStatus.OPEN:
        return []
    return [PaymentCancelled(application_id=application_id, cancelled_at=command.now)]


def record_failure(
    payment: Payment, command: c.RecordFailure, application_id: UUID
) -> list[PaymentEvent]:
    if payment.status not in (PaymentStatus.REQUESTED, PaymentStatus.OPEN):
        return []
    return [
        PaymentFailed(application_id=application_id, reason=command.reason, failed_at=command.now)
    ]


def abandon(
    payment: Payment, command: c.AbandonRequest, application_id: UUID
) -> list[PaymentEvent]:
    if payment.status is not PaymentStatus.REQUESTED:
        return []
    return [
        PaymentFailed(application_id=application_id, reason=command.reason, failed_at=command.now)
    ]


def expire(payment: Payment, command: c.ExpirePayment, application_id: UUID) -> list[PaymentEvent]:
    if payment.status is not PaymentStatus.OPEN:
        return []
    return [PaymentExpired(application_id=application_id, expired_at=command.now)]


def give_up(payment: Payment, command: c.GiveUp, application_id: UUID) -> list[PaymentEvent]:
    if payment.given_up or payment.status not in (PaymentStatus.OPEN, *IN_VAIN):
        return []
    return [
        PaymentGivenUp(
            application_id=application_id,
            municipality=payment.municipality,
            cents=payment.cents,
            currency=payment.currency,
            reference=payment.reference,
            unanswered=command.unanswered,
            given_up_at=command.now,
        )
    ]


def clarify(payment: Payment, command: c.Clarify, application_id: UUID) -> list[PaymentEvent]:
    """Only where the platform does not tell: its word is the better one."""
    if not payment.waits_for_word:
        raise NothingToClarify
    if command.money is not None:
        return record_success(payment, command.money, application_id)
    return [
        PaymentFailed(application_id=application_id, reason=NOTHING_CAME, failed_at=command.now)
    ]


def book(payment: Payment, command: c.Book) -> list[PaymentEvent]:
    """The same entry again, with nothing in between, is no other one."""
    entry = command.entry
    if isinstance(entry, PaymentTakenAtCounter):
        return [entry] if payment.status is PaymentStatus.UNKNOWN else []
    return [] if evolve(payment, entry) == payment else [entry]


PAYMENT = Decider(initial=Payment(), decide=decide, evolve=evolve, events=PaymentEvent)
