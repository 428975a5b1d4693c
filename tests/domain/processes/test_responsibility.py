"""Who is responsible: by level, by the place that decides, and by who takes part."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.catalogue.loading import load
from domain.errors import NotResponsible, PlaceUnknown
from domain.municipality.adoption import Adoption, AdoptionState
from domain.municipality.municipality import Municipality, TownKind
from domain.municipality.taking_on import NOT_IN_FILE_ONCE
from domain.processes.responsibility import (
    place_name,
    require_responsible,
    responsible_body,
    why,
)
from domain.service.definition import DecidedBy, Level, Responsible, ServiceDefinition

GELSENKIRCHEN, GLADBECK, DATTELN, MESCHEDE = "05513000", "05562014", "05562008", "05958032"
KREIS, DORTMUND = "05562", "05913000"
CERTIFICATE = load().definition("birth-certificate", 1)
RECORD = load().definition("criminal-record-certificate", 1)


def town(ags: str, name: str, *services: str, **more: Any) -> Municipality:
    offers = {key: Adoption(service=key, version=1, office="Amt", fees={}) for key in services}
    return Municipality(
        ags=ags, name=name, kreis=None, region="r", sender="a@b.example", branches=(),
        services=offers, **more,
    )  # fmt: skip


TODAY = date(2024, 1, 1)
TOWNS = {
    one.ags: one
    for one in (
        town(GELSENKIRCHEN, "Gelsenkirchen", "birth-certificate", portal_url="https://ge.example"),
        town(GLADBECK, "Gladbeck", "birth-certificate"),
        town(DATTELN, "Datteln", "licence"),
        town(KREIS, "Recklinghausen", "licence", kind=TownKind.KREIS),
    )
}
LICENCE: ServiceDefinition = replace(
    CERTIFICATE,
    key="licence",
    responsible=Responsible(level=Level.KREIS, by=DecidedBy.RESIDENCE),
)


def body(definition: ServiceDefinition, ags: str) -> tuple[str | None, str, bool, bool]:
    found = responsible_body(definition, ags, TOWNS, TODAY)
    return found.ags, found.name["de"], found.takes_part, found.offers


def test_the_town_of_the_place_is_responsible_for_a_service_of_towns() -> None:
    assert body(CERTIFICATE, GLADBECK) == (GLADBECK, "Gladbeck", True, True)
    assert body(CERTIFICATE, DATTELN) == (DATTELN, "Datteln", True, False)


def test_the_body_is_linked_where_it_takes_applications_for_the_service() -> None:
    town = TOWNS[GELSENKIRCHEN]
    assert responsible_body(CERTIFICATE, GELSENKIRCHEN, TOWNS, TODAY).link == "https://ge.example"
    there = replace(town.adoption("birth-certificate"), link="https://ge.example/urkunde")
    towns = {GELSENKIRCHEN: replace(town, services={"birth-certificate": there})}
    assert responsible_body(CERTIFICATE, GELSENKIRCHEN, towns, TODAY).link == there.link


def test_a_town_that_does_not_take_part_is_named_all_the_same() -> None:
    assert body(CERTIFICATE, DORTMUND) == (DORTMUND, "Dortmund", False, False)
    assert body(LICENCE, MESCHEDE) == ("05958", "Hochsauerlandkreis", False, False)


@pytest.mark.parametrize("ags", [MESCHEDE, "05562999"])
def test_a_town_that_nobody_here_knows_is_not_said_to_be_responsible(ags: str) -> None:
    key, name, takes_part, offers = body(CERTIFICATE, ags)
    assert (key, takes_part, offers) == (None, False, False)
    assert f"mit dem Schlüssel {ags}" in name
    assert "hier nicht bekannt" in name
    wrong = refused(CERTIFICATE, GLADBECK, {"birth_place": ags})
    assert (wrong.field, wrong.body.ags) == ("/answers/birth_place", None)
    assert "hier nicht bekannt" in str(wrong)


def test_a_kreis_does_not_tell_which_of_its_towns() -> None:
    assert body(CERTIFICATE, KREIS)[0] is None


def test_the_kreis_of_the_place_is_responsible_for_a_service_of_kreise() -> None:
    assert body(LICENCE, GLADBECK) == (KREIS, "Kreis Recklinghausen", True, True)
    assert body(LICENCE, KREIS) == (KREIS, "Kreis Recklinghausen", True, True)


def test_a_town_without_a_kreis_does_what_a_kreis_does() -> None:
    assert body(LICENCE, GELSENKIRCHEN)[0] == GELSENKIRCHEN
    assert body(LICENCE, DORTMUND)[1:] == ("Dortmund", False, False)


def test_a_town_that_offers_a_service_of_its_kreis_carries_it_out_itself() -> None:
    assert body(LICENCE, DATTELN) == (DATTELN, "Datteln", True, True)


@pytest.mark.parametrize(
    ("own", "key"),
    [
        ({"state": AdoptionState.ADOPTED}, KREIS),
        ({"live_since": date(2024, 1, 2)}, KREIS),
        ({"state": AdoptionState.SUSPENDED, "suspended_by_file": True}, KREIS),
        ({"state": AdoptionState.SUSPENDED, "suspended_because": NOT_IN_FILE_ONCE}, KREIS),
        ({"live_since": TODAY}, DATTELN),
        ({"state": AdoptionState.SUSPENDED, "suspended_because": "Umbau"}, DATTELN),
    ],
)
def test_a_town_that_only_prepares_a_service_leaves_it_to_its_kreis(
    own: dict[str, Any], key: str
) -> None:
    adoption = replace(TOWNS[DATTELN].services["licence"], **own)
    towns = TOWNS | {DATTELN: replace(TOWNS[DATTELN], services={"licence": adoption})}
    found = responsible_body(LICENCE, DATTELN, towns, TODAY)
    assert (found.ags, found.offers) == (key, True)


def test_what_is_not_a_matter_of_municipalities_is_named_with_its_link() -> None:
    found = responsible_body(RECORD, GLADBECK, TOWNS, TODAY)
    assert (found.level, found.ags, found.name["de"]) == (Level.BUND, None, "Bundesamt für Justiz")
    assert found.link == "https://www.fuehrungszeugnis.bund.de"
    of_the_land = replace(LICENCE, responsible=Responsible(level=Level.LAND, by=DecidedBy.PROPERTY))
    assert (
        responsible_body(of_the_land, GLADBECK, TOWNS, TODAY).name["de"]
        == "Land Nordrhein-Westfalen"
    )


def merged(ags: str, into: str | None, day: date = TODAY) -> Municipality:
    return replace(TOWNS[ags], closed_on=day, successor=into)


def test_whoever_took_over_a_town_is_responsible_in_its_place() -> None:
    towns = TOWNS | {GLADBECK: merged(GLADBECK, DATTELN), DATTELN: merged(DATTELN, GELSENKIRCHEN)}
    found = responsible_body(CERTIFICATE, GLADBECK, towns, TODAY)
    assert (found.ags, found.takes_part, found.offers) == (GELSENKIRCHEN, True, True)
    born = {"birth_place": GLADBECK}
    require_responsible(CERTIFICATE, GELSENKIRCHEN, born, towns, "de", TODAY)
    with pytest.raises(NotResponsible, match="Gelsenkirchen"):
        require_responsible(CERTIFICATE, GLADBECK, born, towns, "de", TODAY)
    before = responsible_body(CERTIFICATE, GLADBECK, towns, date(2023, 12, 31))
    assert (before.ags, before.takes_part) == (GLADBECK, True)


def test_a_town_that_was_closed_takes_part_no_more() -> None:
    towns = TOWNS | {GLADBECK: merged(GLADBECK, None)}
    found = responsible_body(CERTIFICATE, GLADBECK, towns, TODAY)
    assert (found.ags, found.takes_part, found.offers) == (GLADBECK, False, False)


def test_whoever_took_over_a_kreis_or_a_town_of_it_does_what_a_kreis_does() -> None:
    towns = TOWNS | {KREIS: merged(KREIS, GELSENKIRCHEN), DATTELN: merged(DATTELN, GLADBECK)}
    assert responsible_body(LICENCE, GLADBECK, towns, TODAY).ags == GELSENKIRCHEN
    assert responsible_body(LICENCE, DATTELN, towns, TODAY).ags == GELSENKIRCHEN


def test_a_circle_leads_nobody_on_for_ever() -> None:
    towns = TOWNS | {GLADBECK: merged(GLADBECK, DATTELN), DATTELN: merged(DATTELN, GLADBECK)}
    assert responsible_body(CERTIFICATE, GLADBECK, towns, TODAY).ags == DATTELN


@pytest.mark.parametrize("ags", ["05562000", "05999999", "05999", "09162000", "0551", "", "x"])
def test_a_place_that_there_is_not_has_no_body(ags: str) -> None:
    with pytest.raises(PlaceUnknown):
        responsible_body(CERTIFICATE, ags, TOWNS, TODAY)


def refused(definition: ServiceDefinition, asked: str, answers: dict[str, Any]) -> NotResponsible:
    with pytest.raises(NotResponsible) as refused:
        require_responsible(definition, asked, answers, TOWNS, "de", TODAY)
    return refused.value


def test_the_answer_that_decides_decides() -> None:
    require_responsible(CERTIFICATE, GLADBECK, {"birth_place": GLADBECK}, TOWNS, "de", TODAY)
    wrong = refused(CERTIFICATE, GLADBECK, {"birth_place": GELSENKIRCHEN})
    assert (wrong.field, wrong.body.ags) == ("/answers/birth_place", GELSENKIRCHEN)
    assert "Gelsenkirchen, https://ge.example" in str(wrong)


def test_without_such_an_answer_the_municipality_asked_decides() -> None:
    require_responsible(CERTIFICATE, GLADBECK, {}, TOWNS, "de", TODAY)
    require_responsible(LICENCE, KREIS, {}, TOWNS, "de", TODAY)
    require_responsible(LICENCE, DATTELN, {}, TOWNS, "de", TODAY)


def test_a_service_of_the_kreis_is_not_applied_for_in_its_towns_nor_the_other_way_round() -> None:
    sent_to_town = refused(LICENCE, GLADBECK, {})
    assert (sent_to_town.field, sent_to_town.body.ags) == ("/municipality", KREIS)
    sent_to_kreis = refused(CERTIFICATE, KREIS, {})
    assert (sent_to_kreis.field, sent_to_kreis.body.ags) == ("/municipality", None)
    assert "die Stadt oder Gemeinde des Ortes" in str(sent_to_kreis)
    told_the_town = refused(CERTIFICATE, KREIS, {"birth_place": DATTELN})
    assert told_the_town.body.ags == DATTELN


def test_what_is_not_a_matter_of_municipalities_is_not_checked_by_place() -> None:
    require_responsible(RECORD, GLADBECK, {}, TOWNS, "de", TODAY)


@pytest.mark.parametrize("answer", [None, "", 7, {"ags": GELSENKIRCHEN}])
def test_an_answer_that_holds_no_key_decides_nothing(answer: Any) -> None:
    require_responsible(CERTIFICATE, GLADBECK, {"birth_place": answer}, TOWNS, "de", TODAY)


def test_a_key_may_lie_deeper_in_the_answers() -> None:
    deep = replace(LICENCE, responsible=Responsible(level=Level.TOWN, field="/home/ags"))
    answers = {"home": {"ags": GELSENKIRCHEN}}
    assert refused(deep, GLADBECK, answers).field == "/answers/home/ags"


def test_why_is_a_sentence_for_every_level_and_place() -> None:
    for level in Level:
        for by in DecidedBy:
            told = why(replace(LICENCE, responsible=Responsible(level=level, by=by)))
            assert set(told) == {"de", "en"}


@pytest.mark.parametrize(
    ("ags", "name"),
    [(KREIS, "Kreis Recklinghausen"), ("05362", "Rhein-Erft-Kreis"),
     ("05334", "Städteregion Aachen"), ("05513000", "Gelsenkirchen"),
     (GLADBECK, "Gladbeck")],
)  # fmt: skip
def test_a_place_has_a_name(ags: str, name: str) -> None:
    assert place_name(ags, TOWNS)["de"] == name


def test_a_place_that_only_its_key_tells_is_named_by_it_and_by_its_kreis() -> None:
    named = place_name("05334002", TOWNS)
    assert named["de"].startswith("Gemeinde mit dem Schlüssel 05334002, Städteregion Aachen")
    assert named["en"].endswith("(not known here; please check it)")
