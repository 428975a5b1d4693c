"""What the treasury makes of money, given, when and then."""

from dataclasses import replace

import pytest

from domain.application import commands as c
from domain.application.decisions import APPLICATION
from domain.application.events import MoneyCorrection
from domain.application.state import Standing, Status
from domain.errors import (
    FeeNotPaid,
    MoneyDoesNotFit,
    MoneyHasGone,
    MoneyIsHere,
    MoneyMatched,
    MoneyUnknown,
    NoRefundDue,
    NotReceivedYet,
)
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import OTHER_PAYMENT, PARKING, PAYMENT
from tests.given import Given

given = Given(APPLICATION)
rejected = past.ENDED_AS[Status.REJECTED]
refunded = (*rejected, h.refund_done())
reopened = given(*rejected).when(asked.reopen()).happens()
second = replace(asked.pay(), payment_id=OTHER_PAYMENT)
paid_anew = replace(h.paid(), payment_id=OTHER_PAYMENT)
early = asked.pay(PARKING)
unmatched = (*past.parking_in_hands, h.unmatched(early, "no-fee-due"))
fits_by_now = (*unmatched, h.approved)
AS_REFUND_OF_UNMATCHED = h.refund_done(was_fee=False, cents=PARKING.fee.cents)


def test_a_refund_that_is_due_is_done_under_a_reference() -> None:
    given(*rejected).when(asked.refunded).then(h.refund_done())
    assert given(*refunded).state.paid is None


def test_the_same_refund_twice_is_one_event() -> None:
    given(*refunded).when(asked.refunded).then_nothing_happens()


def test_money_is_not_paid_back_twice() -> None:
    again = replace(asked.refunded, reference="KA-2")
    given(*refunded).when(again).then_refused(MoneyHasGone)


def test_a_fee_that_is_not_due_back_is_not_paid_back() -> None:
    given(*past.in_hands).when(asked.refunded).then_refused(NoRefundDue)


def test_unmatched_money_is_paid_back() -> None:
    given(*unmatched).when(asked.refunded).then(AS_REFUND_OF_UNMATCHED)


@pytest.mark.parametrize(
    "command", [asked.refunded, asked.charged_back, asked.assign, asked.correct_money]
)
def test_money_that_never_came_is_unknown(command: c.ApplicationCommand) -> None:
    given(*past.unpaid).when(command).then_refused(MoneyUnknown)


def test_reopening_after_the_refund_was_done_leaves_the_fee_to_be_paid_anew() -> None:
    after = (*refunded, *given(*refunded).when(asked.reopen()).happens())
    assert not any(isinstance(event, type(past.refund_cancelled)) for event in after)
    assert given(*after).state.fee_due
    given(*after).when(second).then(paid_anew)


def test_a_refund_that_was_made_before_the_reopening_is_recorded_after_it() -> None:
    """The treasury had paid, and told only afterwards: the fee is owed again."""
    after = (*rejected, *reopened)
    given(*after).when(asked.refunded).then(h.refund_done(owed_again=True))
    state = given(*after, h.refund_done(owed_again=True)).state
    assert (state.paid, state.fee_due, state.status) == (None, True, Status.RECEIVED)


def test_a_reopened_application_whose_money_stayed_goes_on_as_paid() -> None:
    state = given(*rejected, *reopened).state
    assert (state.paid is not None, state.refund_open, state.fee_due) == (True, False, False)


def test_a_chargeback_makes_the_fee_owed_again() -> None:
    given(*past.in_hands).when(asked.charged_back).then(h.charged_back())
    state = given(*past.in_hands, h.charged_back()).state
    assert (state.fee_due, state.waits_for_applicant) == (True, True)


def test_after_a_chargeback_the_fee_is_paid_anew() -> None:
    given(*past.in_hands, h.charged_back()).when(second).then(paid_anew)


def test_nothing_is_approved_or_handed_out_after_a_chargeback() -> None:
    given(*past.in_hands, h.charged_back()).when(asked.approve).then_refused(NotReceivedYet)
    given(*past.to_be_collected, h.charged_back()).when(asked.mark_ready).then_refused(FeeNotPaid)
    given(*past.ready, h.charged_back()).when(asked.hand_out).then_refused(FeeNotPaid)


def test_a_card_that_was_collected_can_still_be_paid_after_a_chargeback() -> None:
    collected = (*past.ENDED_AS[Status.PICKED_UP], h.charged_back())
    given(*collected).when(second).then(paid_anew)


def test_a_chargeback_ends_the_obligation_to_pay_back() -> None:
    given(*rejected).when(asked.charged_back).then(h.charged_back(owed_again=False))
    state = given(*rejected, h.charged_back(owed_again=False)).state
    assert (state.refund_open, state.fee_due) == (False, False)


