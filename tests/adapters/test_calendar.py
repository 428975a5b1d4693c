"""Deadlines counted with the public holidays of North Rhine-Westphalia and a town's own days."""

from dataclasses import replace
from datetime import date

import pytest

from adapters.catalogue.calendar import working_calendar
from adapters.catalogue.loading import load
from adapters.catalogue.public_holidays import easter_sunday, public_holidays
from domain.municipality.municipality import Municipality
from domain.working_days import DeadlinePolicy

GELSENKIRCHEN = load().municipality("05513000")
ALWAYS_OPEN = replace(GELSENKIRCHEN, closing_days={})


def due(received: str, days: int, *, town: Municipality, saturday_counts: bool = False) -> str:
    start = date.fromisoformat(received)
    policy = DeadlinePolicy(working_days=days, saturday_counts=saturday_counts)
    return policy.deadline(start, working_calendar(town, start)).due_on.isoformat()


@pytest.mark.parametrize(
    ("received", "one", "two"),
    [
        ("2021-06-16", "2021-06-17", "2021-06-18"),
        ("2021-06-02", "2021-06-04", "2021-06-07"),
        ("2026-04-02", "2026-04-07", "2026-04-08"),
        ("2026-05-13", "2026-05-15", "2026-05-18"),
        ("2024-12-31", "2025-01-02", "2025-01-03"),
        ("2021-12-23", "2021-12-24", "2021-12-27"),
    ],
)
def test_due_days_monday_to_friday(received: str, one: str, two: str) -> None:
    assert due(received, 1, town=ALWAYS_OPEN) == one
    assert due(received, 2, town=ALWAYS_OPEN) == two


@pytest.mark.parametrize(
    ("received", "one", "two"),
    [
        ("2021-06-16", "2021-06-17", "2021-06-18"),
        ("2021-06-02", "2021-06-04", "2021-06-05"),
        ("2026-04-02", "2026-04-04", "2026-04-07"),
        ("2026-05-13", "2026-05-15", "2026-05-16"),
    ],
)
def test_due_days_monday_to_saturday(received: str, one: str, two: str) -> None:
    assert due(received, 1, town=ALWAYS_OPEN, saturday_counts=True) == one
    assert due(received, 2, town=ALWAYS_OPEN, saturday_counts=True) == two


def test_a_town_closed_on_christmas_eve_counts_on_after_christmas() -> None:
    assert due("2021-12-23", 1, town=GELSENKIRCHEN) == "2021-12-27"
    assert due("2021-12-23", 2, town=GELSENKIRCHEN) == "2021-12-28"


def test_the_derivation_names_the_holiday_in_german() -> None:
    start = date(2021, 6, 2)
    deadline = DeadlinePolicy().deadline(start, working_calendar(GELSENKIRCHEN, start))
    reasons = [step.why_not for step in deadline.derivation]
    assert reasons == ["Tag des Eingangs", "Fronleichnam", "", "Samstag", "Sonntag", ""]


def test_north_rhine_westphalia_has_eleven_holidays_and_twelve_in_2017() -> None:
    assert len(public_holidays(2026)) == 11
    assert public_holidays(2017)[date(2017, 10, 31)] == "Reformationstag"
    assert len(public_holidays(2017)) == 12


def test_easter_moves() -> None:
    assert [easter_sunday(year) for year in (2021, 2024, 2026)] == [
        date(2021, 4, 4),
        date(2024, 3, 31),
        date(2026, 4, 5),
    ]


@pytest.mark.parametrize("day", [date(2021, 2, 15), date(2024, 2, 12), date(2026, 2, 16)])
def test_rosenmontag_is_closed_where_the_town_says_so(day: date) -> None:
    calendar = working_calendar(GELSENKIRCHEN, day)
    assert calendar.why_closed(day, saturday_counts=False) == "Rosenmontag"
    gladbeck = working_calendar(load().municipality("05562014"), day)
    assert gladbeck.why_closed(day, saturday_counts=False) == ""


def test_a_calendar_reaches_into_the_years_before_and_after() -> None:
    closed = working_calendar(GELSENKIRCHEN, date(2026, 6, 1)).closed
    assert {day.year for day in closed} == {2025, 2026, 2027}


def test_the_calendar_of_a_town_is_made_once_a_year() -> None:
    first = working_calendar(GELSENKIRCHEN, date(2026, 1, 2))
    assert working_calendar(GELSENKIRCHEN, date(2026, 11, 30)) is first


def test_new_closing_days_of_the_same_town_are_not_hidden_by_the_old() -> None:
    day = date(2026, 6, 19)
    working_calendar(GELSENKIRCHEN, day)
    changed = replace(GELSENKIRCHEN, closing_days={day: "Betriebsausflug"})
    assert working_calendar(changed, day).closed[day] == "Betriebsausflug"
