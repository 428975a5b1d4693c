"""Days that come near and pass: reminders, escalation, expiry, extension, a changed calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.errors import CorrectionIsOpen, ExtensionTooShort, NothingIsDue, ReasonMissing
from domain.rules import Expiry, Notices
from domain.working_days import WorkingCalendar
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import (
    CALENDAR,
    DUE,
    EXPIRING,
    EXPIRING_PARKING,
    NOW,
    PARKING,
    REDUCED,
    day,
)
from tests.given import Given

given = Given(APPLICATION)
OUTING = WorkingCalendar({date(2021, 6, 17): "Betriebsausflug"})
unpaid = (h.submitted(asked.submit_expiring), h.uploaded, h.found_clean)
unproven = (h.submitted(asked.submit_expiring), h.paid(REDUCED))
in_hands = (*unpaid, h.paid(REDUCED), h.received, h.claimed)
in_correction = (*in_hands, h.correction_requested)
ready = (*in_hands, h.approved, h.ready)
approved_unpaid = (
    h.submitted(asked.submit_expiring_parking), h.received, h.claimed, h.approved
)  # fmt: skip


def after(days: int, **changes: Any) -> Any:
    return replace(asked.let_pass, now=NOW + timedelta(days=days), **changes)


def expired(awaited: e.Awaited, days: int, due_on: date, reason: str) -> e.ApplicationExpired:
    return e.ApplicationExpired(
        reason=reason, expired_at=NOW + timedelta(days=days), awaited=awaited, due_on=due_on
    )


def reminded(awaited: e.Awaited, days: int, until: date | None) -> e.ApplicantReminded:
    return e.ApplicantReminded(awaited=awaited, until=until, reminded_at=NOW + timedelta(days=days))


UNPAID_REASON = "Die Gebühr ist bis zum 30.06.2021 nicht bezahlt worden."
LAST_DAY = date(2021, 6, 30)


def test_what_is_not_paid_expires_the_day_after_the_last_one() -> None:
    given(*unpaid, h.reminded).when(after(14)).then_refused(NothingIsDue)
    given(*unpaid, h.reminded).when(after(15)).then(
        expired(e.Awaited.PAYMENT, 15, LAST_DAY, UNPAID_REASON)
    )


def test_a_last_day_on_which_nobody_is_there_is_put_off() -> None:
    closed = WorkingCalendar({LAST_DAY: "Betriebsausflug"})
    given(*unpaid, h.reminded).when(after(15, calendar=closed)).then_refused(NothingIsDue)


def test_a_day_that_was_told_holds_when_the_town_opens_after_all() -> None:
    told = e.ApplicantReminded(
        awaited=e.Awaited.PAYMENT, until=date(2021, 7, 1), reminded_at=NOW + timedelta(days=13)
    )
    given(*unpaid, told).when(after(15)).then_refused(NothingIsDue)
    given(*unpaid, told).when(after(16)).then(
        expired(e.Awaited.PAYMENT, 16, date(2021, 7, 1), UNPAID_REASON.replace("30.06.", "01.07."))
    )


def test_a_day_that_was_told_holds_where_the_applicant_is_asked_anew() -> None:
    rules = replace(EXPIRING_PARKING, expiry=Expiry(unpaid_days=1))
    first = replace(approved_unpaid[0], rules=rules)
    told = e.ApplicantReminded(
        awaited=e.Awaited.PAYMENT, until=date(2021, 6, 21), reminded_at=NOW + timedelta(days=1)
    )
    paid, back = h.paid(PARKING), h.charged_back(cents=3070)
    history = (first, *approved_unpaid[1:], told, paid, back)
    given(*history).when(after(5)).then(reminded(e.Awaited.PAYMENT, 5, date(2021, 6, 21)))


def test_once_answered_what_was_told_before_is_over() -> None:
    told = e.ApplicantReminded(
        awaited=e.Awaited.ANSWER, until=date(2021, 7, 30), reminded_at=NOW + timedelta(days=1)
    )
    asked_again = replace(h.correction_requested, requested_at=NOW + timedelta(days=2))
    history = (*in_correction, told, past.answered, asked_again, h.reminded)
    first, *_ = given(*history).when(after(14)).happens()
    assert isinstance(first, e.ApplicationExpired)
    assert first.due_on == date(2021, 6, 28)


def test_an_applicant_is_reminded_once_before_the_last_day() -> None:
    given(*unpaid).when(after(10)).then_refused(NothingIsDue)
    given(*unpaid).when(after(11)).then(reminded(e.Awaited.PAYMENT, 11, LAST_DAY))
    given(*unpaid, h.reminded).when(after(12)).then_refused(NothingIsDue)


def test_who_is_paying_just_now_is_not_too_late() -> None:
    given(*unpaid, h.reminded).when(after(15, money_awaited=True)).then_refused(NothingIsDue)


def test_without_a_policy_nothing_ever_expires() -> None:
    given(*past.unpaid).when(after(1000)).then_refused(NothingIsDue)
    given(*past.in_correction).when(after(1000)).then_refused(NothingIsDue)


def test_an_approval_whose_fee_stays_unpaid_expires() -> None:
    given(*approved_unpaid, h.reminded).when(after(15)).then(
        expired(e.Awaited.PAYMENT, 15, LAST_DAY, UNPAID_REASON)
    )


def test_a_proof_that_does_not_come_lets_it_expire_and_the_fee_goes_back() -> None:
    reason = "Was fehlt, ist bis zum 28.06.2021 nicht gekommen."
    happened = given(*unproven, h.reminded).when(after(13)).happens()
    assert happened[0] == expired(e.Awaited.ANSWER, 13, date(2021, 6, 28), reason)
    assert isinstance(happened[1], e.RefundDue)


def test_a_proof_that_waits_for_its_check_is_not_late() -> None:
    given(*unproven, h.uploaded).when(after(100)).then_refused(NothingIsDue)


def test_a_proof_that_was_refused_may_come_again_in_the_whole_time() -> None:
    refused = replace(h.proof_refused, checked_at=NOW + timedelta(days=9))
    given(*unproven, h.uploaded, refused, h.reminded).when(after(13)).then_refused(NothingIsDue)


def test_an_unanswered_correction_lets_it_expire() -> None:
    first, *_ = given(*in_correction, h.reminded).when(after(13)).happens()
    assert isinstance(first, e.ApplicationExpired)
    assert first.awaited is e.Awaited.ANSWER


def test_while_it_is_the_applicants_turn_the_office_is_not_late() -> None:
    given(*past.in_correction).when(after(9)).then_refused(NothingIsDue)


def test_once_decided_the_office_is_not_late() -> None:
    given(*past.to_be_collected).when(after(300)).then_refused(NothingIsDue)


def test_what_is_not_collected_is_reminded_of_and_lapses() -> None:
    until = date(2021, 7, 6)
    given(*ready).when(after(13)).then_refused(NothingIsDue)
    given(*ready).when(after(14)).then(reminded(e.Awaited.PICKUP, 14, until))
    lapsed, refund = given(*ready, h.reminded).when(after(21)).happens()
    reason = "Das Ergebnis ist bis zum 06.07.2021 nicht abgeholt worden."
    assert lapsed == expired(e.Awaited.PICKUP, 21, until, reason)
    assert isinstance(refund, e.RefundDue)


def test_a_pick_up_that_never_lapses_is_reminded_of_all_the_same() -> None:
    given(*past.ready).when(after(14)).then(reminded(e.Awaited.PICKUP, 14, None))
    given(*past.ready, h.reminded).when(after(300)).then_refused(NothingIsDue)


def test_the_office_is_reminded_the_working_day_before_and_escalates_the_one_after() -> None:
    given(*past.in_hands).when(after(1)).then(
        e.DecisionDueSoon(due_on=DUE, noticed_at=NOW + timedelta(days=1))
    )
    # The 18th is a Friday: the next working day is Monday, the 21st.
    noticed = (*past.in_hands, h.due_soon)
    given(*noticed).when(after(2)).then_refused(NothingIsDue)
    given(*noticed).when(after(5)).then(
        e.DecisionEscalated(due_on=DUE, escalated_at=NOW + timedelta(days=5))
    )
    given(*noticed, h.escalated).when(after(9)).then_refused(NothingIsDue)


def test_the_policy_of_the_service_says_when_the_office_is_told() -> None:
    late = replace(EXPIRING, notices=Notices(due_soon_days=1, escalation_days=9))
    history = (replace(h.submitted(asked.submit_expiring), rules=late), *in_hands[1:], h.due_soon)
    given(*history).when(after(5)).then_refused(NothingIsDue)


def test_a_closed_day_moves_the_day_and_says_why() -> None:
    (moved,) = given(*past.in_hands).when(after(0, calendar=OUTING)).happens()
    assert isinstance(moved, e.DeadlineRecomputed)
    assert (moved.was_due_on, moved.due_on) == (DUE, date(2021, 6, 21))
    assert day(0, 17, "Betriebsausflug") in moved.derivation


def test_a_day_is_moved_once() -> None:
    (moved,) = given(*past.in_hands).when(after(0, calendar=OUTING)).happens()
    given(*past.in_hands, moved).when(after(0, calendar=OUTING)).then_refused(NothingIsDue)


def test_a_closed_day_that_is_taken_back_moves_it_back() -> None:
    (moved,) = given(*past.in_hands).when(after(0, calendar=OUTING)).happens()
    (back,) = given(*past.in_hands, moved).when(after(0)).happens()
    assert isinstance(back, e.DeadlineRecomputed)
    assert (back.was_due_on, back.due_on) == (moved.due_on, DUE)


def test_what_was_due_before_today_stays_late() -> None:
    noticed = (*past.in_hands, h.escalated)
    given(*noticed).when(after(5, calendar=OUTING)).then_refused(NothingIsDue)


def test_a_clock_that_stood_still_is_counted_from_when_it_went_on() -> None:
    history = (*past.in_correction, past.answered)
    given(*history).when(after(1)).then_refused(NothingIsDue)


def test_an_extension_counts_on_from_the_beginning() -> None:
    given(*past.in_hands).when(asked.extend).then(h.extended)


def test_an_extension_of_what_is_late_counts_from_today() -> None:
    monday = datetime(2021, 6, 28, 10, tzinfo=UTC)
    (extended,) = given(*past.in_hands).when(replace(asked.extend, now=monday)).happens()
    assert isinstance(extended, e.DeadlineExtended)
    assert (extended.due_on, extended.counted_from) == (date(2021, 7, 1), monday)


def test_extended_twice_it_has_all_the_days() -> None:
    (again,) = given(*past.in_hands, h.extended).when(asked.extend).happens()
    assert isinstance(again, e.DeadlineExtended)
    assert (again.was_due_on, again.due_on) == (date(2021, 6, 23), date(2021, 6, 28))


def test_after_an_extension_the_office_is_reminded_anew() -> None:
    history = (*past.in_hands, h.due_soon, h.extended)
    given(*history).when(after(5)).then_refused(NothingIsDue)
    (soon,) = given(*history).when(after(6)).happens()
    assert soon == e.DecisionDueSoon(due_on=date(2021, 6, 23), noticed_at=NOW + timedelta(days=6))


def test_an_extension_is_still_there_when_the_calendar_changes() -> None:
    (moved,) = given(*past.in_hands, h.extended).when(after(0, calendar=OUTING)).happens()
    assert isinstance(moved, e.DeadlineRecomputed)
    assert moved.due_on == date(2021, 6, 24)


def test_an_extension_needs_a_reason_a_running_clock_and_a_day() -> None:
    given(*past.in_hands).when(replace(asked.extend, reason=" ")).then_refused(ReasonMissing)
    given(*past.in_correction).when(asked.extend).then_refused(CorrectionIsOpen)
    given(*past.in_hands).when(replace(asked.extend, days=0)).then_refused(ExtensionTooShort)


@pytest.mark.parametrize("days", [0, 1, 30])
def test_a_policy_counts_from_the_day_that_it_became_the_applicants_turn(days: int) -> None:
    rules = replace(EXPIRING, expiry=Expiry(unpaid_days=days))
    due = NOW + timedelta(days=days)
    told = replace(h.reminded, until=due.date())
    history = (replace(unpaid[0], rules=rules), *unpaid[1:], told)
    given(*history).when(after(days)).then_refused(NothingIsDue)
    assert CALENDAR.why_closed(due.date(), saturday_counts=False) == ""
    (gone,) = given(*history).when(after(days + 1)).happens()
    assert isinstance(gone, e.ApplicationExpired)
    assert gone.due_on == due.date()
