"""Who is responsible is told to anybody, and to whoever applied to the wrong body."""

import re
from typing import Any

import pytest

from domain.service.definition import Level, ServiceDefinition
from tests.api.library_card import ONLINE_ONLY, Counter, done, for_free, form
from tests.api.lives.applying import application, pointed_at
from tests.api.lives.test_certificates import ANSWERS
from tests.api.lives.test_every_town import CATALOGUE, OFFERS, asked_for
from tests.api.lives.test_resident_parking import CAR
from tests.api.problems import Database, nothing_appended, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

DORTMUND, KREIS = "05913000", "05562"
BIRTH = "birth-certificate"


@pytest.fixture
def anybody(visitors: Visitors) -> Visitor:
    return visitors.nobody()


def ordered(**answers: Any) -> dict[str, Any]:
    body = form(fulfilment={"mode": "mail"}, variant="certificate")
    return {**body, "service": BIRTH, "answers": {**ANSWERS[BIRTH], **answers}}


def test_the_responsible_town_is_named_with_its_portal(anybody: Visitor) -> None:
    told = done(anybody.get("/responsibility", service=BIRTH, ags=GELSENKIRCHEN))
    body = told["body"]
    assert (body["level"], body["ags"], body["name"]) == ("town", GELSENKIRCHEN, "Gelsenkirchen")
    assert (body["takes_part"], body["offers"]) == (True, True)
    assert body["link"].startswith("http")
    assert told["why"] == "die Stadt oder Gemeinde des Ortes, an dem es geschehen ist"
    assert told["decided_by"] == "event-place"


def test_it_is_told_in_the_language_asked_for(anybody: Visitor) -> None:
    told = done(anybody.get("/responsibility", service=BIRTH, ags=GELSENKIRCHEN, lang="en"))
    assert (told["title"], told["why"]) == (
        "Birth certificate",
        "the town of the place where it happened",
    )


def test_a_town_that_does_not_take_part_is_named_as_such(anybody: Visitor) -> None:
    told = done(anybody.get("/responsibility", service=BIRTH, ags=DORTMUND))
    assert told["place"] == {"ags": DORTMUND, "name": "Dortmund", "takes_part": False}
    assert (told["body"]["takes_part"], told["body"]["link"]) == (False, None)


def test_a_town_that_nobody_here_knows_is_not_named_as_the_one_responsible(
    anybody: Visitor, counter: Counter, database: Database
) -> None:
    told = done(anybody.get("/responsibility", service=BIRTH, ags="05562999"))
    body = told["body"]
    assert (body["level"], body["ags"], body["link"]) == ("town", None, None)
    assert "hier nicht bekannt" in told["place"]["name"]
    problem = refused(counter, database, ordered(birth_place="05562999"))
    assert problem["responsible"]["ags"] is None
    assert "05562999" in problem["detail"]


def test_the_federal_office_is_named_for_what_is_its_matter(anybody: Visitor) -> None:
    told = done(anybody.get("/responsibility", service="criminal-record-certificate", ags=GLADBECK))
    assert (told["body"]["level"], told["body"]["name"]) == ("bund", "Bundesamt für Justiz")
    assert told["body"]["link"] == "https://www.fuehrungszeugnis.bund.de"


@pytest.mark.parametrize("ags", ["05999999", "05562000", "05999"])
def test_a_key_of_no_place_is_pointed_at(anybody: Visitor, ags: str) -> None:
    answer = anybody.get("/responsibility", service=BIRTH, ags=ags)
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert error["pointer"] == "query:/ags"


def test_a_service_there_is_not_is_said(anybody: Visitor) -> None:
    answer = anybody.get("/responsibility", service="dragon-licence", ags=GLADBECK)
    require_problem(answer, 404, "service-unknown")


def refused(counter: Counter, database: Database, body: dict[str, Any]) -> dict[str, Any]:
    with nothing_appended(database):
        answer = counter.visitors.citizen().post("/applications", body)
    return require_problem(answer, 422, "not-responsible")


@pytest.mark.parametrize(
    ("place", "name", "link"),
    [(GLADBECK, "Gladbeck", "https://serviceportal.gladbeck.de"), (DORTMUND, "Dortmund", "")],
)
def test_an_application_to_the_wrong_town_is_refused_and_the_right_one_named(
    counter: Counter, database: Database, place: str, name: str, link: str
) -> None:
    problem = refused(counter, database, ordered(birth_place=place))
    assert [error["pointer"] for error in problem["errors"]] == ["/answers/birth_place"]
    right = problem["responsible"]
    assert (right["ags"], right["name"], right["takes_part"]) == (place, name, bool(link))
    assert (right["link"] or "") == link
    assert name in problem["detail"]


