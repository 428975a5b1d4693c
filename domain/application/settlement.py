"""What the treasury (Kasse) makes of money: paid back, charged back, assigned, corrected."""

from datetime import datetime
from uuid import UUID

from domain.application import commands as c
from domain.application.claims import goes_twice, open_claim, settle_claim
from domain.application.events import (
    ApplicationEvent,
    MoneyAssigned,
    MoneyChargedBack,
    MoneyCorrected,
    RefundDone,
    RefundDue,
)
from domain.application.evolving import evolve
from domain.application.money import record_payment, settle_fee, why_unmatched
from domain.application.state import GONE, UNSUCCESSFUL, Application, Money, Standing
from domain.errors import (
    MoneyDoesNotFit,
    MoneyHasGone,
    MoneyIsHere,
    MoneyMatched,
    MoneyUnknown,
    NoRefundDue,
)


def record_refund(application: Application, command: c.RecordRefund) -> list[ApplicationEvent]:
    """Unmatched money may go back at any time; a fee only where it was due back, if only once:
    the treasury may have paid before a reopening cancelled that.
    """
    money = _money(application, command.payment_id)
    if (before := _gone_before(application, money, command, Standing.REFUNDED)) is not None:
        return before
    if money.standing is Standing.FEE and not money.was_due_back:
        raise NoRefundDue
    return [
        RefundDone(
            payment_id=command.payment_id,
            municipality=application.municipality,
            cents=money.cents,
            reference=command.reference,
            was_fee=_is_fee(application, command.payment_id),
            owed_again=_is_fee(application, command.payment_id) and _succeeds(application),
            refunded_by=command.clerk,
            refunded_at=command.now,
        )
    ]


def record_chargeback(
    application: Application, command: c.RecordChargeback
) -> list[ApplicationEvent]:
    money = _money(application, command.payment_id)
    if (before := _gone_before(application, money, command, Standing.CHARGED_BACK)) is not None:
        return before
    return [
        MoneyChargedBack(
            payment_id=command.payment_id,
            municipality=application.municipality,
            cents=money.cents,
            reference=command.reference,
            was_fee=_is_fee(application, command.payment_id),
            owed_again=_is_fee(application, command.payment_id) and _succeeds(application),
            recorded_by=command.clerk,
            charged_back_at=command.now,
        )
    ]


def assign(application: Application, command: c.AssignMoney) -> list[ApplicationEvent]:
    money = _money(application, command.payment_id)
    if money.standing is Standing.ASSIGNED and money.assigned_to == command.to:
        return []
    _require_here(money)
    if money.standing is not Standing.UNMATCHED:
        raise MoneyMatched
    if command.to is None:
        return _match_here(application, money, command)
    return [
        MoneyAssigned(
            payment_id=command.payment_id,
            municipality=application.municipality,
            cents=money.cents,
            currency=money.currency,
            method=money.method,
            reference=money.reference,
            to_application=command.to,
            assigned_by=command.clerk,
            assigned_at=command.now,
            paid_at=money.paid_at,
        )
    ]


def _gone_before(
    application: Application,
    money: Money,
    command: c.RecordRefund | c.RecordChargeback,
    how: Standing,
) -> list[ApplicationEvent] | None:
    """Return what is recorded of money that has gone already, and None of money that is here."""
    if (money.standing, money.gone_by) == (how, command.reference):
        return []
    if goes_twice(money, how):
        return open_claim(application, money, command, how)
    _require_here(money)
    return None


def _match_here(
    application: Application, money: Money, command: c.AssignMoney
) -> list[ApplicationEvent]:
    if why_unmatched(application, money.cents, money.currency):
        raise MoneyDoesNotFit
    return settle_fee(application, _arriving(money, command))


def correct(application: Application, command: c.CorrectMoney) -> list[ApplicationEvent]:
    """The money is here again: the fee, due back, or unmatched; never nothing."""
    money = _money(application, command.payment_id)
    if money.standing not in GONE:
        raise MoneyIsHere
    if money.gone_again:
        return settle_claim(application, command)
    corrected = MoneyCorrected(
        payment_id=command.payment_id,
        municipality=application.municipality,
        cents=money.cents,
        ground=command.ground,
        corrected_by=command.clerk,
        corrected_at=command.now,
    )
    after = evolve(application, corrected)
    if money.was_fee and not _succeeds(application):
        return [corrected, _due_again(application, command.payment_id, money, command.now)]
    return [corrected, *record_payment(after, _arriving(money, command))]


def _due_again(
    application: Application, payment_id: UUID, money: Money, now: datetime
) -> RefundDue:
    return RefundDue(
        payment_id=payment_id,
        municipality=application.municipality,
        cents=money.cents,
        reason="corrected",
        due_since=now,
    )


def _arriving(money: Money, command: c.AssignMoney | c.CorrectMoney) -> c.RecordPayment:
    return c.RecordPayment(
        payment_id=command.payment_id,
        cents=money.cents,
        currency=money.currency,
        method=money.method,
        reference=money.reference,
        paid_at=money.paid_at,
        now=command.now,
        calendar=command.calendar,
        assigned=True,
    )


def _money(application: Application, payment_id: UUID) -> Money:
    money = application.money.get(payment_id)
    if money is None:
        raise MoneyUnknown
    return money


def _is_fee(application: Application, payment_id: UUID) -> bool:
    return application.paid is not None and application.paid.payment_id == payment_id


def _succeeds(application: Application) -> bool:
    return application.status not in UNSUCCESSFUL


def _require_here(money: Money) -> None:
    if money.standing is Standing.ASSIGNED:
        raise MoneyMatched
    if money.standing in GONE:
        raise MoneyHasGone
