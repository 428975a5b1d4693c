"""What a report compares with: as many months before, or as many days."""

from datetime import date

import pytest

from domain.adoption.period import Period

BEFORE = [
    (("2021-01-01", "2021-12-31"), ("2020-01-01", "2020-12-31")),
    (("2021-03-01", "2021-03-31"), ("2021-02-01", "2021-02-28")),
    (("2024-03-01", "2024-03-31"), ("2024-02-01", "2024-02-29")),
    (("2021-01-01", "2021-03-31"), ("2020-10-01", "2020-12-31")),
    (("2021-01-01", "2021-11-29"), ("2020-02-03", "2020-12-31")),
    (("2021-06-16", "2021-06-16"), ("2021-06-15", "2021-06-15")),
    (("2021-02-02", "2021-02-28"), ("2021-01-06", "2021-02-01")),
]


def period(days: tuple[str, str]) -> Period:
    first, last = map(date.fromisoformat, days)
    return Period(first, last)


@pytest.mark.parametrize(("asked", "compared"), BEFORE)
def test_the_period_before_is_as_long_and_ends_the_day_before(
    asked: tuple[str, str], compared: tuple[str, str]
) -> None:
    assert period(asked).before == period(compared)


def test_whole_months_are_counted_and_others_are_none() -> None:
    assert period(("2020-11-01", "2021-02-28")).months == 4
    assert period(("2020-11-01", "2021-02-27")).months == 0
