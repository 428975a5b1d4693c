"""Search forgives how something is spelled, and ranks what is meant first."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.loading import load
from adapters.portal.finding import find
from adapters.portal.folding import fold
from adapters.portal.prepared import PortalCase, Prepared
from adapters.portal.search import likeness
from adapters.portal.synonyms import more_synonyms
from adapters.portal.views import Found

TODAY = date(2026, 11, 26)
CATALOGUE = load()
CARD, REGISTRATION, DEREGISTRATION = (
    "library-card",
    "dog-tax-registration",
    "dog-tax-deregistration",
)


@pytest.fixture(scope="module")
def portal() -> Prepared:
    return PortalCase("https://amt.example").prepare(CATALOGUE, TODAY, "de")


def asked(portal: Prepared, query: str, region: str | None = None) -> Found:
    return find(portal, query, portal.within(region, None))


def keys(found: Found) -> list[str]:
    return [service.key for service in found.services]


@pytest.mark.parametrize("spelled", ["Bücherei", "Buecherei", "BUCHEREI", "bu\u0308cherei"])
def test_an_umlaut_may_be_spelled_in_any_way(spelled: str) -> None:
    assert fold(spelled) == fold("Bücherei")


def test_sharp_s_and_accents_are_spelled_out() -> None:
    assert fold("Straße") == fold("STRASSE")
    assert fold("Café") == fold("cafe")


@pytest.mark.parametrize(
    ("one", "other"), [("ausweise", "ausweis"), ("ausweis", "ausweise"), ("steuern", "steuer")]
)
def test_the_end_of_a_word_does_not_matter(one: str, other: str) -> None:
    assert likeness(one, other) >= 0.9


def test_a_slip_is_forgiven_in_a_word_that_is_long_enough() -> None:
    assert likeness("hundestuer", fold("hundesteuer")) > 0
    assert likeness("hunedsteur", "hundesteur") > 0
    assert likeness("hnd", "hund") == 0
    assert likeness("katzen", "hundesteur") == 0


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Hund anmelden", REGISTRATION),
        ("hund abmelden", DEREGISTRATION),
        ("hundestuer", DEREGISTRATION),
        ("Geburt", "birth-certificate"),
        ("heiraten", "marriage-certificate"),
        ("Heiratsurkunden", "marriage-certificate"),
        ("Eheschliessung Urkunde", "marriage-certificate"),
        ("Urkunde Eheschließung", "marriage-certificate"),
        ("Hochzeit", "marriage-certificate"),
        ("Sterbefall Urkunde", "death-certificate"),
        ("Geburt Urkunde", "birth-certificate"),
        ("Leseausweis", CARD),
        ("Onleihe", CARD),
        ("Anwohnerparken", "resident-parking-permit"),
        ("Wasseruhr", "garden-water-meter"),
        ("zaehlerstand", "garden-water-meter"),
        ("fuhrungszeugnis", "criminal-record-certificate"),
        ("Personalausweis verlängern", "identity-card"),
        ("buecherei", CARD),
        ("library card", CARD),
        ("Bibliothekausweis", CARD),
    ],
)
def test_what_people_look_for_comes_first(portal: Prepared, query: str, first: str) -> None:
    assert keys(asked(portal, query))[0] == first


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("Hund", {REGISTRATION, DEREGISTRATION}),
        ("Hunde", {REGISTRATION, DEREGISTRATION}),
        ("uHnd", {REGISTRATION, DEREGISTRATION}),
        ("Bund", {"criminal-record-certificate"}),
        ("Wohnung ummelden", {"resident-parking-permit"}),
        ("Mund", set()),
        ("Führerschein", set()),
    ],
)
def test_what_only_looks_a_little_like_it_is_not_found(
    portal: Prepared, query: str, meant: set[str]
) -> None:
    assert set(keys(asked(portal, query))) == meant


def test_a_slip_is_forgiven_in_what_something_is_called_and_not_in_what_is_said_of_it() -> None:
    described = replace(
        CATALOGUE.definition(CARD, 1), description={"de": "Für Leser von Romanen.", "en": "x"}
    )
    by_version = {**CATALOGUE.by_version, (CARD, 1): described}
    case = PortalCase("https://amt.example")
    portal = case.prepare(replace(CATALOGUE, by_version=by_version), TODAY, "de")
    assert keys(asked(portal, "Romane")) == [CARD]
    assert keys(asked(portal, "Ronanen")) == []
    assert keys(asked(portal, "Biblothek")) == [CARD]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("hund", "bund", False),
        ("hund", "bundeszentralregister", False),
        ("ummeldung", "anmeldung", False),
        ("uhndesteuer", "hundesteuer", True),
        ("hundesteur", "hundesteuer", True),
    ],
)
def test_the_first_letter_is_right_or_has_changed_places(
    one: str, other: str, *, alike: bool
) -> None:
    assert (likeness(one, other) > 0) is alike


def test_a_synonym_is_said_to_have_matched(portal: Prepared) -> None:
    found = asked(portal, "Stammbuch")
    assert set(keys(found)) == {"birth-certificate", "marriage-certificate"}
    assert {service.matched for service in found.services} == {"Stammbuch"}


def test_a_town_in_the_search_narrows_it_to_the_town(portal: Prepared) -> None:
    found = asked(portal, "Wasseruhr Haltern")
    (service,) = found.services
    assert [offer.town.name for offer in service.offers] == ["Haltern am See"]
    assert [town.name for town in found.towns] == ["Haltern am See"]


def test_a_town_alone_is_found_with_a_slip(portal: Prepared) -> None:
    assert "Recklinghausen" in [town.name for town in asked(portal, "recklinghausn").towns]


def test_only_towns_asked_about_are_found(portal: Prepared) -> None:
    assert asked(portal, "Gladbeck", "nowhere").towns == []
    assert asked(portal, "Hund anmelden", "nowhere").services == []


@pytest.mark.parametrize("query", ["xyzzyx", "?", "quux", "!!! ???"])
def test_nothing_found_says_what_to_do(portal: Prepared, query: str) -> None:
    found = asked(portal, query)
    assert (found.services, found.towns) == ([], [])
    assert found.hint


def test_nothing_found_names_what_is_spelled_alike(portal: Prepared) -> None:
    assert "Bibliotheksausweis" in asked(portal, "biblohtekasuweiss").did_you_mean


@pytest.mark.parametrize(
    ("query", "suggested"),
    [
        ("Führerschein", []),
        ("Reisepass", []),
        ("Wohngeld", []),
        ("gundesteuer", ["Hundesteuer: Abmeldung", "Hundesteuer: Anmeldung"]),
        ("Fürungszeuknisss", ["Führungszeugnis"]),
        ("bewonnerparckausweiss", ["Bewohnerparkausweis"]),
    ],
)
def test_nothing_that_is_spelled_another_way_is_suggested(
    portal: Prepared, query: str, suggested: list[str]
) -> None:
    assert asked(portal, query).did_you_mean == suggested


def test_the_same_state_is_prepared_once() -> None:
    case = PortalCase("https://amt.example")
    first = case.prepare(CATALOGUE, TODAY, "de")
    assert case.prepare(CATALOGUE, TODAY, "de") is first
    assert case.ready(CATALOGUE, TODAY, "de") is first
    assert case.ready(CATALOGUE, TODAY, "en") is None


def test_the_digest_is_of_what_is_shown() -> None:
    case = PortalCase("https://amt.example")
    first, again = (case.prepare(load(), TODAY, "de") for _ in range(2))
    assert first is not again
    assert first.digest == again.digest
    assert first.digest != case.prepare(CATALOGUE, TODAY, "en").digest


def changed(**service: Any) -> Catalogue:
    """Every town offers the first version of the card, changed so."""
    definition = replace(CATALOGUE.definition(CARD, 1), **service)
    return replace(CATALOGUE, by_version={**CATALOGUE.by_version, (CARD, 1): definition})


@pytest.mark.parametrize(
    "other",
    [
        changed(synonyms=("Schmökerkarte",)),
        changed(title={"de": "Bibliotheksausweis", "en": "Reading pass"}),
        changed(description={"de": "", "en": "For those who read"}),
    ],
)
def test_the_digest_is_of_what_is_searched_as_well(other: Catalogue) -> None:
    case = PortalCase("https://amt.example")
    first, then = (case.prepare(one, TODAY, "de") for one in (CATALOGUE, other))
    assert first.digest != then.digest


def test_the_digest_is_of_this_version(monkeypatch: pytest.MonkeyPatch) -> None:
    first = PortalCase("https://amt.example").prepare(CATALOGUE, TODAY, "de")
    monkeypatch.setattr("adapters.portal.prepared.VERSION", "another")
    assert first.digest != PortalCase("https://amt.example").prepare(CATALOGUE, TODAY, "de").digest


def test_what_no_town_has_adopted_is_not_searched() -> None:
    newer = replace(CATALOGUE.definition(CARD, 1), version=2, synonyms=("Schmökerkarte",))
    case = PortalCase("https://amt.example")
    unadopted = replace(CATALOGUE, by_version={**CATALOGUE.by_version, (CARD, 2): newer})
    assert CARD not in keys(asked(case.prepare(unadopted, TODAY, "de"), "Schmökerkarte"))
    gladbeck = CATALOGUE.municipality("05562014")
    moved = replace(gladbeck.services[CARD], version=2)
    town = replace(gladbeck, services={**gladbeck.services, CARD: moved})
    adopted = replace(unadopted, by_ags={**CATALOGUE.by_ags, town.ags: town})
    assert CARD in keys(asked(case.prepare(adopted, TODAY, "de"), "Schmökerkarte"))


def test_more_synonyms_are_of_services_there_are() -> None:
    assert set(more_synonyms()) <= {one.key for one in CATALOGUE.definitions}


def test_no_more_states_are_kept_than_are_read() -> None:
    case = PortalCase("https://amt.example")
    for day in range(1, 10):
        case.prepare(CATALOGUE, date(2026, 11, day), "de")
    assert len(case.kept) == 4
