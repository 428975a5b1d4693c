"""A year that is bounded by today, and two fields that must differ."""

from typing import Any

import pytest

from tests.adapters.test_form_keywords import HINT, problems

YEAR = {"type": "integer"}
FROM_TODAY = {"not_before": "today", "not_after": "today+2y"}


@pytest.mark.parametrize(
    ("rule", "year", "fits"),
    [
        ({"not_before": "today"}, 2021, True),
        ({"not_before": "today"}, 2020, False),
        ({"not_before": "today-6m"}, 2020, True),
        ({"not_after": "2030-01-01"}, 2030, True),
        ({"not_after": "2030-01-01"}, 2031, False),
        (FROM_TODAY, 2023, True),
        (FROM_TODAY, 2024, False),
    ],
)
def test_a_year_is_bounded_by_the_years_of_days(
    rule: dict[str, str], year: int, *, fits: bool
) -> None:
    assert (problems({"year": {**YEAR, "x-year": rule}}, {"year": year}) == {}) is fits


@pytest.mark.parametrize(
    ("rule", "year", "de", "en"),
    [
        ({"not_before": "today"}, 2020, "ein Jahr ab 2021", "2021 or later"),
        ({"not_after": "today"}, 2022, "ein Jahr bis 2021", "2021 or before"),
        (FROM_TODAY, 2020, "von 2021 bis 2023", "from 2021 to 2023"),
        ({"not_before": "today", "hint": HINT}, 2020, "beide prüfen", "Check both"),
    ],
)
def test_a_year_out_of_bounds_is_explained(
    rule: dict[str, Any], year: int, de: str, en: str
) -> None:
    asked = {"year": {**YEAR, "x-year": rule}}
    assert de in problems(asked, {"year": year}, "de")["/year"]
    assert en in problems(asked, {"year": year}, "en")["/year"]


def test_what_is_no_year_has_one_problem_only() -> None:
    asked = {"year": {**YEAR, "x-year": {"not_before": "today"}}}
    assert problems(asked, {"year": "2020"}) == {"/year": "Give this as a whole number."}


@pytest.mark.parametrize(
    ("one", "two", "fits"),
    [
        ("W 123456", "W 654321", True),
        ("W 123456", "W 123456", False),
        ("W 123456", "w123456 ", False),
        (5, 6, True),
        (5, 5, False),
        ("2021-01-01", "2021-01-01", False),
    ],
)
def test_two_fields_that_must_differ(one: Any, two: Any, *, fits: bool) -> None:
    rules = [{"field": "one", "other_than": "two", "hint": HINT}]
    found = problems({"one": {}, "two": {}}, {"one": one, "two": two}, **{"x-compare": rules})
    assert found == ({} if fits else {"/one": "Check both."})
