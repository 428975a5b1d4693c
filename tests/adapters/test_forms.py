"""What an applicant is told about each field of the library card's form."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.catalogue.form import FieldProblem, check
from adapters.catalogue.loading import load

CARD = load().definition("library-card", 1)
TODAY = date(2021, 6, 16)
CANARY = "Mustermann-Geheim"
ADDRESS = {
    "street": "Ebertstraße",
    "house_number": "19",
    "postal_code": "45879",
    "city": "Gelsenkirchen",
}
ADULT: dict[str, Any] = {
    "address": ADDRESS,
    "reduction": "none",
    "accepts_terms": True,
    "variant": "new",
    "age": 18,
}
MISSING = object()


def problems(language: str = "en", /, **changes: object) -> dict[str, str]:
    answers = {k: v for k, v in (ADULT | changes).items() if v is not MISSING}
    return {p.pointer: p.message for p in check(CARD, answers, today=TODAY, language=language)}


def address(**changes: object) -> dict[str, object]:
    return {k: v for k, v in (ADDRESS | changes).items() if v is not MISSING}


def test_a_complete_form_has_no_problem() -> None:
    assert check(CARD, ADULT, today=TODAY) == []
    assert problems(phone="+49 209 1690", reduction="student") == {}


@pytest.mark.parametrize(
    ("changes", "pointer", "message"),
    [
        ({"reduction": MISSING}, "/reduction", "Fill in: Reduction."),
        ({"address": MISSING}, "/address", "Fill in: Address."),
        ({"address": address(city=MISSING)}, "/address/city", "Fill in: Town."),
        ({"address": address(postal_code="4587")}, "/address/postal_code", "five digits"),
        ({"address": address(street=" ")}, "/address/street", "on one line"),
        ({"address": address(street="a\r\nBcc: b")}, "/address/street", "on one line"),
        ({"address": address(street="a" * 101)}, "/address/street", "at most 100 characters"),
        ({"address": address(floor="3")}, "/address/floor", "Leave this out"),
        ({"address": "Ebertstraße 19"}, "/address", "Give this as an object"),
        ({"phone": "call me"}, "/phone", "Use only digits"),
        ({"phone": 2091690}, "/phone", "Give this as text."),
        ({"reduction": "senior"}, "/reduction", "Choose one of these values: none, pupil,"),
        ({"accepts_terms": False}, "/accepts_terms", "Accept the terms of use"),
        ({"accepts_terms": MISSING}, "/accepts_terms", "Fill in: Terms of use."),
        ({"status": "approved"}, "/status", "Leave this out"),
        ({"a/b~c": 1}, "/a~1b~0c", "Leave this out"),
        ({"variant": "renewal"}, "/card_number", "Fill in: Number of your card."),
        ({"variant": "upgrade"}, "/variant", "Choose one of these values: new, renewal."),
        ({"age": 17}, "/legal_guardian", "Fill in: Name of a legal guardian."),
        ({"age": MISSING}, "/age", "Fill in: Age in years."),
    ],
)
def test_a_field_is_pointed_at_with_what_to_do(
    changes: dict[str, Any], pointer: str, message: str
) -> None:
    found = problems(**changes)
    assert found.keys() - {"/legal_guardian"} <= {pointer}
    assert message in found[pointer]


@pytest.mark.parametrize(
    ("changes", "pointer", "message"),
    [
        ({"reduction": MISSING}, "/reduction", "Bitte angeben: Ermäßigung."),
        ({"address": address(postal_code="x")}, "/address/postal_code", "fünf Ziffern"),
        ({"accepts_terms": False}, "/accepts_terms", "Bitte der Benutzungsordnung zustimmen"),
        ({"unknown": 1}, "/unknown", "Bitte weglassen"),
    ],
)
def test_german_is_spoken_too(changes: dict[str, Any], pointer: str, message: str) -> None:
    assert message in problems("de", **changes)[pointer]


def test_another_language_is_answered_in_english() -> None:
    assert problems("fr", unknown=1) == problems("en", unknown=1)


def test_a_renewal_and_a_minor_can_be_complete() -> None:
    assert problems(variant="renewal", card_number="GE-0012345") == {}
    assert problems(age=9, legal_guardian="Erika Beispiel") == {}


def test_a_field_has_one_problem_at_most_and_all_fields_are_checked() -> None:
    found = check(CARD, {"variant": "renewal", "age": 9, "phone": "x", "extra": 1}, today=TODAY)
    assert sorted(problem.pointer for problem in found) == [
        "/accepts_terms",
        "/address",
        "/card_number",
        "/extra",
        "/legal_guardian",
        "/phone",
        "/reduction",
    ]


def test_no_message_repeats_an_answer() -> None:
    wrong = address(street=CANARY * 9, postal_code=CANARY, house_number=CANARY, city=[CANARY])
    found = problems(address=wrong, phone=CANARY, reduction=CANARY, extra=CANARY, variant=CANARY)
    assert len(found) == 8
    assert not any(CANARY in message for message in found.values())


@pytest.mark.parametrize("text", ["\ud800", {1: 2}, object()])
def test_what_json_cannot_hold_is_a_problem_and_no_crash(text: object) -> None:
    (problem,) = check(CARD, ADULT | {"phone": text}, today=TODAY)
    assert problem == FieldProblem("", problem.message)
    assert "valid Unicode" in problem.message


def test_a_deep_nest_is_a_problem_and_no_crash() -> None:
    nest: list[object] = []
    for _ in range(5000):
        nest = [nest]
    assert check(CARD, ADULT | {"phone": nest}, today=TODAY)


def test_the_form_in_force_is_checked_even_if_a_digest_is_the_same() -> None:
    other = replace(CARD, form={"type": "object", "required": ["dog_name"]})
    assert check(CARD, ADULT, today=TODAY) == []
    assert check(other, ADULT, today=TODAY) == [FieldProblem("/dog_name", "Fill in: dog_name.")]
