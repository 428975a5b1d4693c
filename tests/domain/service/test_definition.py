from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.errors import NotAvailableOnline, ServiceIsExternal, ServiceIsNotExternal
from domain.service.definition import External, age_on, holds
from tests.domain.service.test_assessment import CARD

BFJ = External(
    body={"de": "Bundesamt für Justiz", "en": "Federal Office of Justice"},
    link="https://example.org/bfj",
)


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


def test_another_bodys_service_is_applied_for_there() -> None:
    with pytest.raises(ServiceIsExternal) as refused:
        replace(CARD, external=BFJ).require_applicable("en")
    assert str(refused.value).endswith("(Federal Office of Justice, https://example.org/bfj)")
    assert replace(CARD, external=BFJ).require_external() == BFJ


def test_a_service_that_is_not_online_says_why_in_the_language_of_the_applicant() -> None:
    closed = replace(CARD, not_online={"de": "Persönliches Erscheinen.", "en": "Come yourself."})
    with pytest.raises(NotAvailableOnline, match="Come yourself"):
        closed.require_applicable("en")
    with pytest.raises(NotAvailableOnline, match="Persönliches Erscheinen"):
        closed.require_applicable("fr")


def test_what_is_not_online_yet_is_taken_in_at_the_counter_once_there_is_a_form() -> None:
    drafted = replace(CARD, not_online={"de": "Bald.", "en": "Soon."}, form={"type": "object"})
    drafted.require_applicable("de", online=False)
    with pytest.raises(NotAvailableOnline):
        drafted.require_applicable("de")
    with pytest.raises(NotAvailableOnline):
        replace(drafted, form={}).require_applicable("de", online=False)
    with pytest.raises(ServiceIsExternal):
        replace(drafted, external=BFJ).require_applicable("de", online=False)


def test_what_is_applied_for_here_is_referred_to_nobody() -> None:
    CARD.require_applicable("de")
    with pytest.raises(ServiceIsNotExternal):
        CARD.require_external()