def test_an_application_that_is_rejected_after_a_chargeback_owes_nothing_back() -> None:
    given(*past.in_hands, h.charged_back()).when(asked.reject).then(h.rejected)


def test_a_chargeback_of_what_was_paid_back_is_a_claim_until_it_is_settled() -> None:
    given(*refunded).when(asked.charged_back).then(h.gone_twice)
    claimed = given(*refunded, h.gone_twice)
    assert claimed.state.money_owed
    claimed.when(asked.charged_back).then_nothing_happens()
    claimed.when(replace(asked.charged_back, reference="RL-2")).then_refused(MoneyHasGone)
    claimed.when(asked.refunded).then_nothing_happens()
    claimed.when(asked.correct_money).then(h.claim_settled)
    settled = (*refunded, h.gone_twice, h.claim_settled)
    assert not given(*settled).state.money_owed
    due = h.refund_due("corrected")
    given(*settled).when(asked.correct_money).then(h.corrected, due)


def test_a_refund_of_what_was_charged_back_is_a_claim_too() -> None:
    gone = (*rejected, h.charged_back(owed_again=False))
    twice = replace(h.gone_twice, how="refunded", reference="KA-1")
    given(*gone).when(asked.refunded).then(twice)


def test_the_same_chargeback_twice_is_one_event() -> None:
    given(*past.in_hands, h.charged_back()).when(asked.charged_back).then_nothing_happens()


def test_unmatched_money_is_assigned_to_another_application() -> None:
    money = replace(h.assigned, cents=PARKING.fee.cents)
    given(*unmatched).when(asked.assign).then(money)
    given(*unmatched, money).when(asked.assign).then_nothing_happens()
    given(*unmatched, money).when(asked.refunded).then_refused(MoneyMatched)


def test_money_that_came_too_early_is_matched_once_the_fee_is_due() -> None:
    given(*fits_by_now).when(asked.assign_here).then(h.paid(PARKING), h.permit_issued)


def test_money_of_another_amount_is_not_matched() -> None:
    given(*unmatched).when(asked.assign_here).then_refused(MoneyDoesNotFit)


def test_a_fee_is_not_assigned() -> None:
    given(*past.in_hands).when(asked.assign).then_refused(MoneyMatched)


def test_money_that_was_assigned_elsewhere_may_come_back() -> None:
    """The other application was paid meanwhile, and a clerk sends it where it came from."""
    away = (*unmatched, replace(h.assigned, cents=PARKING.fee.cents))
    given(*away).when(early).then_nothing_happens()
    given(*away).when(replace(early, assigned=True)).then(h.unmatched(early, "no-fee-due"))


def test_a_refund_booked_by_mistake_is_due_again() -> None:
    due = h.refund_due("corrected")
    given(*refunded).when(asked.correct_money).then(h.corrected, due)
    assert given(*refunded, h.corrected, due).state.refund_open


def test_a_chargeback_that_was_reversed_is_the_fee_again() -> None:
    reversed_ = replace(asked.correct_money, ground=MoneyCorrection.CHARGEBACK_REVERSED)
    given(*past.in_hands, h.charged_back()).when(reversed_).then(
        replace(h.corrected, ground=MoneyCorrection.CHARGEBACK_REVERSED), h.paid()
    )


def test_a_chargeback_that_was_reversed_after_the_fee_was_paid_anew_is_unmatched() -> None:
    history = (*past.in_hands, h.charged_back(), paid_anew)
    given(*history).when(asked.correct_money).then(
        h.corrected, h.unmatched(asked.pay(), "paid-before")
    )


def test_a_refund_of_unmatched_money_that_came_back_is_unmatched_again() -> None:
    history = (*unmatched, AS_REFUND_OF_UNMATCHED)
    corrected = replace(h.corrected, cents=PARKING.fee.cents)
    given(*history).when(asked.correct_money).then(corrected, h.unmatched(early, "no-fee-due"))


@pytest.mark.parametrize("history", [past.in_hands, rejected, unmatched])
def test_there_is_nothing_to_correct_about_money_that_is_here(history: past.History) -> None:
    given(*history).when(asked.correct_money).then_refused(MoneyIsHere)


def test_where_money_stands_is_remembered() -> None:
    assert given(*unmatched).state.money[PAYMENT].standing is Standing.UNMATCHED
    assert given(*rejected).state.money[PAYMENT].standing is Standing.REFUND_DUE
    assert given(*refunded).state.money[PAYMENT].gone_by == "KA-1"