def test_the_right_body_is_named_in_the_language_of_the_applicant(
    counter: Counter, database: Database
) -> None:
    body = ordered(birth_place=DORTMUND)
    told = refused(counter, database, body)["detail"]
    assert told.startswith("Für diesen Antrag ist eine andere Stelle zuständig")
    body["applicant"]["language"] = "en"
    told = refused(counter, database, body)["detail"]
    assert told.startswith("Another body is responsible for this application")


def decided_by(field: str) -> list[Any]:
    return [one for one in CATALOGUE.definitions if one.responsible.field == field]


@pytest.mark.parametrize(
    "service", [*decided_by("/residence"), *decided_by("/property_place")], ids=lambda one: one.key
)
def test_where_one_lives_or_has_property_decides(
    counter: Counter, database: Database, service: ServiceDefinition
) -> None:
    town = next(ags for ags, key in OFFERS if key == service.key and ags != GLADBECK)
    pointer = service.responsible.field or ""
    body = asked_for(town, service, CATALOGUE.offer(town, service.key).branches)
    body["answers"][pointer.removeprefix("/")] = GLADBECK
    problem = refused(counter, database, body)
    assert [error["pointer"] for error in problem["errors"]] == [f"/answers{pointer}"]
    assert (problem["responsible"]["ags"], problem["responsible"]["name"]) == (GLADBECK, "Gladbeck")


def test_every_form_of_towns_says_which_place_decides() -> None:
    """A card of a library may be had by people from elsewhere."""
    silent = {
        one.key
        for one in CATALOGUE.definitions
        if one.form and one.responsible.level is Level.TOWN and not one.responsible.field
    }
    assert silent == {"library-card"}
    for one in CATALOGUE.definitions:
        if one.responsible.field and "/" not in one.responsible.field[1:]:
            assert one.responsible.field[1:] in one.form["required"]


@pytest.mark.parametrize("code", ["10115", "20095", "54290", "60311", "80331", "99084"])
def test_a_home_far_from_here_is_pointed_at(counter: Counter, code: str) -> None:
    body = application("resident-parking-permit", CAR, fulfilment=ONLINE_ONLY)
    body["answers"]["address"]["postal_code"] = code
    told = pointed_at(counter, body)
    assert "North Rhine-Westphalia" in told["/answers/address/postal_code"]


# At the borders: Höxter, Warburg, Rheine, Lengerich, Blankenheim, Siegen, Hallenberg, Aachen, Bonn.
BORDERS = [
    "37671",
    "34414",
    "48429",
    "49525",
    "53945",
    "57072",
    "59969",
    "52062",
    "53111",
    "32423",
    "33098",
    "40213",
    "58095",
]


def test_a_home_at_the_border_is_a_home_here() -> None:
    for service in decided_by("/residence"):
        address = service.form["properties"].get("address")
        pattern = address and address["properties"]["postal_code"]["pattern"]
        assert not address or all(re.fullmatch(pattern, code) for code in BORDERS)


def test_a_service_of_towns_is_not_applied_for_at_the_kreis(
    counter: Counter, database: Database
) -> None:
    problem = refused(counter, database, for_free(municipality=KREIS))
    assert [error["pointer"] for error in problem["errors"]] == ["/municipality"]
    assert problem["responsible"]["name"] == "die Stadt oder Gemeinde des Wohnorts"
    told_where = refused(
        counter, database, {**ordered(birth_place=GLADBECK), "municipality": KREIS}
    )
    assert told_where["responsible"]["ags"] == GLADBECK


def test_a_clerk_takes_in_what_came_by_post_and_forwards_it(counter: Counter) -> None:
    body = {**ordered(birth_place=GLADBECK), "channel": "post"}
    assert done(counter.visitors.clerk().post("/applications", body))["status"] == "submitted"


def test_a_municipality_that_does_not_take_part_is_named(counter: Counter) -> None:
    answer = counter.visitors.citizen().post("/applications", for_free(municipality=DORTMUND))
    assert "(Dortmund)" in require_problem(answer, 404, "municipality-unknown")["detail"]


@pytest.mark.parametrize("ags", ["05999999", "05562000"])
def test_a_key_of_no_municipality_is_a_mistake_in_the_form(counter: Counter, ags: str) -> None:
    answer = counter.visitors.citizen().post("/applications", for_free(municipality=ags))
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert error["pointer"] == "/municipality"
    assert "Bitte eine Gemeinde in Nordrhein-Westfalen wählen" in error["detail"]
