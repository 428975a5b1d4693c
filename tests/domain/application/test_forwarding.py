"""An application that belongs elsewhere."""

from dataclasses import replace
from datetime import date

import pytest

from domain.application.commands import PassToOffice
from domain.application.decisions import APPLICATION
from domain.application.state import Status
from domain.errors import (
    GoesOnElsewhere,
    NotClaimed,
    OfficeUnknown,
    ReasonMissing,
    SameMunicipality,
    SameOffice,
)
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import (
    COLLEAGUE,
    GELSENKIRCHEN,
    LIBRARY,
    OTHER_APPLICATION,
    TAXES,
)
from tests.given import Given

given = Given(APPLICATION)


def test_what_another_office_works_on_is_passed_to_it() -> None:
    given(*past.in_hands).when(asked.pass_on).then(h.passed_on)


def test_there_it_waits_for_somebody_to_take_it_in_hand() -> None:
    passed = given(*past.in_hands, h.passed_on)
    assert (passed.state.office, passed.state.claimed_by) == (TAXES, None)
    assert passed.state.status is Status.RECEIVED
    passed.when(asked.approve).then_refused(NotClaimed)
    passed.when(replace(asked.claim, clerk=COLLEAGUE)).happens()


def test_the_due_day_and_what_was_paid_stay_as_they_were() -> None:
    before, after = given(*past.in_hands).state, given(*past.in_hands, h.passed_on).state
    assert (after.due_on, after.paid, after.refund_open) == (before.due_on, before.paid, False)


def test_an_open_correction_goes_along() -> None:
    passed = given(*past.in_correction, h.passed_on)
    passed.when(asked.answer()).happens()
    assert passed.state.open_correction == past.answered.correction_id


def test_an_office_that_the_municipality_does_not_have_is_not_passed_anything() -> None:
    command = replace(asked.pass_on, to_office="registry")
    given(*past.in_hands).when(command).then_refused(OfficeUnknown)
    assert LIBRARY in str(OfficeUnknown(*command.offices))


def test_it_is_not_passed_to_where_it_is() -> None:
    back = replace(asked.pass_on, to_office=LIBRARY)
    given(*past.in_hands).when(back).then_refused(SameOffice)
    given(*past.in_hands, h.passed_on, h.claimed).when(asked.pass_on).then_refused(SameOffice)
    given(*past.in_hands, h.passed_on, h.claimed).when(back).then(
        replace(h.passed_on, from_office=TAXES, to_office=LIBRARY)
    )


def test_an_application_of_before_offices_were_recorded_can_be_passed_on() -> None:
    unknown = replace(h.submitted(asked.submit), office=None)
    history = (unknown, h.paid(), h.received, h.claimed)
    given(*history).when(asked.pass_on).then(replace(h.passed_on, from_office=None))


@pytest.mark.parametrize("command", [asked.pass_on, asked.forward])
def test_sending_it_elsewhere_needs_a_reason(command: PassToOffice) -> None:
    given(*past.in_hands).when(replace(command, reason="  ")).then_refused(ReasonMissing)


def test_it_is_not_forwarded_to_the_municipality_it_is_in() -> None:
    home = replace(asked.forward, to_municipality=GELSENKIRCHEN)
    given(*past.in_hands).when(home).then_refused(SameMunicipality)


def test_an_office_that_it_was_passed_to_keeps_it_when_it_is_reopened() -> None:
    history = (*past.in_hands, h.passed_on, h.claimed, h.rejected)
    reopened = given(*history).when(asked.reopen()).happens()
    assert given(*history, *reopened).state.office == TAXES


def test_what_is_forwarded_says_when_it_was_filed_and_as_what_it_goes_on() -> None:
    there = replace(asked.forward, goes_on_as=OTHER_APPLICATION)
    told, *_ = given(*past.in_hands).when(there).happens()
    assert told == replace(h.forwarded, goes_on_as=OTHER_APPLICATION)


def test_forwarded_twice_it_is_filed_on_the_first_day_still() -> None:
    first = date(2021, 5, 3)
    submitted = replace(past.in_hands[0], first_received_on=first)  # type: ignore[type-var]
    told, *_ = given(submitted, *past.in_hands[1:]).when(asked.forward).happens()
    assert told == replace(h.forwarded, first_received_on=first)


def test_what_goes_on_elsewhere_is_not_reopened_here() -> None:
    gone = replace(h.forwarded, goes_on_as=OTHER_APPLICATION)
    given(*past.in_hands, gone).when(asked.reopen()).then_refused(GoesOnElsewhere)
    given(*past.in_hands, h.forwarded).when(asked.reopen()).happens()
