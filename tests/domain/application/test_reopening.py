from dataclasses import replace

import pytest

from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationReceived, ApplicationReopened
from domain.application.state import ENDED, Status
from domain.errors import NotClaimed, NotEnded
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import (
    CLERK,
    DERIVATION_LATER,
    DUE_LATER,
    LATER,
    OTHER_PAYMENT,
    PARKING,
    REDUCED,
)
from tests.given import Given

given = Given(APPLICATION)
reopen = asked.reopen(LATER)
reopened = ApplicationReopened(
    reason="wrong person",
    reopened_by=CLERK,
    reopened_at=LATER,
    due_on=DUE_LATER,
    derivation=DERIVATION_LATER,
)
reopened_incomplete = replace(reopened, due_on=None, derivation=())
received_later = ApplicationReceived(
    received_at=LATER, due_on=DUE_LATER, derivation=DERIVATION_LATER
)
rejected_again = (*past.ENDED_AS[Status.REJECTED], reopened, past.refund_cancelled, h.claimed)


@pytest.mark.parametrize("status", past.ENDED_AS)
def test_every_ended_application_can_be_reopened_for_review(status: Status) -> None:
    history = past.ENDED_AS[status]
    after = given(*history, *given(*history).when(reopen).happens()).state
    assert (after.status, after.due_on, after.claimed_by) == (Status.RECEIVED, DUE_LATER, None)


@pytest.mark.parametrize("status", sorted(set(Status) - ENDED - {Status.NOT_SUBMITTED}))
def test_what_has_not_ended_is_not_reopened(status: Status) -> None:
    given(*past.BY_STATUS[status]).when(reopen).then_refused(NotEnded)


def test_reopening_starts_a_new_clock() -> None:
    given(*past.ENDED_AS[Status.PICKED_UP]).when(reopen).then(reopened)


def test_reopening_cancels_the_open_refund() -> None:
    given(*past.ENDED_AS[Status.REJECTED]).when(reopen).then(reopened, past.refund_cancelled)


def test_a_reopened_application_must_be_claimed_anew() -> None:
    history = (*past.ENDED_AS[Status.REJECTED], reopened)
    given(*history).when(asked.approve).then_refused(NotClaimed)


def test_a_reopened_application_is_decided_again_without_a_second_fee() -> None:
    given(*rejected_again).when(asked.approve).then(h.approved)


def test_a_second_rejection_opens_the_refund_again() -> None:
    given(*rejected_again).when(asked.reject).then(h.rejected, h.refund_due("rejected"))


def test_a_permit_paid_before_it_was_reopened_is_issued_on_the_next_approval() -> None:
    history = (*past.parking_approved, h.paid(PARKING), h.permit_issued, reopened, h.claimed)
    given(*history).when(asked.approve).then(h.approved, h.permit_issued)


def test_a_permit_that_expired_unpaid_owes_its_fee_after_the_next_approval() -> None:
    history = (*past.parking_approved, h.expired, reopened, h.claimed, h.approved)
    assert given(*history).state.fee_due


def test_an_incomplete_application_is_reopened_incomplete_and_without_a_clock() -> None:
    given(*past.unpaid, h.withdrawn).when(reopen).then(reopened_incomplete)
    given(*past.unpaid, h.withdrawn, reopened_incomplete).when(asked.pay()).then(
        h.paid(), h.received
    )


def test_money_that_came_after_the_withdrawal_stays_unmatched_when_reopened() -> None:
    late = replace(asked.pay(), payment_id=OTHER_PAYMENT)
    history = (*past.unpaid, h.withdrawn, h.unmatched(late, "application-withdrawn"))
    given(*history).when(reopen).then(reopened_incomplete)
    assert given(*history, reopened_incomplete).state.fee_due


def test_a_proof_found_clean_after_the_withdrawal_completes_what_is_reopened() -> None:
    history = (*past.proof_in_quarantine, h.withdrawn, h.refund_due("withdrawn", REDUCED))
    given(*history, h.found_clean).when(reopen).then(
        reopened_incomplete,
        replace(past.refund_cancelled, cents=REDUCED.fee.cents),
        received_later,
    )


def test_a_reopened_application_asks_for_no_correction_that_was_open_before() -> None:
    history = (*past.ENDED_AS[Status.EXPIRED], reopened, past.refund_cancelled, h.claimed)
    given(*history).when(asked.approve).then(h.approved)
