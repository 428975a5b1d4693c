from dataclasses import replace

import pytest

from domain.application.decisions import APPLICATION
from domain.application.state import Status
from domain.errors import NoFeeDue, NotSubmitted
from domain.rules import RulesInForce
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import COUNTER_PAYMENT, MINOR, OTHER_PAYMENT, PARKING
from tests.given import Given

given = Given(APPLICATION)
second = replace(asked.pay(), payment_id=OTHER_PAYMENT)


def test_a_fee_before_handover_is_due_until_it_is_paid() -> None:
    assert given(*past.unpaid).state.fee_due
    assert not given(*past.handed_over).state.fee_due


def test_a_fee_after_approval_is_owed_from_the_start_and_due_once_approved() -> None:
    before = given(*past.parking_in_hands).state
    assert (before.fee_owed, before.fee_due) == (True, False)
    assert given(*past.parking_approved).state.fee_due


def test_nothing_is_due_where_nothing_is_to_be_paid() -> None:
    assert not given(h.submitted(asked.submit_minor)).state.fee_due


def test_a_fee_paid_after_approval_issues_the_online_result() -> None:
    given(*past.parking_approved).when(asked.pay(PARKING)).then(h.paid(PARKING), h.permit_issued)


def test_a_fee_paid_after_approval_leaves_the_mail_to_the_clerk() -> None:
    given(*past.parking_by_mail_approved).when(asked.pay(PARKING)).then(h.paid(PARKING))


def test_the_same_payment_twice_is_one_event() -> None:
    given(*past.handed_over).when(asked.pay()).then_nothing_happens()


def test_the_same_unmatched_money_twice_is_one_event() -> None:
    history = (*past.handed_over, h.unmatched(second, "paid-before"))
    given(*history).when(second).then_nothing_happens()


def test_a_second_payment_is_recorded_as_unmatched() -> None:
    given(*past.handed_over).when(second).then(h.unmatched(second, "paid-before"))


@pytest.mark.parametrize(("cents", "currency"), [(1999, "EUR"), (2001, "EUR"), (2000, "CHF")])
def test_money_of_another_amount_or_currency_is_unmatched(cents: int, currency: str) -> None:
    wrong = replace(asked.pay(), cents=cents, currency=currency)
    given(*past.unpaid).when(wrong).then(h.unmatched(wrong, "amount-differs"))


def test_unmatched_money_leaves_the_fee_to_be_paid() -> None:
    wrong = replace(second, cents=1)
    given(*past.unpaid, h.unmatched(wrong, "amount-differs")).when(asked.pay()).then(
        h.paid(), h.received
    )


def test_money_before_an_approval_that_makes_it_due_is_unmatched() -> None:
    early = asked.pay(PARKING)
    given(*past.parking_in_hands).when(early).then(h.unmatched(early, "no-fee-due"))


def test_money_for_a_free_service_is_unmatched() -> None:
    money = asked.pay(MINOR)
    given(*past.minor_in_hands).when(money).then(h.unmatched(money, "no-fee-due"))


@pytest.mark.parametrize("status", past.ENDED_AS)
def test_money_that_arrives_after_the_end_is_unmatched(status: Status) -> None:
    reason = f"application-{status}"
    given(*past.ENDED_AS[status]).when(second).then(h.unmatched(second, reason))


def test_money_for_an_application_that_never_came_is_refused() -> None:
    given().when(asked.pay()).then_refused(NotSubmitted)


def test_a_rejection_after_payment_opens_a_refund() -> None:
    given(*past.in_hands).when(asked.reject).then(h.rejected, h.refund_due("rejected"))


def test_a_withdrawal_after_payment_opens_a_refund() -> None:
    given(*past.handed_over).when(asked.withdraw).then(h.withdrawn, h.refund_due("withdrawn"))


def test_forwarding_after_payment_opens_a_refund() -> None:
    given(*past.in_hands).when(asked.forward).then(h.forwarded, h.refund_due("forwarded"))


def test_expiry_after_payment_opens_a_refund() -> None:
    given(*past.in_correction).when(asked.expire).then(h.expired, h.refund_due("expired"))


@pytest.mark.parametrize("rules", [MINOR, PARKING], ids=["free", "paid-after-approval"])
def test_an_end_before_any_payment_opens_no_refund(rules: RulesInForce) -> None:
    submit = replace(asked.submit_minor, rules=replace(rules, fulfilments=MINOR.fulfilments))
    history = (h.submitted(submit), h.received, h.claimed)
    given(*history).when(asked.reject).then(h.rejected)
    given(*history).when(asked.withdraw).then(h.withdrawn)


def test_the_fee_taken_at_the_counter_is_the_fee_paid() -> None:
    at_counter = {"payment_id": COUNTER_PAYMENT, "method": "cash", "reference": "B-17"}
    received = given(*past.unpaid).when(asked.pay()).happens()[1:]
    paid = replace(given(*past.unpaid).when(asked.pay()).happens()[0], **at_counter)
    given(*past.unpaid).when(asked.take_fee).then(paid, *received)


def test_the_fee_is_not_taken_twice_at_the_counter() -> None:
    taken = given(*past.unpaid).when(asked.take_fee).happens()
    given(*past.unpaid, *taken).when(asked.take_fee).then_nothing_happens()


def test_no_fee_is_taken_at_the_counter_where_none_is_due() -> None:
    given(*past.handed_over).when(asked.take_fee).then_refused(NoFeeDue)
