"""Money that only the treasury knows is somebody's, goes back, or turns out to be none."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.errors import MoneyHasGone, MoneyIsHere, MoneyMatched, MoneyUnknown, PaymentUnknown
from domain.payment import commands as c
from domain.payment import events as e
from domain.payment.decisions import PAYMENT
from domain.payment.state import Account
from tests.domain.payment import booked as b
from tests.domain.payment.test_payment import opened, requested, succeed, succeeded
from tests.given import Given

NOW = datetime(2021, 6, 16, 10, tzinfo=UTC)
TOWN, CLERK, MEANT_FOR = "05513000", "clerk-anna", UUID(int=7)

given = Given(PAYMENT)

find = c.FindMoney(
    municipality=TOWN,
    cents=2000,
    currency="EUR",
    reference="K-1",
    why="twice-there",
    paid_at=NOW,
    now=NOW,
)
assign = c.AssignFound(to=MEANT_FOR, clerk=CLERK, now=NOW)
refund = c.RecordFoundGone(how=Account.REFUNDED, reference="KA-1", clerk=CLERK, now=NOW)
charge_back = replace(refund, how=Account.CHARGED_BACK, reference="RL-1")
dismiss = c.DismissFound(ground=c.DismissalGround.LISTED_BY_MISTAKE, clerk=CLERK, now=NOW)
correct = c.CorrectFound(ground=c.FoundCorrection.REFUND_RETURNED, clerk=CLERK, now=NOW)

found = e.MoneyFound(
    municipality=TOWN,
    cents=2000,
    currency="EUR",
    reference="K-1",
    why="twice-there",
    paid_at=NOW,
    found_at=NOW,
)
assigned = e.FoundMoneyAssigned(
    application_id=MEANT_FOR,
    municipality=TOWN,
    cents=2000,
    currency="EUR",
    reference="K-1",
    paid_at=NOW,
    assigned_by=CLERK,
    assigned_at=NOW,
)
refunded = e.FoundMoneyGone(
    municipality=TOWN,
    cents=2000,
    how="refunded",
    reference="KA-1",
    recorded_by=CLERK,
    gone_at=NOW,
)
charged_back = replace(refunded, how="charged-back", reference="RL-1")
dismissed = e.FoundMoneyDismissed(
    municipality=TOWN, cents=2000, ground="listed-by-mistake", dismissed_by=CLERK, dismissed_at=NOW
)
back = e.FoundMoneyBack(
    municipality=TOWN, cents=2000, ground="refund-returned", corrected_by=CLERK, corrected_at=NOW
)
ENDINGS = [(assign, assigned), (refund, refunded), (charge_back, charged_back),
           (dismiss, dismissed)]  # fmt: skip


def test_it_is_found_once_and_again_only_where_it_was_dismissed() -> None:
    given().when(find).then(found)
    for history in ((), (assigned,), (refunded,), (back,)):
        given(found, *history).when(find).then_nothing_happens()
    given(found, dismissed).when(find).then(found)


@pytest.mark.parametrize(("command", "event"), ENDINGS)
def test_each_way_of_settling_it_is_one_event(
    command: c.FoundCommand, event: e.PaymentEvent
) -> None:
    given(found).when(command).then(event)
    given(found, event).when(command).then_nothing_happens()


@pytest.mark.parametrize(("command", "event"), ENDINGS)
def test_what_is_settled_is_not_settled_in_another_way(
    command: c.FoundCommand, event: e.PaymentEvent
) -> None:
    for other, ending in ENDINGS:
        if other is not command:
            why = MoneyMatched if ending is assigned else MoneyHasGone
            given(found, ending).when(command).then_refused(why)


@pytest.mark.parametrize("ending", [refunded, charged_back, dismissed])
def test_a_wrong_entry_is_taken_back_and_the_money_is_here(ending: e.PaymentEvent) -> None:
    given(found, ending).when(correct).then(back)
    assert given(found, ending, back).state.balance == 2000
    given(found, ending, back).when(assign).then(assigned)


def test_what_is_here_or_of_an_application_is_not_corrected() -> None:
    given(found).when(correct).then_refused(MoneyIsHere)
    given(found, assigned).when(correct).then_refused(MoneyMatched)


@pytest.mark.parametrize(
    ("history", "balance"),
    [((), 2000), ((assigned,), 2000), ((refunded,), 0), ((charged_back,), 0), ((dismissed,), 0)],
)
def test_its_balance_is_what_of_it_is_here(
    history: tuple[e.PaymentEvent, ...], balance: int
) -> None:
    assert given(found, *history).state.balance == balance


def test_once_assigned_the_ledger_books_what_its_application_decides() -> None:
    state = given(found, assigned, b.refund_due, b.refunded).state
    assert (state.account, state.application_id) == (Account.REFUNDED, MEANT_FOR)


@pytest.mark.parametrize("command", [assign, refund, dismiss, correct])
def test_the_money_of_an_attempt_is_no_found_money(command: c.FoundCommand) -> None:
    given(requested, opened, succeeded).when(command).then_refused(MoneyUnknown)
    given().when(command).then_refused(MoneyUnknown)


def test_no_platform_speaks_of_found_money() -> None:
    given(found).when(succeed).then_refused(PaymentUnknown)
