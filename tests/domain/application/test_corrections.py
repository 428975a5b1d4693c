from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.application.commands import CancelCorrection
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationEvent
from domain.application.state import Status
from domain.errors import (
    AlreadyDecided,
    ClaimedByAnother,
    CorrectionIsOpen,
    NoOpenCorrection,
    NotReceivedYet,
)
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import COLLEAGUE, DUE, LATER, NOW, OTHER_CORRECTION
from tests.given import Given

given = Given(APPLICATION)
by_colleague = replace(asked.cancel_correction(), clerk=COLLEAGUE)


def test_a_correction_stops_the_clock_with_the_days_left() -> None:
    given(*past.in_hands).when(asked.request_correction).then(h.correction_requested)


def test_a_day_of_work_before_the_correction_is_used_up() -> None:
    [requested] = given(*past.in_hands).when(replace(asked.request_correction, now=LATER)).happens()
    assert requested == replace(h.correction_requested, requested_at=LATER, working_days_left=1)


def test_the_answer_lets_the_clock_go_on_where_it_stood() -> None:
    given(*past.in_correction).when(asked.answer(LATER)).then(past.answered)


def test_cancelling_lets_the_clock_go_on_as_well() -> None:
    given(*past.in_correction).when(asked.cancel_correction(LATER)).then(past.correction_cancelled)


def test_the_answer_carries_what_the_applicant_changed() -> None:
    answer = replace(asked.answer(LATER), changes={"street": "Ahstr. 1"})
    given(*past.in_correction).when(answer).then(
        replace(past.answered, changes={"street": "Ahstr. 1"})
    )


@pytest.mark.parametrize("days", range(12))
def test_a_correction_answered_on_the_same_day_moves_no_deadline(days: int) -> None:
    now = NOW + timedelta(days=days)
    stop = given(*past.in_hands).when(replace(asked.request_correction, now=now)).happens()
    [answered] = given(*past.in_hands, *stop).when(asked.answer(now)).happens()
    assert given(*past.in_hands, *stop, answered).state.due_on == DUE


def test_a_correction_does_not_hide_that_an_application_is_overdue() -> None:
    overdue = NOW + timedelta(days=6)  # Tuesday 22 June, due on Friday the 18th
    stop = given(*past.in_hands).when(replace(asked.request_correction, now=overdue)).happens()
    answer = asked.answer(overdue + timedelta(days=7))
    after = given(*past.in_hands, *stop).when(answer).happens()
    assert given(*past.in_hands, *stop, *after).state.due_on == date(2021, 6, 25)


def test_one_correction_is_open_at_a_time() -> None:
    another = replace(asked.request_correction, correction_id=OTHER_CORRECTION)
    given(*past.in_correction).when(another).then_refused(CorrectionIsOpen)


@pytest.mark.parametrize("closing", [past.answered, past.correction_cancelled])
def test_another_correction_may_follow_a_closed_one(closing: ApplicationEvent) -> None:
    history = (*past.in_correction, closing)
    another = replace(asked.request_correction, correction_id=OTHER_CORRECTION, now=LATER)
    [requested] = given(*history).when(another).happens()
    assert requested == replace(
        h.correction_requested, correction_id=OTHER_CORRECTION, requested_at=LATER
    )


def test_only_the_open_correction_is_answered_or_cancelled() -> None:
    other = replace(asked.answer(), correction_id=OTHER_CORRECTION)
    given(*past.in_correction).when(other).then_refused(NoOpenCorrection)
    cancel = replace(asked.cancel_correction(), correction_id=OTHER_CORRECTION)
    given(*past.in_correction).when(cancel).then_refused(NoOpenCorrection)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.NOT_SUBMITTED}))
def test_without_an_open_correction_there_is_nothing_to_answer(status: Status) -> None:
    given(*past.BY_STATUS[status]).when(asked.answer()).then_refused(NoOpenCorrection)
    given(*past.BY_STATUS[status]).when(asked.cancel_correction()).then_refused(NoOpenCorrection)


def test_an_answered_correction_is_not_answered_again() -> None:
    given(*past.in_correction, past.answered).when(asked.answer()).then_refused(NoOpenCorrection)


def test_only_the_clerk_in_charge_cancels() -> None:
    given(*past.in_correction).when(by_colleague).then_refused(ClaimedByAnother)


def test_after_a_release_any_clerk_may_cancel() -> None:
    command: CancelCorrection = replace(by_colleague, now=LATER)
    given(*past.in_correction, h.released).when(command).then(
        replace(past.correction_cancelled, cancelled_by=COLLEAGUE)
    )


@pytest.mark.parametrize("closing", [past.answered, past.correction_cancelled])
def test_a_closed_correction_frees_the_decision(closing: ApplicationEvent) -> None:
    given(*past.in_correction, closing).when(asked.approve).then(h.approved)


def test_an_incomplete_or_decided_application_is_not_corrected() -> None:
    given(*past.unpaid).when(asked.request_correction).then_refused(NotReceivedYet)
    given(*past.to_be_collected).when(asked.request_correction).then_refused(AlreadyDecided)
