from datetime import date
from typing import Any

import pytest

from domain.service.definition import age_on, holds


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ({}, {}, True),
        ({"dog": True}, {"dog": True}, True),
        ({"dog": True}, {}, False),
        ({"dog": None}, {}, True),
        ({"age": {"at_least": 18}}, {"age": None}, False),
        ({"age": {"at_least": 18, "at_most": 26}}, {"age": 26}, True),
        ({"age": {"at_least": 18, "at_most": 26}}, {"age": 27}, False),
        ({"town": ["Marl", "Herten"]}, {"town": "Marl"}, True),
        ({"town": ["Marl", "Herten"]}, {}, False),
        ({"town": "Marl", "dog": True}, {"town": "Marl", "dog": False}, False),
    ],
)
def test_a_condition_holds_when_every_named_fact_fits(
    condition: dict[str, Any], facts: dict[str, Any], *, expected: bool
) -> None:
    assert holds(condition, facts) is expected


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [
        ("2021-05-16", "2003-05-17", 17),
        ("2021-05-17", "2003-05-17", 18),
        ("2021-02-28", "2004-02-29", 16),
        ("2021-03-01", "2004-02-29", 17),
        ("2024-02-28", "2004-02-29", 19),
        ("2024-02-29", "2004-02-29", 20),
        ("2021-06-16", "2021-06-16", 0),
        ("2021-01-01", "2020-12-31", 0),
    ],
)
def test_age_counts_full_years_and_a_leap_birthday_comes_on_the_first_of_march(
    day: str, born: str, age: int
) -> None:
    assert age_on(date.fromisoformat(day), date.fromisoformat(born)) == age
