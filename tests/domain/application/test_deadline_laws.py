"""What holds for days that pass, whatever happened before."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.application import commands as c
from domain.application import events as e
from domain.application.decisions import APPLICATION
from domain.application.state import Application, Status
from domain.errors import Refused
from domain.working_days import WorkingCalendar, legal_day
from tests.domain.application import asked
from tests.domain.application.facts import NOW
from tests.domain.application.lives import Life, Step, lives, lives_that_can_expire
from tests.domain.application.test_laws import law

OF_THE_OFFICE = (e.DecisionDueSoon, e.DecisionEscalated, e.DeadlineRecomputed)
days = st.integers(0, 60).map(lambda n: NOW + timedelta(days=n))
calendars = st.sets(st.integers(0, 40)).map(
    lambda closed: WorkingCalendar({date(2021, 6, 16) + timedelta(days=n): "zu" for n in closed})
)
# Weeks on end, so that a last day often lies in one.
stretches = st.builds(
    lambda first, days: WorkingCalendar(
        {date(2021, 6, 16) + timedelta(days=first + n): "zu" for n in range(days)}
    ),
    st.integers(0, 40),
    st.integers(0, 20),
)


def looks(life: Life) -> list[Step]:
    return [step for step in life.steps if isinstance(step.command, c.LetDeadlinesPass)]


def let_pass(application: Application, command: c.LetDeadlinesPass) -> list[e.ApplicationEvent]:
    try:
        return APPLICATION.decide(application, command)
    except Refused:
        return []


@law
@given(lives, days, calendars)
def test_the_offices_days_never_pass_while_its_clock_stands_still(
    life: Life, now: datetime, calendar: WorkingCalendar
) -> None:
    for step in life.steps:
        happened = let_pass(step.after, replace(asked.let_pass, now=now, calendar=calendar))
        if not step.after.clock_runs:
            assert not any(isinstance(event, OF_THE_OFFICE) for event in happened)


@law
@given(lives, days)
def test_once_decided_only_an_unpaid_fee_or_an_uncollected_result_lets_it_expire(
    life: Life, now: datetime
) -> None:
    ends = {Status.APPROVED: e.Awaited.PAYMENT, Status.READY_FOR_PICKUP: e.Awaited.PICKUP}
    for step in life.steps:
        for event in let_pass(step.after, replace(asked.let_pass, now=now)):
            if isinstance(event, e.ApplicationExpired):
                before = step.after.status
                assert before in (Status.SUBMITTED, Status.RECEIVED) or (
                    event.awaited is ends[before]
                )
                assert before is not Status.RECEIVED or step.after.open_correction is not None


@law
@given(lives_that_can_expire, stretches, stretches)
def test_nothing_expires_on_a_day_that_the_applicant_was_told_he_had(
    life: Life, closed: WorkingCalendar, closed_then: WorkingCalendar
) -> None:
    """Day after day; and as soon as he was told, the town closes on others than before."""
    turns = {(step.after.turn_since, step.after.status): step.after for step in life.steps}
    for (began, _), start in turns.items():
        state, calendar, told = start, closed, NOW.date()
        for passed in range(60):
            now = (began or NOW) + timedelta(days=passed)
            for event in let_pass(state, replace(asked.let_pass, now=now, calendar=calendar)):
                state = APPLICATION.evolve(state, event)
                if isinstance(event, e.ApplicantReminded):
                    calendar, told = closed_then, event.until or told
                assert not isinstance(event, e.ApplicationExpired) or told < legal_day(now)


@law
@given(lives, days, calendars)
def test_a_day_moved_by_a_calendar_is_moved_by_it_once(
    life: Life, now: datetime, calendar: WorkingCalendar
) -> None:
    command = replace(asked.let_pass, now=now, calendar=calendar)
    for step in life.steps:
        happened = let_pass(step.after, command)
        after = APPLICATION.fold([*life.history, *happened]) if step is life.steps[-1] else None
        if after is not None and isinstance(next(iter(happened), None), e.DeadlineRecomputed):
            again = let_pass(after, command)
            assert not any(isinstance(event, e.DeadlineRecomputed) for event in again)


@law
@given(lives)
def test_by_the_calendar_that_it_was_counted_by_no_day_moves(life: Life) -> None:
    for step in looks(life):
        assert not any(isinstance(event, e.DeadlineRecomputed) for event in step.events)


@law
@given(lives, days)
def test_a_look_happens_until_nothing_is_due(life: Life, now: datetime) -> None:
    command, state = replace(asked.let_pass, now=now), life.steps[-1].after
    for _ in range(4):
        for event in let_pass(state, command):
            state = APPLICATION.evolve(state, event)
    assert let_pass(state, command) == []
