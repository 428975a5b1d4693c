"""Paying as people do, in a real browser on the hosted page; and when nobody is there any more."""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from adapters.postgres.finding import running
from tests.applicants import ADULT
from tests.asking import CITIZEN, Applying, Office
from tests.chromium import PATIENCE_MS, chromium
from tests.killable import Killable, until
from tests.processes import PROC, process_writing_to

pytestmark = pytest.mark.skipif(not PROC.exists(), reason="it finds processes in /proc")
SAID = {"succeeded": "Die Zahlung ist eingegangen", "cancelled": "Es wurde nicht bezahlt"}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killable]:
    installation = Killable(tmp_path_factory.mktemp("paying"))
    installation.start()
    until(installation.is_ready, "it is ready")
    yield installation
    installation.cut_the_power(Random(0))  # noqa: S311 -- its order guards nothing


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(locale="de-DE")
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()


class Payer(Applying):
    """Somebody with an application whose fee is due."""

    def begin(self) -> dict[str, Any]:
        return dict(self.ask(CITIZEN, "/payments"))

    def is_paid(self) -> bool:
        return bool(self.look()["fee"]["paid"])


@pytest.fixture
def payer(tree: Killable, request: pytest.FixtureRequest) -> Iterator[Payer]:
    office, name = Office(tree.api, tree.sandbox, tree.home), re.sub(r"\W", "-", request.node.name)
    with httpx.Client(timeout=30) as http:
        payer = Payer(office, http, Random(name), name, [])  # noqa: S311 -- likewise
        payer.submit(**ADULT)
        yield payer


def comes_back(page: Page, tree: Killable, status: str) -> None:
    expect(page).to_have_url(re.compile(rf"^{re.escape(tree.api)}/api/v1/payments/.*/return$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(SAID[status])


def test_she_pays_and_comes_back(page: Page, tree: Killable, payer: Payer) -> None:
    page.goto(payer.begin()["redirect_url"])
    expect(page.get_by_role("heading", name="Bezahlen")).to_be_visible()
    expect(page.locator("dl")).to_contain_text("20,00 €")
    expect(page.get_by_role("button", name="giropay")).to_have_count(0)  # switched off
    page.get_by_role("button", name="Mit PayPal bezahlen").click()
    comes_back(page, tree, "succeeded")
    until(payer.is_paid, "the application is paid")


def test_she_cancels_comes_back_and_pays_in_a_second_attempt(
    page: Page, tree: Killable, payer: Payer
) -> None:
    first = payer.begin()
    page.goto(first["redirect_url"])
    page.get_by_role("button", name="Abbrechen", exact=True).click()
    comes_back(page, tree, "cancelled")
    assert not payer.is_paid()
    second = payer.begin()
    assert second["payment_id"] != first["payment_id"]
    page.goto(second["redirect_url"])
    page.get_by_role("button", name="Mit Kreditkarte bezahlen").click()
    comes_back(page, tree, "succeeded")
    until(payer.is_paid, "the application is paid")


def test_she_leaves_the_page_and_goes_on_later(page: Page, tree: Killable, payer: Payer) -> None:
    address = payer.begin()["redirect_url"]
    page.goto(address)
    page.goto("about:blank")
    again = payer.begin()
    assert again["redirect_url"] == address
    page.goto(address)
    page.get_by_role("button", name="Mit PayPal bezahlen").click()
    comes_back(page, tree, "succeeded")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("abgeschlossen")
    expect(page.get_by_role("button")).to_have_count(0)


def test_one_cent_too_little_is_not_paid(page: Page, tree: Killable, payer: Payer) -> None:
    page.goto(payer.begin()["redirect_url"])
    page.get_by_role("button", name="Einen Cent zu wenig bezahlen").click()
    comes_back(page, tree, "succeeded")
    until(lambda: "UnmatchedMoneyReceived" in names_of(tree, payer), "it is queued")
    assert not payer.is_paid()


def names_of(tree: Killable, payer: Payer) -> str:
    return tree.command("replay", payer.application_id).stdout


def callbacks(tree: Killable) -> int:
    with psycopg.connect(running(tree.home)["database"]) as connection:
        row = connection.execute("SELECT count(*) FROM payment_callbacks").fetchone()
    return int(row[0]) if row else 0


def test_the_api_dies_while_she_pays_no_callback_arrives_and_the_money_does(
    page: Page, tree: Killable, payer: Payer
) -> None:
    """Neither her browser nor the platform reaches us: the platform is asked."""
    page.goto(payer.begin()["redirect_url"])
    with tree.bereft_of("serve") as dead:
        heeded = callbacks(tree)
        page.get_by_role("button", name="Mit PayPal bezahlen").click(no_wait_after=True)
        expect(page).to_have_url(re.compile("^chrome-error:"))
        page.close()
    until(tree.is_ready, "it is mended")
    assert process_writing_to(tree.home, "serve") != dead
    until(payer.is_paid, "the money arrives all the same")
    assert callbacks(tree) == heeded
