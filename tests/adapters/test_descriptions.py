"""Every service of the catalogue is described in the words of its form, in both languages."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.catalogue.loading import load
from adapters.portal.conditions import in_words
from adapters.portal.description import Description, describe
from adapters.portal.showing import Eye
from domain.municipality.adoption import AdoptionState
from domain.service.definition import ServiceDefinition

TODAY = date(2026, 11, 26)
CATALOGUE = load()
OFFERS = [(town.ags, key) for town in CATALOGUE.municipalities for key in town.services]
FIELDS: dict[str, Any] = {
    "age": {"x-title": {"de": "Alter", "en": "Age"}},
    "dogs": {"x-title": {"de": "Hunde", "en": "Dogs"}},
    "kind": {
        "x-title": {"de": "Art", "en": "Kind"},
        "x-options": {
            "a": {"de": "Eins", "en": "One"},
            "b": {"de": "Zwei", "en": "Two"},
            "c": {"de": "Drei", "en": "Three"},
        },
    },
}


def said(condition: dict[str, Any], language: str = "de") -> str:
    return in_words(condition, {"properties": FIELDS}, language)


@pytest.mark.parametrize(
    ("condition", "german", "english"),
    [
        ({}, "", ""),
        ({"kind": "a"}, "bei „Art: Eins“", "for “Kind: One”"),
        ({"kind": ["a", "b"]}, "bei „Art: Eins oder Zwei“", "for “Kind: One or Two”"),
        (
            {"kind": ["a", "b", "c"]},
            "bei „Art: Eins, Zwei oder Drei“",
            "for “Kind: One, Two or Three”",
        ),
        ({"age": {"at_least": 18}}, "ab 18 Jahren", "from the age of 18"),
        ({"age": {"at_most": 14}}, "bis 14 Jahre", "up to the age of 14"),
        (
            {"age": {"at_least": 6, "at_most": 14}},
            "von 6 bis 14 Jahren",
            "from the age of 6 to 14",
        ),
        ({"dogs": {"at_least": 3}}, "bei „Hunde: ab 3“", "for “Dogs: 3 and over”"),
        ({"dogs": {"at_least": 2, "at_most": 3}}, "bei „Hunde: 2 bis 3“", "for “Dogs: 2 to 3”"),
        ({"kind": True}, "bei „Art: ja“", "for “Kind: yes”"),
        (
            {"age": {"at_least": 18}, "kind": "a"},
            "ab 18 Jahren und bei „Art: Eins“",
            "from the age of 18 and for “Kind: One”",
        ),
    ],
)
def test_a_condition_reads_as_a_sentence(
    condition: dict[str, Any], german: str, english: str
) -> None:
    assert (said(condition), said(condition, "en")) == (german, english)


@pytest.mark.parametrize("definition", CATALOGUE.definitions, ids=lambda one: one.key)
def test_no_condition_of_the_catalogue_shows_a_name_of_the_form(
    definition: ServiceDefinition,
) -> None:
    fields = definition.form.get("properties", {})
    for proof in definition.proofs:
        for name, expected in proof.when.items():
            for language in ("de", "en"):
                words = in_words({name: expected}, definition.form, language)
                title = fields[name]["x-title"][language]
                assert f"{title}: " in words or (name == "age" and title not in words)
                if isinstance(expected, str | list):
                    listed = [expected] if isinstance(expected, str) else expected
                    assert all(fields[name]["x-options"][one][language] in words for one in listed)


def described(ags: str, key: str, language: str) -> Description:
    town = CATALOGUE.municipality(ags)
    eye = Eye(CATALOGUE, TODAY, language, "https://amt.example")
    return describe(eye, town, town.services[key])


@pytest.mark.parametrize(("ags", "key"), OFFERS)
def test_every_offer_is_described_in_both_languages(ags: str, key: str) -> None:
    german, english = described(ags, key, "de"), described(ags, key, "en")
    assert german != english
    assert not any("{" in line for line in (*german.who, *german.duration, german.trust))
    assert len(german.fees) == len(english.fees)
    assert german.service.page == f"https://amt.example/portal/{ags}/services/{key}"
    if german.service.availability.usable:
        assert german.who
        assert german.duration
        assert german.service.link == german.service.page


def test_a_service_leads_to_where_the_town_takes_applications_for_it() -> None:
    town = CATALOGUE.municipality("05562014")
    there = "https://serviceportal.gladbeck.de/leseausweis"
    linked = replace(town.adoption("library-card"), link=there)
    eye = Eye(CATALOGUE, TODAY, "de", "https://amt.example")
    shown = describe(eye, town, linked)
    assert (shown.service.link, shown.portal) == (there, there)
    plain = describe(eye, town, replace(linked, link=None))
    assert (plain.service.link, plain.portal) == (plain.service.page, town.portal_url)
    assert describe(eye, town, replace(linked, state=AdoptionState.SUSPENDED)).service.link is None


def test_a_town_s_own_fees_branches_and_proofs_are_shown() -> None:
    one = next(
        (town, adoption)
        for town in CATALOGUE.municipalities
        for adoption in town.services.values()
        if adoption.fees
    )
    town, adoption = one
    shown = described(town.ags, adoption.service, "de")
    assert set(adoption.fees.values()) <= {fee.cents for fee in (*shown.fees, *shown.announced)}
