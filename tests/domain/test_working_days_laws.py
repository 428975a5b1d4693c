"""What holds for every deadline, in every calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.working_days import DeadlinePolicy, WorkingCalendar


@dataclass(frozen=True)
class TownHall:
    policy: DeadlinePolicy
    calendar: WorkingCalendar

    def works(self, day: date) -> bool:
        counts = self.policy.saturday_counts
        return not self.calendar.why_closed(day, saturday_counts=counts)

    def due(self, start: date, count: int) -> date:
        return self.policy.deadline(start, self.calendar, count).due_on

    def left(self, today: date, due_on: date) -> int:
        return self.policy.days_left(today, due_on, self.calendar)


summer = st.dates(date(2021, 6, 1), date(2021, 7, 31))
closed = st.dictionaries(summer, st.just("closed"), max_size=20)
policies = st.sampled_from([DeadlinePolicy(), DeadlinePolicy(saturday_counts=True)])
halls = st.builds(TownHall, policies, st.builds(WorkingCalendar, closed))
calendar_halls = st.builds(
    TownHall, st.just(DeadlinePolicy(every_day_counts=True)), st.builds(WorkingCalendar, closed)
)
few = st.integers(0, 12)
spans = st.integers(0, 40).map(timedelta)
law = settings(max_examples=200, deadline=None)


@law
@given(halls, summer, few)
def test_a_due_day_is_a_working_day_after_receipt(hall: TownHall, start: date, count: int) -> None:
    due_on = hall.due(start, count)
    assert hall.works(due_on)
    assert due_on > start or (due_on == start and count == 0)


@law
@given(halls, summer, few, few)
def test_more_days_are_never_earlier(hall: TownHall, start: date, count: int, more: int) -> None:
    assert hall.due(start, count) <= hall.due(start, count + more)


@law
@given(halls, summer, st.integers(-12, 12))
def test_the_derivation_explains_every_day_and_counts_without_gaps(
    hall: TownHall, start: date, count: int
) -> None:
    deadline = hall.policy.deadline(start, hall.calendar, count)
    steps = deadline.derivation
    apart = timedelta(days=1 if count >= 0 else -1)
    assert [step.day for step in steps] == [start + n * apart for n in range(len(steps))]
    assert all(bool(step.number) != bool(step.why_not) for step in steps)
    assert [s.number for s in steps if s.number] == list(range(1, max(abs(count), 1) + 1))
    assert steps[-1].day == deadline.due_on


@law
@given(halls, summer, st.integers(1, 12))
def test_on_the_day_of_receipt_all_days_are_left(hall: TownHall, start: date, count: int) -> None:
    assert hall.left(start, hall.due(start, count)) == count


@law
@given(halls, summer, few, spans)
def test_stopping_and_going_on_the_same_day_changes_nothing(
    hall: TownHall, start: date, count: int, waited: timedelta
) -> None:
    due_on, today = hall.due(start, count), start + waited
    assert hall.due(today, hall.left(today, due_on)) == due_on


@law
@given(halls, summer, few, spans, spans)
def test_a_clock_that_stood_still_goes_on_with_the_days_it_had(
    hall: TownHall, start: date, count: int, waited: timedelta, stood: timedelta
) -> None:
    due_on, stopped, went_on = hall.due(start, count), start + waited, start + waited + stood
    left = hall.left(stopped, due_on)
    due_later = hall.due(went_on, left)
    assert due_later >= due_on
    if left or hall.works(went_on):
        assert hall.left(went_on, due_later) == left


@law
@given(halls, summer, few, spans, closed)
def test_days_closed_since_never_make_an_open_deadline_earlier(
    hall: TownHall, start: date, count: int, waited: timedelta, more: dict[date, str]
) -> None:
    due_on, today = hall.due(start, count), start + waited
    if due_on >= today:
        since = TownHall(hall.policy, WorkingCalendar({**hall.calendar.closed, **more}))
        assert since.due(today, since.left(today, due_on)) >= due_on


@law
@given(calendar_halls, summer, st.integers(1, 60))
def test_calendar_days_end_on_the_first_open_day_from_the_last_of_them(
    hall: TownHall, start: date, count: int
) -> None:
    due_on, last = hall.due(start, count), start + timedelta(days=count)
    assert due_on >= last
    assert hall.works(due_on)
    assert not any(hall.works(last + timedelta(days=n)) for n in range((due_on - last).days))


@law
@given(calendar_halls, summer, few, spans)
def test_calendar_days_stand_still_without_a_loss(
    hall: TownHall, start: date, count: int, waited: timedelta
) -> None:
    due_on, today = hall.due(start, count), start + waited
    assert hall.due(today, hall.left(today, due_on)) == due_on


@law
@given(calendar_halls, summer, st.integers(-12, 60))
def test_each_calendar_day_is_counted_in_the_derivation(
    hall: TownHall, start: date, count: int
) -> None:
    steps = hall.policy.deadline(start, hall.calendar, count).derivation
    counted = [step.number for step in steps if step.number]
    assert counted == list(range(1, len(counted) + 1))
    assert not steps[-1].why_not
