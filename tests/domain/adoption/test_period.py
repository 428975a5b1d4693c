"""What a report compares with: as many months before, or as many days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adoption.period import ONE_DAY, Period, Span, Stretch, end_of_month, stretches

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


def stretch(span: Span, first: str, last: str) -> Stretch:
    return Stretch(span, date.fromisoformat(first), date.fromisoformat(last))


def test_whole_months_are_taken_as_such_and_what_is_left_by_days() -> None:
    assert list(stretches(period(("2021-01-15", "2021-11-29")), by_month=True)) == [
        stretch(Span.DAY, "2021-01-15", "2021-01-31"),
        stretch(Span.MONTH, "2021-02-01", "2021-10-01"),
        stretch(Span.DAY, "2021-11-01", "2021-11-29"),
    ]


def test_within_a_month_there_are_days_only() -> None:
    assert list(stretches(period(("2021-01-02", "2021-02-27")), by_month=True)) == [
        stretch(Span.DAY, "2021-01-02", "2021-02-27")
    ]


days = st.dates(date(2019, 1, 1), date(2024, 12, 31))


@given(one=days, other=days, by_month=st.booleans())
def test_stretches_are_the_days_of_the_period_each_once(
    *, one: date, other: date, by_month: bool
) -> None:
    first, last = sorted((one, other))
    found = list(stretches(Period(first, last), by_month=by_month))
    ends = [s.last if s.span is Span.DAY else end_of_month(s.last) for s in found]
    assert found[0].first == first
    assert ends[-1] == last
    assert [s.first for s in found[1:]] == [end + ONE_DAY for end in ends[:-1]]
    assert all(s.first.day == s.last.day == 1 for s in found if s.span is Span.MONTH)
