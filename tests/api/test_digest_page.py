"""Whoever reads the mailbox of an office ends its digest by the address in it; nobody else can."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from adapters.mail.unsubscribing import GOOD_FOR, token_for
from domain.working_days import legal_day
from tests.api.library_card import done
from tests.api.operating import Stream, municipality
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, Visitors
from tests.keys import KEYS

OFFICE = "Stadtentwässerung"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
USED: dict[str, Any] = {"office": OFFICE, "mode": "digest", "digest_at": "07:30"}


@pytest.fixture
def town(visitors: Visitors) -> Stream:
    """Gelsenkirchen, with a digest for an office that no other test looks at."""
    town = municipality(visitors.new("operator"), GELSENKIRCHEN)
    town.does("clerk-mail", USED)
    assert mode(town) == "digest"
    return town


@pytest.fixture
def address(town: Stream) -> str:
    """What is in a digest that is sent now."""
    return f"/digest/{token(town)}"


def today() -> date:
    return legal_day(datetime.now(UTC))


def token(town: Stream, ags: str = GELSENKIRCHEN, office: str = OFFICE, days: int = 0) -> str:
    """`days`: since it was sent."""
    chosen = town.see()["state"]["clerk_mail"]
    chosen_at = chosen.get(office, chosen[OFFICE])["chosen_at"]
    sent_on = today() - timedelta(days=days)
    return token_for(KEYS, ags, office, sent_on, datetime.fromisoformat(chosen_at))


@pytest.fixture
def web(visitors: Visitors) -> Iterator[httpx.Client]:
    host = visitors.http.base_url.copy_with(path="/")
    with httpx.Client(base_url=host, timeout=60) as web:
        yield web


def mode(town: Stream) -> str:
    return str(town.see()["state"]["clerk_mail"][OFFICE]["mode"])


def test_looking_asks_and_changes_nothing(town: Stream, web: httpx.Client, address: str) -> None:
    before = town.version
    for _ in range(2):
        shown = web.get(address)
        assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
        assert f"{OFFICE}, Gelsenkirchen" in shown.text
        assert '<form method="post">' in shown.text
    assert (town.version, mode(town)) == (before, "digest")


def test_a_mail_program_ends_it_in_one_click_and_once(
    town: Stream, web: httpx.Client, address: str
) -> None:
    before = town.version
    for _ in range(2):
        told = web.post(address, data=ONE_CLICK)
        assert told.status_code == 200
        assert "ist abbestellt" in told.text
    assert (town.version, mode(town)) == (before + 1, "none")
    last = done(town.operator.get(f"{town.path}/history"))["events"][-1]
    assert (last["name"], last["data"]["office"]) == ("DigestUnsubscribed", OFFICE)
    assert last["role"] == "mailbox"


def test_who_looks_again_is_told_that_it_has_ended(web: httpx.Client, address: str) -> None:
    web.post(address, data=ONE_CLICK)
    shown = web.get(address)
    assert (shown.status_code, "ist abbestellt" in shown.text) == (200, True)
    assert "<form" not in shown.text


def test_a_program_that_asks_for_the_head_alone_is_answered(
    town: Stream, web: httpx.Client, address: str
) -> None:
    looked = web.head(address)
    assert (looked.status_code, looked.headers["cache-control"]) == (200, "no-store")
    assert (web.head("/digest/garbage").status_code, mode(town)) == (404, "digest")


def test_what_an_operator_brings_back_no_old_address_ends(
    town: Stream, web: httpx.Client, address: str
) -> None:
    web.post(address, data=ONE_CLICK)
    town.does("clerk-mail", USED)
    assert mode(town) == "digest"
    assert (web.get(address).status_code, web.post(address, data=ONE_CLICK).status_code) == (
        404,
        404,
    )
    assert mode(town) == "digest"
    assert web.post(f"/digest/{token(town)}", data=ONE_CLICK).status_code == 200
    assert mode(town) == "none"


def test_what_was_chosen_as_before_is_the_same_choice(
    town: Stream, web: httpx.Client, address: str
) -> None:
    town.does("clerk-mail", USED)
    assert web.get(address).status_code == 200


def test_the_page_is_in_the_reader_s_language(web: httpx.Client, address: str) -> None:
    assert "End the daily digest?" in web.get(address, headers={"Accept-Language": "en"}).text
    assert "Tägliche Übersicht abbestellen?" in web.get(address).text


@pytest.mark.parametrize(
    "written",
    [
        lambda _: "garbage",
        lambda town: f"{token(town)}A",
        lambda town: token(town, days=GOOD_FOR.days + 2),
        lambda town: token(town, "05999999"),
        lambda _: token_for(KEYS, GELSENKIRCHEN, OFFICE, today(), None),
    ],
)
def test_an_address_that_is_not_believed_ends_nothing(
    town: Stream, web: httpx.Client, written: Callable[[Stream], str]
) -> None:
    address = f"/digest/{written(town)}"
    assert web.get(address).status_code == 404
    told = web.post(address, data=ONE_CLICK)
    assert told.status_code == 404
    assert "neuesten Übersicht" in told.text
    assert mode(town) == "digest"


def test_an_office_that_is_there_no_more_has_no_digest(town: Stream, web: httpx.Client) -> None:
    town.does("clerk-mail", {"mode": "digest"})
    chosen = town.see()["state"]["clerk_mail"][""]["chosen_at"]
    at = datetime.fromisoformat(chosen)
    gone = f"/digest/{token_for(KEYS, GELSENKIRCHEN, 'Zoo', today(), at)}"
    assert web.get(gone).status_code == 200
    assert web.post(gone, data=ONE_CLICK).status_code == 404
    town.does("clerk-mail", {"mode": "immediate"})


def test_an_operator_says_who_is_told_nothing_of_a_pilot(town: Stream) -> None:
    town.does("pilot-quiet", {"quiet": ["offices", "applicants"], "service": "library-card"})
    told = town.see()["state"]["pilot_quiet"]
    assert told["library-card"] == ["applicants", "offices"]
    town.does("pilot-quiet", {"quiet": [], "service": "library-card"})
    assert town.see()["state"]["pilot_quiet"]["library-card"] == []
    assert town.ask("pilot-quiet", {"quiet": [], "service": "zoo"}).status_code == 404
    assert town.ask("pilot-quiet", {"quiet": ["everybody"]}).status_code == 422
    assert town.ask("clerk-mail", {"mode": "digest", "digest_at": "7.30"}).status_code == 422


@pytest.mark.parametrize("other", ["none", "immediate"])
def test_only_a_digest_has_a_time(town: Stream, other: str) -> None:
    answer = town.ask("clerk-mail", {"mode": other, "digest_at": "07:30"})
    (field,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert field["pointer"] == "/digest_at"
    assert "only `digest` has a time" in field["detail"]
    assert mode(town) == "digest"
