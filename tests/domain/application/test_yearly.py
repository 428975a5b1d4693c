"""The same duty of the same year, done twice by the same person."""

from dataclasses import replace
from typing import Any

import pytest

from domain.application.yearly import Duty, duty_of
from tests.domain.application import asked
from tests.domain.application import happened as h

YEAR = "income_year"


def duty(**changes: Any) -> Duty:
    answers = {"income_year": 2020, **changes.pop("answers", {})}
    submitted = replace(h.submitted(asked.submit), answers=answers)
    applicant = replace(submitted.applicant, **changes.pop("applicant", {}))
    found = duty_of([replace(submitted, applicant=applicant, **changes)], YEAR)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("changes", "repeats"),
    [
        ({}, True),
        ({"account": None}, True),
        ({"applicant": {"given_name": " KIM "}}, True),
        ({"applicant": {"given_name": "Kim Eva"}}, True),  # the account is the same
        ({"applicant": {"given_name": "Kim Eva"}, "account": None}, False),
        ({"applicant": {"given_name": "Kim Eva"}, "account": "another"}, False),
        ({"answers": {"income_year": 2019}}, False),
        ({"answers": {"income_year": 2020.0}}, True),
        ({"variant": "change"}, False),
    ],
)
def test_it_is_the_person_the_variant_and_the_year(
    changes: dict[str, Any], *, repeats: bool
) -> None:
    first = duty(applicant={"given_name": "Kim"})
    second = duty(**{"applicant": {"given_name": "Kim"}, **changes})
    assert first.repeats(second) is second.repeats(first) is repeats


def test_two_who_came_on_paper_are_not_one_account() -> None:
    one, other = duty(account=None), duty(account=None, applicant={"family_name": "Anders"})
    assert not one.repeats(other)


def test_without_an_answer_it_is_of_the_year_it_was_filed_in() -> None:
    submitted = h.submitted(asked.submit)
    found = duty_of([submitted], None)
    assert found is not None
    assert found.year == submitted.legal_day.year


def test_of_whom_was_erased_nothing_is_known() -> None:
    assert duty_of([replace(h.submitted(asked.submit), applicant=None)], YEAR) is None
