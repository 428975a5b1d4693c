"""What could not be told is somebody's to see to, until it is told or they have."""

from dataclasses import replace

import pytest

from domain.application.commands import NoticeState
from domain.application.decisions import APPLICATION
from domain.application.events import Settled
from domain.application.state import Status
from domain.errors import (
    ApplicantWasErased,
    NothingToSettle,
    NothingWasSent,
    NoticeIsOnItsWay,
    NoticeWasRepeated,
)
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import NOTICE, OTHER_NOTICE
from tests.given import Given

given = Given(APPLICATION)
REJECTED = past.ENDED_AS[Status.REJECTED]
ERASED = (*past.ENDED_AS[Status.PICKED_UP], h.not_delivered, h.erased)


def test_that_it_was_not_delivered_is_a_fact_whatever_became_of_the_application() -> None:
    for life in (past.unpaid, past.in_hands, REJECTED):
        given(*life).when(asked.note_not_delivered).then(h.not_delivered)


def test_what_is_noted_again_is_noted_once() -> None:
    given(*REJECTED, h.not_delivered).when(asked.note_not_delivered).then_nothing_happens()


def test_of_a_person_who_was_erased_nothing_is_left_to_see_to() -> None:
    given(*ERASED).when(asked.note_not_delivered).then_nothing_happens()
    assert given(*ERASED).state.undelivered == frozenset()


@pytest.mark.parametrize("state", ["sent", "delivered", "bounced", "failed"])
def test_a_clerk_sends_again_what_was_sent_whatever_became_of_it(state) -> None:
    command = replace(asked.send_again, state=NoticeState(state))
    given(*REJECTED).when(command).then(h.sent_again)


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_what_is_on_its_way_is_not_sent_again(state) -> None:
    command = replace(asked.send_again, state=NoticeState(state))
    given(*REJECTED).when(command).then_refused(NoticeIsOnItsWay)


def test_what_was_never_sent_is_not_sent_again() -> None:
    command = replace(asked.send_again, state=NoticeState.DROPPED)
    given(*REJECTED).when(command).then_refused(NothingWasSent)


def test_nobody_is_told_twice_by_two_clerks() -> None:
    given(*REJECTED, h.sent_again).when(asked.send_again).then_refused(NoticeWasRepeated)


def test_nothing_is_sent_to_who_was_erased() -> None:
    given(*ERASED).when(asked.send_again).then_refused(ApplicantWasErased)


def test_a_corrected_address_holds_whatever_became_of_the_application() -> None:
    given(*REJECTED).when(asked.correct_email).then(h.email_corrected)
    assert given(*REJECTED, h.email_corrected).state.email == h.email_corrected.email
    given(*REJECTED, h.email_corrected).when(asked.correct_email).then_nothing_happens()


def test_nobody_who_was_erased_has_an_address() -> None:
    given(*ERASED).when(asked.correct_email).then_refused(ApplicantWasErased)
    erased_after = (*past.ENDED_AS[Status.PICKED_UP], h.email_corrected, h.erased)
    assert given(*erased_after).state.email is None


def test_one_that_was_sent_again_in_vain_stands_for_the_first() -> None:
    second = replace(asked.note_not_delivered, notification_id=OTHER_NOTICE, repeats=NOTICE)
    in_vain = replace(h.not_delivered, notification_id=OTHER_NOTICE, repeats=NOTICE)
    life = (*REJECTED, h.not_delivered, h.sent_again)
    given(*life).when(second).then(in_vain)
    assert given(*life).state.undelivered == {NOTICE}
    assert given(*life, in_vain).state.undelivered == {OTHER_NOTICE}


def test_a_clerk_says_how_they_saw_to_it() -> None:
    given(*REJECTED, h.not_delivered).when(asked.settle_notice).then(h.settled)
    assert given(*REJECTED, h.not_delivered, h.settled).state.undelivered == frozenset()


def test_there_is_nothing_to_see_to_where_all_was_delivered() -> None:
    given(*REJECTED).when(asked.settle_notice).then_refused(NothingToSettle)
    settled = (h.not_delivered, h.settled)
    given(*REJECTED, *settled).when(asked.settle_notice).then_refused(NothingToSettle)


def test_one_that_went_through_at_the_second_time_may_have_been_there_before() -> None:
    by_itself = replace(asked.settle_notice, how=Settled.SENT_AGAIN, by="mail-sender")
    given(*REJECTED).when(by_itself).then_nothing_happens()
