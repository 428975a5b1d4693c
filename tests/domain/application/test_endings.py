from dataclasses import replace

import pytest

from domain.application.decisions import APPLICATION
from domain.application.state import Status
from domain.errors import NotWaitingForApplicant, TooLateToWithdraw
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import PARKING
from tests.given import Given

given = Given(APPLICATION)


@pytest.mark.parametrize("history", [past.unpaid, past.handed_over, past.in_correction])
def test_an_applicant_withdraws_at_any_time_before_the_decision(history: past.History) -> None:
    assert given(*history).when(asked.withdraw).happens()[0] == h.withdrawn


def test_an_applicant_needs_no_reason_to_withdraw() -> None:
    command = replace(asked.withdraw, reason="")
    given(*past.unpaid).when(command).then(replace(h.withdrawn, reason=""))


def test_a_decided_application_is_not_withdrawn() -> None:
    given(*past.to_be_collected).when(asked.withdraw).then_refused(TooLateToWithdraw)
    given(*past.ready).when(asked.withdraw).then_refused(TooLateToWithdraw)


def test_a_case_of_another_office_is_forwarded_even_while_a_correction_is_open() -> None:
    given(*past.in_correction).when(asked.forward).then(h.forwarded, h.refund_due("forwarded"))


@pytest.mark.parametrize(
    "history", [past.unpaid, past.in_correction, past.parking_approved, past.ready]
)
def test_what_waits_for_the_applicant_expires(history: past.History) -> None:
    assert given(*history).when(asked.expire).happens()[0] == h.expired


@pytest.mark.parametrize(
    "history",
    [
        past.handed_over,
        past.in_hands,
        (*past.in_correction, past.answered),
        past.to_be_collected,
        (*past.parking_by_mail_approved, h.paid(PARKING)),
    ],
)
def test_what_waits_for_the_office_does_not_expire(history: past.History) -> None:
    given(*history).when(asked.expire).then_refused(NotWaitingForApplicant)


@pytest.mark.parametrize("status", past.ENDED_AS)
def test_an_ended_application_is_in_nobodys_hands(status: Status) -> None:
    ended = given(*past.ENDED_AS[status]).state
    assert (ended.claimed_by, ended.open_correction) == (None, None)
