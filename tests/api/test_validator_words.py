"""What the validator refuses is told in plain words, in German and English."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import FastAPI
from pydantic import AwareDatetime, StringConstraints, TypeAdapter, ValidationError

from api import validator_words as words
from api.advice import A_CHOICE, remedy
from api.app import ROUTERS
from api.bodies import AnswerBody, ClarificationBody, ExtensionBody, IsoDate, SubmissionBody
from api.onboarding_bodies.connections import PaymentAccountBody
from tests.api.library_card import form
from tests.api.problems import with_value

LANGUAGES = ("de", "en")


def refused(kind: Any, value: Any, place: str = "body") -> dict[str, Any]:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(value)
    (detail,) = error.value.errors(include_url=False)
    return {**detail, "loc": (place, *detail["loc"])}


@pytest.mark.parametrize(
    ("least", "german", "english"),
    [
        (1, "bitte ausfüllen", "fill this in"),
        (32, "bitte mindestens 32 Zeichen schreiben", "write at least 32 characters"),
    ],
)
def test_an_empty_field_is_to_be_filled_in_and_a_short_one_says_how_long(
    least: int, german: str, english: str
) -> None:
    detail = refused(Annotated[str, StringConstraints(min_length=least)], "")
    assert (remedy(detail, "de"), remedy(detail, "en")) == (german, english)


@pytest.mark.parametrize(
    ("pointer", "value", "german", "english"),
    [
        ("/municipality", "gelsenkirchen", "8 Ziffern", "8 digits"),
        ("/municipality", "99999999", "die mit 05 beginnen", "that begin with 05"),
        ("/service", "Dog Tax", "Kleinbuchstaben", "lower-case letters"),
        ("/service", 7, "als Text", "as text"),
        ("/applicant/birth_date", "17.04.1991", "Jahr-Monat-Tag, z. B. 2021-06-16",
         "year-month-day, e.g. 2021-06-16"),
        ("/received_at", "17.04.2026 9:30", "Tag, T, Uhrzeit", "day, T, time"),
        ("/applicant/birth_date", "2021-02-30", "Jahr-Monat-Tag", "year-month-day"),
        ("/applicant/email", "kim", "E-Mail-Adresse", "e-mail address"),
        ("/applicant/language", "fr", "wählen: de, en, de-simple", "one of: de, en, de-simple"),
        ("/applicant/given_name", "", "bitte ausfüllen", "fill this in"),
        ("/applicant/given_name", "x" * 201, "höchstens 200 Zeichen", "at most 200 characters"),
        ("/applicant/given_name", "a\nb", "in einer Zeile", "in one line"),
        ("/applicant/nickname", "x", "bitte weglassen", "leave this out"),
        ("/answers", [], "JSON-Objekt {...}", "JSON object {...}"),
        ("/fulfilment/mode", "dove", "wählen: pickup, online-only, mail",
         "choose one of: pickup, online-only, mail"),
        ("/received_at", "yesterday", "2021-06-16T09:30:00+02:00", "2021-06-16T09:30:00+02:00"),
        ("/received_at", "2021-06-16T99:00", "Uhrzeit und Zeitzone", "time and time zone"),
    ],
)  # fmt: skip
def test_a_field_of_a_form_is_told_plainly(
    pointer: str, value: Any, german: str, english: str
) -> None:
    detail = refused(SubmissionBody, with_value(form(), pointer, value))
    assert german in remedy(detail, "de")
    assert english in remedy(detail, "en")


@pytest.mark.parametrize(
    ("body", "value", "told"),
    [
        (ExtensionBody, {"days": 0, "reason": "x"}, "write at least 1"),
        (
            PaymentAccountBody,
            {"originator": "hamm", "endpoint": "buero@hamm.example"},
            "write the name that the payment platform gave, e.g. stadtkasse",
        ),
        (ExtensionBody, {"days": 201, "reason": "x"}, "write at most 200"),
        (ExtensionBody, {"days": "3", "reason": "x"}, "write it as a whole number"),
        (ClarificationBody, {}, "add this"),
        (AnswerBody, [], "send a JSON object"),
        (IsoDate, None, "write it as text, year-month-day, e.g. 2021-06-16"),
    ],
)
def test_ranges_and_types_are_said(body: Any, value: Any, told: str) -> None:
    assert remedy(refused(body, value), "en").startswith(told)


def test_a_mistake_that_nobody_thought_of_is_not_told_in_the_validators_words() -> None:
    detail = {"type": "url_scheme", "msg": "URL scheme should be", "loc": ("body",), "ctx": {}}
    assert [remedy(detail, language) for language in LANGUAGES] == [
        words.OTHER[language] for language in LANGUAGES
    ]


@pytest.mark.parametrize("place", ["query", "body"])
def test_a_plus_that_became_a_space_is_told_where_that_happens(place: str) -> None:
    said = remedy(refused(AwareDatetime, "2026-03-31T14:00:00 02:00", place), "en")
    assert ("%2B" in said) == (place == "query")


def patterns(node: Any) -> Iterator[str]:
    """Those of fields; an address that does not fit is simply not there."""
    if isinstance(node, list):
        for one in node:
            yield from patterns(one)
    elif isinstance(node, dict) and node.get("in") != "path":
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for one in node.values():
            yield from patterns(one)


def test_every_form_in_which_a_field_is_written_is_explained() -> None:
    app = FastAPI()
    for router in ROUTERS:
        app.include_router(router)
    found = set(patterns(app.openapi()))
    assert len(found) > 10
    assert {p for p in found if not A_CHOICE.fullmatch(p)} <= set(words.BY_PATTERN)


@pytest.mark.parametrize("told", [*words.BY_TYPE.values(), *words.BY_PATTERN.values()])
def test_each_is_told_in_both_languages(told: dict[str, str]) -> None:
    assert all(told[language] for language in LANGUAGES)
    assert told["de"] != told["en"]
