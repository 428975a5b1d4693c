"""A back office says that it has an application: once, and its own number when it comes."""

from dataclasses import replace

from domain.application.decisions import APPLICATION
from domain.application.state import Status
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import OTHER_APPLICATION
from tests.given import Given

given = Given(APPLICATION)
APPROVED = (*past.in_hands, h.approved)
without_number = replace(h.handed_over, reference="")


def test_that_it_was_taken_is_a_fact() -> None:
    given(*APPROVED).when(asked.hand_over).then(h.handed_over)


def test_what_is_said_again_happens_once() -> None:
    given(*APPROVED, h.handed_over).when(asked.hand_over).then_nothing_happens()


def test_the_first_number_stands() -> None:
    other = replace(asked.hand_over, reference="P-2")
    given(*APPROVED, h.handed_over).when(other).then_nothing_happens()
    assert given(*APPROVED, h.handed_over).state.handed_over == {h.handed_over.hand_over_id: "P-1"}


def test_a_number_may_come_later() -> None:
    given(*APPROVED, without_number).when(asked.hand_over).then(h.handed_over)


def test_none_after_a_number_takes_nothing_back() -> None:
    given(*APPROVED, h.handed_over).when(
        replace(asked.hand_over, reference="")
    ).then_nothing_happens()


def test_a_second_decision_is_handed_over_for_itself() -> None:
    second = replace(asked.hand_over, hand_over_id=OTHER_APPLICATION)
    given(*APPROVED, h.handed_over).when(second).then(
        replace(h.handed_over, hand_over_id=OTHER_APPLICATION)
    )


def test_of_a_person_who_was_erased_nothing_is_remembered() -> None:
    ended = past.ENDED_AS[Status.PICKED_UP]
    given(*ended, h.erased).when(asked.hand_over).then_nothing_happens()
