"""Pages in a real browser that reaches nothing but this machine: `/docs`, and a narrow screen."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.api.house import House
from tests.api.visitors import GELSENKIRCHEN
from tests.chromium import chromium

APPROVE = "approve_api_v1_applications__application_id__approval_post"


@pytest.fixture
def outside() -> list[str]:
    """What the page asked for elsewhere, or was kept from by its own policy."""
    return []


@pytest.fixture
def page(house: House, outside: list[str]) -> Iterator[Page]:
    own = urlsplit(house.api).netloc

    def let_through(route: Route) -> None:
        if urlsplit(route.request.url).netloc == own:
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.route(re.compile("^https?:"), let_through)
        page.on("console", lambda said: outside.append(said.text) if said.type == "error" else None)
        yield page


def test_it_shows_the_operations_without_the_internet(
    house: House, page: Page, outside: list[str]
) -> None:
    page.goto(f"{house.api}/docs")
    claim = page.locator(".opblock-summary", has_text="/api/v1/applications/{application_id}/claim")
    page.locator("h3", has_text="clerks").first.click(timeout=60_000)  # the script has to be read
    expect(claim).to_be_visible(timeout=60_000)
    assert outside == []


@pytest.mark.parametrize("width", [320, 500])
def test_a_narrow_screen_shows_a_page_whole(house: House, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/portal", f"/portal/{GELSENKIRCHEN}/services/library-card"):
        page.goto(f"{house.api}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_form_to_try_asks_for_the_headers(house: House, page: Page) -> None:
    page.goto(f"{house.api}/docs#/clerks/{APPROVE}")
    needed = page.locator("tr[data-param-in=header] .parameter__name.required")
    expect(needed).to_have_count(1, timeout=60_000)
    expect(needed).to_contain_text("If-Match", timeout=60_000)
    key = page.locator("tr[data-param-name=Idempotency-Key]")
    expect(key).to_be_visible(timeout=60_000)


def test_what_it_consists_of_is_ours_and_kept(house: House) -> None:
    with httpx.Client(base_url=house.api, timeout=60) as web:
        html = web.get("/docs").text
        for name in re.findall(r'(?:src|href)="([^"]+)"', html):
            assert "//" not in name
            answer = web.get(f"/{name}")
            assert answer.status_code == 200
            assert answer.content
        assert web.get("/docs/swagger-ui.css").headers["content-type"].startswith("text/css")
        assert web.get("/docs/README.md").status_code == 404
        assert web.get("/docs/..%2fdocs.js").status_code == 404
