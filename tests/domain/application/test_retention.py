"""What is personal goes once it was kept for long enough: the proofs first, the person later."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.application.decisions import APPLICATION
from domain.application.events import ErasureGround, ProofUploaded
from domain.errors import MoneyIsOwed, NotEndedYet, NothingIsDue, ProofNotHandedOut
from domain.rules import Retention, months_later
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import NOW, REDUCED
from tests.given import Given

given = Given(APPLICATION)
rejected = (*past.reduced_in_hands, h.rejected)
fulfilled = (*past.reduced_in_hands, h.approved, h.ready, h.picked_up)


def destroy(days: int) -> Any:
    return replace(asked.destroy_proofs, now=NOW + timedelta(days=days))


def forget(days: int) -> Any:
    now = NOW + timedelta(days=days)
    return replace(asked.erase, ground=ErasureGround.RETENTION, by="retention", now=now)


def under(retention: Retention, history: past.History) -> past.History:
    first: Any = history[0]
    return (replace(first, rules=replace(REDUCED, retention=retention)), *history[1:])


@pytest.mark.parametrize("history", [rejected, fulfilled])
def test_proofs_go_ninety_days_after_the_end(history: past.History) -> None:
    given(*history).when(destroy(90)).then_refused(NothingIsDue)
    given(*history).when(destroy(91)).then(h.proofs_destroyed)


def test_proofs_that_are_gone_do_not_go_again() -> None:
    given(*rejected, h.proofs_destroyed).when(destroy(92)).then_refused(NothingIsDue)


def test_while_it_is_worked_on_proofs_stay() -> None:
    given(*past.reduced_in_hands).when(destroy(900)).then_refused(NotEndedYet)


def test_the_policy_of_the_service_says_how_long() -> None:
    history = under(Retention(proof_days=None, unsuccessful_months=None), rejected)
    given(*history).when(destroy(9000)).then_refused(NothingIsDue)
    given(*history).when(forget(9000)).then_refused(NothingIsDue)


def test_what_was_reopened_counts_from_its_new_end() -> None:
    later = NOW + timedelta(days=30)
    reopened = given(*rejected).when(asked.reopen(later)).happens()
    again = replace(h.rejected, rejected_at=later)
    history = (*rejected, *reopened, h.claimed, again)
    given(*history).when(destroy(91)).then_refused(NothingIsDue)
    assert given(*history).when(destroy(121)).happens()


def test_a_proof_that_is_gone_is_missing_and_may_be_brought_again() -> None:
    (reopened,) = given(*fulfilled, h.proofs_destroyed).when(asked.reopen()).happens()
    history = (*fulfilled, h.proofs_destroyed, reopened, h.claimed)
    assert given(*history).state.missing_proofs == ("reduction",)
    given(*history).when(asked.accept_proof).then_refused(ProofNotHandedOut)
    (brought,) = given(*history, h.correction_requested).when(asked.upload).happens()
    assert isinstance(brought, ProofUploaded)


def test_a_person_goes_a_year_after_a_rejection() -> None:
    given(*rejected).when(forget(365)).then_refused(NothingIsDue)
    settled = (*rejected, h.refund_due("rejected", REDUCED), h.refund_done(cents=1000))
    assert given(*settled).when(forget(366)).happens()


def test_whom_money_is_owed_to_stays() -> None:
    owed = (*rejected, h.refund_due("rejected", REDUCED))
    given(*owed).when(forget(366)).then_refused(MoneyIsOwed)


def test_a_fulfilled_application_keeps_its_person_unless_the_policy_says_otherwise() -> None:
    given(*fulfilled).when(forget(9000)).then_refused(NothingIsDue)
    history = under(Retention(successful_months=1), fulfilled)
    given(*history).when(forget(30)).then_refused(NothingIsDue)
    assert given(*history).when(forget(31)).happens()


def test_a_person_who_asks_need_not_wait() -> None:
    settled = (*rejected, h.refund_due("rejected", REDUCED), h.refund_done(cents=1000))
    assert given(*settled).when(asked.erase).happens()


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2021, 12, 15), 1, date(2022, 1, 15)),
        (date(2021, 6, 16), 24, date(2023, 6, 16)),
    ],
)
def test_months_are_counted_as_people_do(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
