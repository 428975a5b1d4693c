"""The public is told whole months that have ended, and nothing shorter."""

from datetime import date

import pytest

from domain.adoption.disclosure import finished_months, not_public
from domain.adoption.period import Period
from domain.adoption.report import By, Question

TODAY = date(2022, 1, 31)
YEAR = Period(date(2021, 1, 1), date(2021, 12, 31))


def wrong(**question) -> list[str]:
    return [name for name, _ in not_public(Question(**({"period": YEAR} | question)), TODAY)]


def test_the_last_twelve_months_that_have_ended_are_told_unless_others_are_asked_for() -> None:
    june, july = date(2021, 6, 1), date(2021, 7, 31)
    assert finished_months(None, None, TODAY) == YEAR
    assert finished_months(None, july, TODAY) == Period(date(2020, 8, 1), july)
    assert finished_months(june, None, TODAY) == Period(june, YEAR.last)
    assert finished_months(june, july, TODAY) == Period(june, july)


@pytest.mark.parametrize("by", [By.DAY, By.WEEK, By.E_PAYMENT])
def test_nothing_cuts_a_month(by) -> None:
    assert wrong(by=(By.MUNICIPALITY, by)) == ["by"]


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("2021-01-01", "2021-12-31", []),
        ("2021-02-01", "2021-02-28", []),
        ("2021-01-02", "2021-12-31", ["from"]),
        ("2021-01-01", "2021-12-30", ["from"]),
        ("2021-01-01", "2022-01-31", ["to"]),
        ("2021-01-01", "2022-01-15", ["to"]),
    ],
)
def test_months_are_whole_and_have_ended(first, last, names) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert wrong(period=period) == names


def test_an_earlier_state_is_not_told_for_two_states_could_be_compared() -> None:
    assert wrong(recorded_until=date(2021, 12, 31)) == ["as-of"]


def test_every_other_column_may_be_asked_for() -> None:
    for by in set(By) - {By.DAY, By.WEEK, By.E_PAYMENT}:
        assert wrong(by=(by,)) == []
