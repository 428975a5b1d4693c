"""The umbrella portal: every town with its services, for anybody and for caches."""

from typing import Any

import pytest

from api.languages import preferred
from tests.api.library_card import done
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

MESCHEDE, KREIS = "05958032", "05562"


@pytest.fixture
def anybody(visitors: Visitors) -> Visitor:
    return visitors.nobody()


def names(listing: dict[str, Any]) -> list[str]:
    return [portal["name"] for portal in listing["portals"]]


def services(portal: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for category in portal["categories"] for one in category["services"]}


def test_every_portal_is_listed_with_its_services(anybody: Visitor) -> None:
    listing = done(anybody.get("/portal"))
    assert listing["found"] == len(listing["portals"]) >= 14
    assert names(listing) == sorted(names(listing), key=str.casefold)
    assert "Bottrop" in names(listing)
    by_key = {portal["ags"]: portal for portal in listing["portals"]}
    assert by_key[GLADBECK]["kreis"] == {"ags": KREIS, "name": "Kreis Recklinghausen"}
    card = services(by_key[GELSENKIRCHEN])["library-card"]
    assert card["title"] == "Bibliotheksausweis"
    assert card["fee"] == {
        "least_cents": 0, "most_cents": 2000, "per_piece": False, "when": "before-handover"
    }  # fmt: skip
    assert card["form"].endswith(f"/api/v1/municipalities/{GELSENKIRCHEN}/services/library-card")


def test_a_region_or_a_kreis_can_be_asked_for(anybody: Visitor) -> None:
    region = done(anybody.get("/portal", region="emscher-lippe"))
    assert "Meschede" not in names(region)
    kreis = done(anybody.get("/portal", kreis=KREIS))
    assert "Kreis Recklinghausen" in names(kreis)
    assert {"Bottrop", "Gelsenkirchen", "Meschede"}.isdisjoint(names(kreis))


def test_an_empty_listing_says_so(anybody: Visitor) -> None:
    listing = done(anybody.get("/portal", region="atlantis"))
    assert (listing["found"], listing["portals"]) == (0, [])
    assert listing["hint"]


def test_a_long_listing_comes_page_by_page(anybody: Visitor) -> None:
    whole = names(done(anybody.get("/portal")))
    seen, address = list[str](), "/portal?limit=5"
    while address:
        answer = anybody.http.get(address.removeprefix("/api/v1"))
        page = done(answer)
        assert ("next" in answer.links) == bool(page["next"])
        seen, address = seen + names(page), page["next"]
    assert seen == whole


def test_a_town_shows_what_is_available_and_why_the_rest_is_not(anybody: Visitor) -> None:
    portal = done(anybody.get(f"/portal/{GELSENKIRCHEN}"))["portal"]
    card = services(portal)["identity-card"]
    assert card["availability"]["state"] == "not-online"
    assert "Lichtbild" in card["availability"]["told"]
    assert (card["link"], card["form"]) == (None, None)
    record = services(portal)["criminal-record-certificate"]
    assert record["availability"]["state"] == "external"
    assert record["availability"]["told"].endswith("Bundesamt für Justiz")
    assert record["link"] == "https://www.fuehrungszeugnis.bund.de"


def test_a_town_that_does_not_take_part_is_not_found(anybody: Visitor) -> None:
    require_problem(anybody.get("/portal/05913000"), 404, "municipality-unknown")


def test_a_service_shows_where_it_is_offered(anybody: Visitor) -> None:
    offered = done(anybody.get("/portal/services/library-card"))
    towns = [offer["town"]["ags"] for offer in offered["offers"]]
    assert {GELSENKIRCHEN, GLADBECK} <= set(towns)
    assert MESCHEDE not in towns
    require_problem(anybody.get("/portal/services/dragon-licence"), 404, "service-unknown")


def test_a_search_is_ranked_and_links_to_the_town(anybody: Visitor) -> None:
    found = done(anybody.get("/portal/search", q="buecherei gladbek"))
    assert [service["key"] for service in found["services"]] == ["library-card"]
    (offer,) = found["services"][0]["offers"]
    assert (offer["town"]["name"], bool(offer["link"])) == ("Gladbeck", True)


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "x" * 101}, {"q": "a\0b"}])
def test_a_search_needs_a_word(anybody: Visitor, query: dict[str, str]) -> None:
    require_problem(anybody.get("/portal/search", **query), 422, "form-has-problems")


@pytest.mark.parametrize(
    "path",
    [
        "/portal",
        f"/portal/{GLADBECK}",
        "/portal/services/library-card",
        "/portal/search?q=hund",
        "/municipalities",
        f"/municipalities/{GLADBECK}/services/library-card",
        f"/responsibility?service=library-card&ags={GLADBECK}",
    ],
)
def test_what_a_cache_has_is_not_sent_again(anybody: Visitor, path: str) -> None:
    first = anybody.http.get(path)
    assert first.headers["cache-control"] == "public, max-age=300"
    etag = first.headers["etag"]
    assert etag.startswith('"')
    for kept in (etag, f'"old", {etag}', f"W/{etag}", "*"):
        again = anybody.http.get(path, headers={"If-None-Match": kept})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    if not path.startswith("/municipalities"):  # the same in each language
        assert first.headers["vary"] == "Accept-Language"
        other = anybody.http.get(path, headers={"If-None-Match": etag, "Accept-Language": "en"})
        assert other.status_code == 200


def test_the_language_is_the_reader_s(anybody: Visitor) -> None:
    for path, headers in (
        ("/portal?lang=en", {}),
        ("/portal", {"Accept-Language": "en-GB,de;q=0.8"}),
    ):
        answer = anybody.http.get(path, headers=headers)
        assert answer.headers["content-language"] == "en"
        (bottrop,) = (one for one in done(answer)["portals"] if one["name"] == "Bottrop")
        assert services(bottrop)["identity-card"]["title"] == "Identity card"
    require_problem(anybody.get("/portal", lang="fr"), 422, "form-has-problems")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "de"), ("fr", "de"), ("en", "en"), ("en-US,en;q=0.5", "en"),
        ("de;q=0.3, en;q=0.9", "en"),
        ("fr, en;q=0.1", "en"), ("*", "de"), ("en;q=0", "de"), ("en;q=x, de", "de"),
    ],
)  # fmt: skip
def test_the_preferred_language_is_one_of_ours(header: str, language: str) -> None:
    assert preferred(header) == language
