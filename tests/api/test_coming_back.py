"""A browser that comes back from the payment platform is shown a page, a program the data."""

import re
from html import escape
from urllib.parse import urlencode

import httpx
import pytest

from tests.api.library_card import Case, Counter, form
from tests.api.visitors import GLADBECK

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "de-DE,de"}
PORTAL = "https://serviceportal.gladbeck.de"


def seen(case: Case, back: str, **headers: str) -> httpx.Response:
    return case.clerk.http.get(back, headers=BROWSER | headers)


@pytest.fixture
def case(counter: Counter) -> Case:
    return counter.submit(form())


@pytest.mark.parametrize(
    ("pressed", "german", "english"),
    [
        ("pay", "Die Zahlung ist eingegangen", "The payment has come in"),
        ("cancel", "Es wurde nicht bezahlt", "Nothing was paid"),
        ("fail", "Es wurde nicht bezahlt", "Nothing was paid"),
    ],
)
def test_a_browser_is_told_how_the_payment_stands(
    case: Case, pressed: str, german: str, english: str
) -> None:
    back = case.press(case.begin_payment(), pressed)
    answer = seen(case, back)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert f"<h1>{german}</h1>" in answer.text
    assert "20,00 €" in answer.text
    assert english in seen(case, back, **{"Accept-Language": "en"}).text
    assert english in seen(case, f"{back}?lang=en").text


def test_nothing_on_the_page_says_whose_payment_it_is(case: Case) -> None:
    page = seen(case, case.press(case.begin_payment())).text
    assert not any(word in page for word in (case.email, case.id, "Bauer"))


def test_one_that_has_not_paid_yet_is_told_so(case: Case) -> None:
    payment = case.begin_payment()
    back = f"{case.house.api}/api/v1/payments/{payment['payment_id']}/return"
    assert "Die Zahlung ist noch offen" in seen(case, back).text


def test_it_leads_to_the_town_s_portal_and_nowhere_else(counter: Counter, case: Case) -> None:
    elsewhere = "?return_to=https://evil.example"
    own = counter.submit(form(municipality=GLADBECK))
    page = seen(own, own.press(own.begin_payment()) + elsewhere).text
    assert f'<a href="{PORTAL}">Zum Portal</a>' in page
    assert 'href="https://evil' not in page
    without = seen(case, case.press(case.begin_payment())).text
    assert "Zum Portal" not in without


@pytest.fixture
def own(counter: Counter) -> Case:
    return counter.submit(form(municipality=GLADBECK))


def test_it_leads_to_the_page_of_the_portal_that_was_asked_for(own: Case) -> None:
    page = f"{PORTAL}/antrag?nr=7&schritt=3"
    begun = own.citizen.post(f"{own.path}/payments?{urlencode({'return_to': page})}").json()
    shown = seen(own, own.press(begun)).text
    assert f'<a href="{escape(page)}">Zum Portal</a>' in shown


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        f"{PORTAL}.evil.example/",
        f"{PORTAL}@evil.example/",
        f"{PORTAL}:444/",
        PORTAL.replace("https", "http"),
        f"{PORTAL}\\@evil.example",
        "javascript:alert(1)",
        "//evil.example",
    ],
)
def test_no_address_outside_the_portal_is_taken_or_linked(own: Case, elsewhere: str) -> None:
    query = urlencode({"return_to": elsewhere})
    refused = own.citizen.post(f"{own.path}/payments?{query}")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (
        422,
        "query:/return_to",
    )
    back = own.press(own.begin_payment())
    assert elsewhere not in re.findall('href="([^"]+)"', seen(own, f"{back}?{query}").text)


def test_a_town_without_a_portal_says_that_nobody_can_be_led_there(case: Case) -> None:
    refused = case.citizen.post(f"{case.path}/payments?return_to=https://any.example")
    assert "has no portal_url" in refused.json()["errors"][0]["detail"]


def test_a_payment_there_is_not_is_said_as_a_page(case: Case) -> None:
    nowhere = f"{case.house.api}/api/v1/payments/018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e/return"
    answer = seen(case, nowhere)
    assert (answer.status_code, "Diese Seite gibt es nicht" in answer.text) == (404, True)


def test_a_program_gets_the_data(case: Case) -> None:
    back = case.press(case.begin_payment())
    answer = seen(case, back, Accept="*/*")
    assert answer.json()["status"] == "succeeded"
    assert answer.headers["vary"] == "Accept"
