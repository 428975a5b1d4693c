"""What holds for the money of every application, whatever is asked of it."""

from collections import Counter

from hypothesis import given, settings

from domain.application import commands as c
from domain.application import events as e
from domain.application.state import UNSUCCESSFUL
from tests.domain.application.lives import Life, lives

law = settings(max_examples=150, deadline=None)


@law
@given(lives)
def test_money_received_never_disappears(life: Life) -> None:
    arrived = dict[object, int]()
    for step in life.steps:
        if isinstance(step.command, c.RecordPayment):
            arrived.setdefault(step.command.payment_id, step.command.cents)
        if isinstance(step.command, c.TakeFeeAtCounter) and step.events:
            # Only what was accepted was handed over; a refusal comes before the money.
            arrived.setdefault(step.command.payment_id, step.before.rules.fee.cents)
    recorded = [
        (event.payment_id, event.cents)
        for event in life.history
        if isinstance(event, e.ApplicationPaid | e.UnmatchedMoneyReceived)
    ]
    assert sorted(recorded) == sorted(arrived.items())


@law
@given(lives)
def test_what_is_to_be_refunded_is_what_was_paid_while_it_ended_in_vain(life: Life) -> None:
    money = Counter[str]()
    for step in life.steps:
        for event in step.events:
            if isinstance(event, e.ApplicationPaid | e.RefundDue | e.RefundCancelled):
                money[type(event).__name__] += event.cents
        owed = money["RefundDue"] - money["RefundCancelled"]
        in_vain = step.after.status in UNSUCCESSFUL
        assert owed == (money["ApplicationPaid"] if in_vain else 0)


@law
@given(lives)
def test_the_fee_is_taken_once(life: Life) -> None:
    assert sum(isinstance(event, e.ApplicationPaid) for event in life.history) <= 1
