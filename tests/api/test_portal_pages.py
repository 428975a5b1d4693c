"""The portal's pages: readable without a script, in both languages, by people and their readers."""

from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest

from tests.api.house import House
from tests.api.visitors import GELSENKIRCHEN, GLADBECK

PAGES = ["/", "/portal", "/portal?q=hund", "/portal?q=xyzzyx", f"/portal/{GELSENKIRCHEN}",
         "/portal/services/library-card", "/portal/05913000", "/portal/services/none",
         f"/portal/{GELSENKIRCHEN}/services/library-card",
         f"/portal/{GELSENKIRCHEN}/services/criminal-record-certificate",
         f"/portal/{GELSENKIRCHEN}/services/identity-card",
         f"/portal/{GELSENKIRCHEN}/services/none"]  # fmt: skip
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """What is on a page; raises where a tag is closed that is not open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if tag in {"h1", "h2", "h3", "h4"}]


@pytest.fixture(scope="module")
def web(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.api, timeout=60) as web:
        yield web


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_page_is_sound_and_says_its_language(web: httpx.Client, path: str, language: str) -> None:
    answer = web.get(path, headers={"Accept-Language": language})
    page = Page(answer.text)
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("title")) == len(page.all("main")) == 1
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after - before <= 1 for before, after in steps)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_no_script_and_lets_none_in(web: httpx.Client, path: str) -> None:
    answer = web.get(path)
    page = Page(answer.text)
    assert page.all("script") == page.all("style") == []
    assert not any(name.startswith("on") or name == "style" for _, a in page.tags for name in a)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label_and_every_id_is_one(web: httpx.Client, path: str) -> None:
    page = Page(web.get(path).text)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in page.all("label")}
    shown = [field for field in page.all("input") if field.get("type") != "hidden"]
    assert {field["id"] for field in shown} == labelled
    for _, attributes in page.tags:
        named = attributes.get("aria-labelledby") or attributes.get("aria-describedby")
        assert named is None or named in ids


@pytest.mark.parametrize("path", PAGES)
def test_every_link_within_the_portal_leads_somewhere(web: httpx.Client, path: str) -> None:
    page = Page(web.get(path).text)
    ids = {attributes.get("id") for _, attributes in page.tags}
    links = {str(a["href"]) for a in page.all("a")} | {str(a["href"]) for a in page.all("link")}
    for link in sorted(links)[:40]:
        if link.startswith("#"):
            assert link[1:] in ids
        elif link.startswith("?") and web.get(path).status_code == 200:
            assert web.get(path.partition("?")[0] + link).status_code == 200
        elif link.startswith("/"):
            assert web.get(link).status_code == 200


def test_the_beginning_is_the_umbrella_of_all_portals(web: httpx.Client) -> None:
    page = Page(web.get("/").text)
    for name in ("Gelsenkirchen", "Meschede", "Kreis Recklinghausen", "Bibliotheksausweis"):
        assert name in page.text


def test_a_search_finds_on_the_page_too(web: httpx.Client) -> None:
    text = web.get("/portal", params={"q": "Buecherei Gladbek"}).text
    assert (
        f'<a href="/portal/{GLADBECK}?lang=de">Gladbeck</a>' in text.partition('id="services"')[0]
    )
    nothing = Page(web.get("/portal", params={"q": "biblohtekasuweiss"}).text)
    assert "Meinten Sie vielleicht" in nothing.text


def test_what_was_looked_for_is_repeated_as_text_only(web: httpx.Client) -> None:
    text = web.get("/portal", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_the_other_language_shows_the_same_search(web: httpx.Client) -> None:
    page = Page(web.get("/portal", params={"q": "hund", "lang": "de"}).text)
    (other,) = [a for a in page.all("a") if a.get("hreflang") == "en"]
    assert set(str(other["href"])[1:].split("&")) == {"q=hund", "lang=en"}


def test_a_town_says_why_something_is_not_available(web: httpx.Client) -> None:
    page = Page(web.get(f"/portal/{GELSENKIRCHEN}").text)
    assert "Noch nicht online verfügbar. Für Lichtbild" in page.text
    assert "Gebühr: 0,00 bis 20,00 €" in page.text


def test_a_service_is_described_in_plain_words(web: httpx.Client) -> None:
    page = Page(web.get(f"/portal/{GELSENKIRCHEN}/services/library-card").text)
    for said in ("Ermäßigt: 10,00 €", "Unter 18 Jahren: 0,00 €", "bevor der Antrag bearbeitet wird",
                 "Ermäßigungsnachweis (nur ab 18 Jahren und bei „Ermäßigung: Schülerin",
                 "Benutzername und Passwort genügt", "In der Regel 2 Arbeitstage",
                 "Zur Abholung", "Nur online", "Auf den Wohnort kommt es nicht an",
                 "Verlängerung eines Ausweises",
                 f"/api/v1/municipalities/{GELSENKIRCHEN}/services/library-card",
                 "/api/v1/applications"):  # fmt: skip
        assert said in page.text
    assert "{" not in page.text


def test_a_service_is_described_in_english_too(web: httpx.Client) -> None:
    page = Page(web.get(f"/portal/{GELSENKIRCHEN}/services/library-card?lang=en").text)
    assert "Proof of the reduction (only from the age of 18 and for “Reduction: " in page.text
    assert "Reduced: €10.00" in page.text


def test_what_cannot_be_applied_for_online_is_described_and_says_why(web: httpx.Client) -> None:
    page = Page(web.get(f"/portal/{GELSENKIRCHEN}/services/identity-card").text)
    assert "Noch nicht online verfügbar. Für Lichtbild" in page.text
    assert "Hier ist zurzeit kein Online-Antrag möglich" in page.text
    # Nothing is defined of them, so nothing is said.
    for claimed in ("zu zahlen", "Nachweise", "Altersgrenze", "Wohnort", "Wie man sich anmeldet"):
        assert claimed not in page.text
    assert "/api/v1/" not in page.text


def test_where_to_apply_is_a_link_or_says_that_none_is_known(web: httpx.Client) -> None:
    linked = Page(web.get(f"/portal/{GLADBECK}/services/library-card").text)
    assert "Zum Portal" in linked.text
    unknown = "Dessen Adresse ist hier noch nicht hinterlegt"
    assert unknown not in linked.text
    assert unknown in Page(web.get(f"/portal/{GELSENKIRCHEN}/services/library-card").text).text


def test_a_price_says_once_of_how_many_it_is(web: httpx.Client) -> None:
    page = Page(web.get(f"/portal/{GELSENKIRCHEN}/services/dog-tax-registration").text)
    assert "Ein Hund, im Jahr: " in page.text
    assert "je Stück" not in page.text


def test_a_service_of_another_body_leads_there(web: httpx.Client) -> None:
    page = Page(web.get(f"/portal/{GELSENKIRCHEN}/services/criminal-record-certificate").text)
    assert "https://www.fuehrungszeugnis.bund.de" in {a["href"] for a in page.all("a")}
    assert "kostet" not in page.text


def test_the_link_of_a_service_leads_to_a_page_for_people(web: httpx.Client) -> None:
    listing = web.get(f"/api/v1/portal/{GELSENKIRCHEN}").json()["portal"]["categories"]
    pages = {one["page"] for category in listing for one in category["services"]}
    assert len(pages) > 5
    for page in pages:
        answer = web.get(page)
        assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")


def test_a_page_that_is_kept_is_not_sent_again(web: httpx.Client) -> None:
    etag = web.get("/portal").headers["etag"]
    assert web.get("/portal", headers={"If-None-Match": etag}).status_code == 304


def test_a_page_there_is_not_is_said_as_a_page(web: httpx.Client) -> None:
    answer = web.get("/portal/05913000")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "bietet hier noch keine Online-Dienste an" in answer.text
    assert "Online-Dienste an" not in web.get("/portal/05999999").text
    assert "Münster offers no online" in web.get("/portal/05515000", params={"lang": "en"}).text


def test_the_style_sheet_is_served_as_one(web: httpx.Client) -> None:
    answer = web.get("/portal/style.css")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
