"""What holds for the money of every application, whatever is asked of it."""

from collections import Counter

from hypothesis import given, settings

from domain.application import commands as c
from domain.application import events as e
from domain.application.state import GONE, UNSUCCESSFUL, Standing
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
    assert {key: m.cents for key, m in life.steps[-1].after.money.items()} == arrived


@law
@given(lives)
def test_money_is_always_in_one_place_that_somebody_sees(life: Life) -> None:
    """The fee, an entry in the treasury's list, or gone with a reference; never loose."""
    end = life.steps[-1].after
    assert all(money.standing is not Standing.LOOSE for money in end.money.values())
    fees = {key for key, money in end.money.items() if money.standing is Standing.FEE}
    if end.paid is not None:
        fees |= {end.paid.payment_id}
        assert end.money[end.paid.payment_id].standing in (Standing.FEE, Standing.REFUND_DUE)
    assert len(fees) <= 1
    assert all(m.gone_by for m in end.money.values() if m.standing in GONE)


@law
@given(lives)
def test_the_fee_of_what_ended_in_vain_is_due_back_or_gone(life: Life) -> None:
    for step in life.steps:
        if step.after.status in UNSUCCESSFUL:
            assert step.after.paid is None or step.after.refund_open
            standings = [money.standing for money in step.after.money.values()]
            assert Standing.FEE not in standings
        elif step.after.paid is not None:
            assert not step.after.refund_open


@law
@given(lives)
def test_no_money_goes_twice(life: Life) -> None:
    here = Counter[object]()
    for event in life.history:
        if isinstance(event, e.RefundDone | e.MoneyChargedBack):
            here[event.payment_id] -= 1
        if isinstance(event, e.MoneyCorrected):
            here[event.payment_id] += 1
        assert here[getattr(event, "payment_id", None)] in (0, -1)


@law
@given(lives)
def test_the_fee_is_taken_once_while_it_is_here(life: Life) -> None:
    for step in life.steps:
        if any(isinstance(event, e.ApplicationPaid) for event in step.events):
            assert step.before.paid is None
