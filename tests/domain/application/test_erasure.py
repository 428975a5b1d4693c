"""An application that has ended may forget whom it was about."""

from dataclasses import replace

import pytest

from domain.application.decisions import APPLICATION
from domain.application.state import ENDED, Status
from domain.errors import ApplicantWasErased, MoneyIsAwaited, MoneyIsOwed, NotEndedYet
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import OTHER_PAYMENT
from tests.given import Given

given = Given(APPLICATION)


def settled(status: Status) -> past.History:
    """Ended like this, and what was paid in vain is back."""
    ended = past.ENDED_AS[status]
    return (*ended, h.refund_done()) if given(*ended).state.refund_open else ended


@pytest.mark.parametrize("status", sorted(ENDED))
def test_the_applicant_of_an_ended_application_is_erased(status: Status) -> None:
    given(*settled(status)).when(asked.erase).then(h.erased)


def test_while_it_is_worked_on_nobody_is_erased() -> None:
    given(*past.in_hands).when(asked.erase).then_refused(NotEndedYet)


def test_whom_money_is_owed_to_is_not_forgotten() -> None:
    """Afterwards nobody could pay it back."""
    given(*past.ENDED_AS[Status.REJECTED]).when(asked.erase).then_refused(MoneyIsOwed)


def test_money_that_fits_no_fee_is_settled_first() -> None:
    late_money = replace(asked.pay(), payment_id=OTHER_PAYMENT)
    unmatched = given(*past.ENDED_AS[Status.WITHDRAWN]).when(late_money).happens()
    history = (*past.ENDED_AS[Status.WITHDRAWN], *unmatched)
    given(*history).when(asked.erase).then_refused(MoneyIsOwed)


def test_who_may_be_paying_just_now_is_not_forgotten() -> None:
    awaited = replace(asked.erase, money_awaited=True)
    given(*settled(Status.WITHDRAWN)).when(awaited).then_refused(MoneyIsAwaited)
    given(*past.ENDED_AS[Status.WITHDRAWN], h.erased).when(awaited).then_nothing_happens()


def test_to_erase_twice_is_to_erase_once() -> None:
    given(*past.ENDED_AS[Status.REJECTED], h.erased).when(asked.erase).then_nothing_happens()


def test_nothing_that_tells_who_it_was_is_remembered() -> None:
    before = given(*past.BY_STATUS[Status.PICKED_UP]).state
    after = given(*past.BY_STATUS[Status.PICKED_UP], h.erased).state
    assert (before.account, before.card_number) != (None, None)
    assert (after.account, after.card_number, after.erased) == (None, None, True)
    assert (after.status, after.paid, after.rules) == (before.status, before.paid, before.rules)


def test_what_is_nobodys_is_not_taken_up_again() -> None:
    given(*past.ENDED_AS[Status.REJECTED], h.erased).when(asked.reopen()).then_refused(
        ApplicantWasErased
    )


def test_late_money_is_seen_although_its_applicant_is_gone() -> None:
    late_money = replace(asked.pay(), payment_id=OTHER_PAYMENT)
    (unmatched,) = given(*past.ENDED_AS[Status.WITHDRAWN], h.erased).when(late_money).happens()
    assert type(unmatched).__name__ == "UnmatchedMoneyReceived"


def test_a_proof_that_is_gone_needs_no_finding() -> None:
    history = (*past.proof_in_quarantine, h.withdrawn, h.erased)
    given(*history).when(asked.find_clean).then_nothing_happens()
