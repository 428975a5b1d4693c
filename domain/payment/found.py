"""Money that only the treasury knows: found, then assigned, gone again, or no money at all."""

from typing import assert_never

from domain.errors import MoneyHasGone, MoneyIsHere, MoneyMatched, MoneyUnknown
from domain.payment import commands as c
from domain.payment.events import (
    FoundMoneyAssigned,
    FoundMoneyBack,
    FoundMoneyDismissed,
    FoundMoneyGone,
    MoneyFound,
    PaymentEvent,
)
from domain.payment.state import Account, Payment, PaymentStatus


def decide_found(payment: Payment, command: c.FoundCommand) -> list[PaymentEvent]:
    if isinstance(command, c.FindMoney):
        return find(payment, command)
    if not payment.found:
        raise MoneyUnknown
    match command:
        case c.AssignFound():
            return assign(payment, command)
        case c.RecordFoundGone():
            return record_gone(payment, command)
        case c.DismissFound():
            return dismiss(payment, command)
        case c.CorrectFound():
            return correct(payment, command)
        case _:
            assert_never(command)


def find(payment: Payment, command: c.FindMoney) -> list[PaymentEvent]:
    """Once, and again where it was dismissed and is listed all the same."""
    if payment.status not in (PaymentStatus.UNKNOWN, PaymentStatus.DISMISSED):
        return []
    return [
        MoneyFound(
            municipality=command.municipality,
            cents=command.cents,
            currency=command.currency,
            reference=command.reference,
            why=command.why,
            paid_at=command.paid_at,
            found_at=command.now,
            beside=command.beside,
        )
    ]


def assign(payment: Payment, command: c.AssignFound) -> list[PaymentEvent]:
    if payment.application_id == command.to:
        return []
    _require_nobody_s(payment)
    return [
        FoundMoneyAssigned(
            application_id=command.to,
            municipality=payment.municipality,
            cents=payment.received,
            currency=payment.currency,
            reference=payment.reference,
            paid_at=payment.paid_at or command.now,
            assigned_by=command.clerk,
            assigned_at=command.now,
        )
    ]


def record_gone(payment: Payment, command: c.RecordFoundGone) -> list[PaymentEvent]:
    if (payment.account, payment.gone_by) == (command.how, command.reference):
        return []
    _require_nobody_s(payment)
    return [
        FoundMoneyGone(
            municipality=payment.municipality,
            cents=payment.received,
            how=command.how,
            reference=command.reference,
            recorded_by=command.clerk,
            gone_at=command.now,
        )
    ]


def dismiss(payment: Payment, command: c.DismissFound) -> list[PaymentEvent]:
    if payment.status is PaymentStatus.DISMISSED:
        return []
    _require_nobody_s(payment)
    return [
        FoundMoneyDismissed(
            municipality=payment.municipality,
            cents=payment.received,
            ground=command.ground,
            dismissed_by=command.clerk,
            dismissed_at=command.now,
        )
    ]


def correct(payment: Payment, command: c.CorrectFound) -> list[PaymentEvent]:
    if payment.application_id is not None:
        raise MoneyMatched
    if payment.account is Account.HELD:
        raise MoneyIsHere
    return [
        FoundMoneyBack(
            municipality=payment.municipality,
            cents=payment.received,
            ground=command.ground,
            corrected_by=command.clerk,
            corrected_at=command.now,
        )
    ]


def _require_nobody_s(payment: Payment) -> None:
    if payment.application_id is not None:
        raise MoneyMatched
    if payment.account is not Account.HELD:
        raise MoneyHasGone
