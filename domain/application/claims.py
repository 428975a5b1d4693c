"""Money that went twice, paid back and charged back: the town has a claim to the second half."""

from domain.application.commands import CorrectMoney, RecordChargeback, RecordRefund
from domain.application.events import ApplicationEvent, ClaimSettled, MoneyGoneTwice
from domain.application.state import Application, Money, Standing
from domain.errors import MoneyHasGone


def goes_twice(money: Money, how: Standing) -> bool:
    """It has gone in the other way already. The same way twice is rather a slip of the pen."""
    other = {Standing.REFUNDED: Standing.CHARGED_BACK, Standing.CHARGED_BACK: Standing.REFUNDED}
    return money.standing is other[how]


def open_claim(
    application: Application, money: Money, command: RecordRefund | RecordChargeback, how: Standing
) -> list[ApplicationEvent]:
    """It has happened, so it is recorded."""
    if money.gone_again == command.reference:
        return []
    if money.gone_again:
        raise MoneyHasGone
    return [
        MoneyGoneTwice(
            payment_id=command.payment_id,
            municipality=application.municipality,
            cents=money.cents,
            currency=money.currency,
            how=how,
            reference=command.reference,
            recorded_by=command.clerk,
            recorded_at=command.now,
        )
    ]


def settle_claim(application: Application, command: CorrectMoney) -> list[ApplicationEvent]:
    return [
        ClaimSettled(
            payment_id=command.payment_id,
            municipality=application.municipality,
            ground=command.ground,
            settled_by=command.clerk,
            settled_at=command.now,
        )
    ]
