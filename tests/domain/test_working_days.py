from datetime import UTC, date, datetime

import pytest

from domain.working_days import DayCounted, DeadlinePolicy, WorkingCalendar, legal_day

HOLIDAYS = {
    date(2021, 6, 3): "Fronleichnam",
    date(2021, 12, 25): "1. Weihnachtstag",
    date(2021, 12, 26): "2. Weihnachtstag",
    date(2025, 1, 1): "Neujahr",
    date(2026, 4, 3): "Karfreitag",
    date(2026, 4, 6): "Ostermontag",
    date(2026, 5, 14): "Christi Himmelfahrt",
}
NRW = WorkingCalendar(HOLIDAYS)
NRW_CLOSED_ON_CHRISTMAS_EVE = WorkingCalendar({**HOLIDAYS, date(2021, 12, 24): "Heiligabend"})
MON_FRI = DeadlinePolicy()
MON_SAT = DeadlinePolicy(saturday_counts=True)
CALENDAR = DeadlinePolicy(working_days=14, every_day_counts=True)

VECTORS = """
2021-06-16  2021-06-17 2021-06-18  2021-06-17 2021-06-18
2021-06-02  2021-06-04 2021-06-07  2021-06-04 2021-06-05
2026-04-02  2026-04-07 2026-04-08  2026-04-04 2026-04-07
2026-05-13  2026-05-15 2026-05-18  2026-05-15 2026-05-16
2024-12-31  2025-01-02 2025-01-03  2025-01-02 2025-01-03
2021-12-23  2021-12-24 2021-12-27  2021-12-24 2021-12-27
"""


def due(policy: DeadlinePolicy, start: date, days: int, calendar: WorkingCalendar = NRW) -> date:
    return policy.deadline(start, calendar, days).due_on


@pytest.mark.parametrize("vector", VECTORS.strip().splitlines())
def test_one_and_two_working_days_in_north_rhine_westphalia(vector: str) -> None:
    start, *expected = map(date.fromisoformat, vector.split())
    assert [due(MON_FRI, start, 1), due(MON_FRI, start, 2)] == expected[:2]
    assert [due(MON_SAT, start, 1), due(MON_SAT, start, 2)] == expected[2:]


def test_a_closing_day_of_the_town_comes_on_top_of_the_holidays() -> None:
    start = date(2021, 12, 23)
    assert due(MON_FRI, start, 1, NRW_CLOSED_ON_CHRISTMAS_EVE) == date(2021, 12, 27)
    assert due(MON_FRI, start, 2, NRW_CLOSED_ON_CHRISTMAS_EVE) == date(2021, 12, 28)


def test_the_policy_says_how_many_days_there_are() -> None:
    assert MON_FRI.deadline(date(2021, 6, 16), NRW).due_on == date(2021, 6, 18)
    month = DeadlinePolicy(working_days=20)
    assert month.deadline(date(2021, 6, 16), NRW).due_on == date(2021, 7, 14)


def test_a_deadline_tells_why_it_is_that_day() -> None:
    assert MON_FRI.deadline(date(2021, 6, 2), NRW).derivation == (
        DayCounted(day=date(2021, 6, 2), number=0, why_not="Tag des Eingangs"),
        DayCounted(day=date(2021, 6, 3), number=0, why_not="Fronleichnam"),
        DayCounted(day=date(2021, 6, 4), number=1),
        DayCounted(day=date(2021, 6, 5), number=0, why_not="Samstag"),
        DayCounted(day=date(2021, 6, 6), number=0, why_not="Sonntag"),
        DayCounted(day=date(2021, 6, 7), number=2),
    )


def test_an_application_received_on_a_sunday_is_due_on_tuesday() -> None:
    assert due(MON_FRI, date(2021, 6, 13), 2) == date(2021, 6, 15)


def test_with_no_day_left_it_is_due_today_or_on_the_next_working_day() -> None:
    assert due(MON_FRI, date(2021, 6, 18), 0) == date(2021, 6, 18)
    assert due(MON_FRI, date(2021, 6, 19), 0) == date(2021, 6, 21)


def test_what_was_overdue_is_counted_backwards() -> None:
    assert MON_FRI.days_left(date(2021, 6, 22), date(2021, 6, 18), NRW) == -2
    deadline = MON_FRI.deadline(date(2021, 6, 22), NRW, -2)
    assert deadline.due_on == date(2021, 6, 18)
    assert [(step.day.day, step.number) for step in deadline.derivation] == [
        (22, 0),
        (21, 1),
        (20, 0),
        (19, 0),
        (18, 2),
    ]


def test_calendar_days_count_every_day_and_end_on_an_open_one() -> None:
    assert due(CALENDAR, date(2021, 6, 1), 14) == date(2021, 6, 15)
    assert due(CALENDAR, date(2021, 6, 5), 14) == date(2021, 6, 21)  # the 14th day is a Saturday
    assert CALENDAR.deadline(date(2021, 6, 5), NRW).derivation[-3:] == (
        DayCounted(day=date(2021, 6, 19), number=14, why_not="Samstag"),
        DayCounted(day=date(2021, 6, 20), number=15, why_not="Sonntag"),
        DayCounted(day=date(2021, 6, 21), number=16),
    )


def test_calendar_days_that_were_left_are_left_after_the_clock_stood_still() -> None:
    left = CALENDAR.days_left(date(2021, 6, 7), date(2021, 6, 15), NRW)
    assert (left, due(CALENDAR, date(2021, 6, 10), left)) == (8, date(2021, 6, 18))
    assert CALENDAR.days_left(date(2021, 6, 17), date(2021, 6, 15), NRW) == -2
    assert due(CALENDAR, date(2021, 6, 21), -2) == date(2021, 6, 19)


def test_a_due_day_that_the_town_closes_later_moves_to_the_next_working_day() -> None:
    monday, due_on = date(2021, 6, 14), date(2021, 6, 16)
    closed = WorkingCalendar({due_on: "Betriebsausflug"})
    left = MON_FRI.days_left(monday, due_on, closed)
    assert due(MON_FRI, monday, left, closed) == date(2021, 6, 17)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2021-06-15T21:59:59", "2021-06-15"),
        ("2021-06-15T22:00:00", "2021-06-16"),
        ("2021-12-31T22:59:59", "2021-12-31"),
        ("2021-12-31T23:00:00", "2022-01-01"),
        ("2021-03-27T23:00:00", "2021-03-28"),  # clocks go forward on this day
        ("2021-03-28T21:59:59", "2021-03-28"),
        ("2021-03-28T22:00:00", "2021-03-29"),
        ("2021-10-30T22:00:00", "2021-10-31"),  # clocks go back on this day
        ("2021-10-31T22:59:59", "2021-10-31"),
        ("2021-10-31T23:00:00", "2021-11-01"),
    ],
)
def test_the_legal_day_is_berlins(moment: str, day: str) -> None:
    assert legal_day(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == date.fromisoformat(day)
