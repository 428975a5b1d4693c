"""The sandbox platform as a browser and as a foreign client see it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.sandbox.payment_platform import create_payment_platform
from tests.serving import address_of, listen, serve

BEFORE_2025 = datetime(2024, 12, 31, 22, 59, tzinfo=UTC)
FROM_2025 = datetime(2024, 12, 31, 23, 0, tzinfo=UTC)
BACK = "https://amt.example/antrag/1?step=5"
CALLS = "/paymenttransaction/town/library"
REQUEST: dict[str, Any] = {
    "requestId": "request-1",
    "requestTimestamp": "2026-05-04T09:00:00Z",
    "currency": "EUR",
    "grosAmount": 1012.5,
    "purpose": "Bibliotheksausweis",
    "description": "Ein <b>Ausweis</b>",
    "redirectUrl": BACK,
    "items": [
        {
            "id": "1",
            "reference": "library-card",
            "description": "Jahresentgelt",
            "taxRate": 0,
            "quantity": 1,
            "totalNetAmount": 1012.5,
            "totalTaxAmount": 0,
            "singleNetAmount": 1012.5,
            "singleTaxAmount": 0,
            "bookingData": {"costCentre": "4711"},
        }
    ],
}


def platform(folder: Path, now: datetime = FROM_2025) -> FastAPI:
    app = FastAPI()
    app.include_router(create_payment_platform(folder, "https://pay.example/", lambda: now))
    return app


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(platform(tmp_path)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as browser,
    ):
        yield browser


async def created(browser: httpx.AsyncClient, **changes: Any) -> str:
    answer = await browser.post(CALLS, json=REQUEST | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["paymentInformation"]["transactionId"])


async def status(browser: httpx.AsyncClient, transaction_id: str) -> dict[str, Any]:
    answer = await browser.get(f"{CALLS}/{transaction_id}")
    return dict(answer.json()["paymentInformation"])


async def settle(browser: httpx.AsyncClient, transaction_id: str, **form: str) -> httpx.Response:
    return await browser.post(f"/pay/{transaction_id}", data=form)


async def test_an_answer_repeats_the_request_and_says_where_to_pay(
    browser: httpx.AsyncClient,
) -> None:
    answer = (await browser.post(CALLS, json=REQUEST)).json()
    known = answer["paymentInformation"]
    assert answer["paymentRequest"] == REQUEST
    assert known["status"] == "INITIAL"
    assert known["transactionReference"] == "KZ-0000000001"
    assert known["transactionRedirectUrl"] == f"https://pay.example/pay/{known['transactionId']}"


async def test_the_page_shows_amount_and_purpose_and_needs_no_script(
    browser: httpx.AsyncClient,
) -> None:
    page = (await browser.get(f"/pay/{await created(browser)}")).text
    assert "1.012,50 €" in page
    assert "Bibliotheksausweis" in page
    assert "<script" not in page


async def test_the_page_does_not_run_what_others_wrote(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"/pay/{await created(browser)}")).text
    assert "Ein &lt;b&gt;Ausweis&lt;/b&gt;" in page


async def test_paying_leads_back_without_telling_the_result(browser: httpx.AsyncClient) -> None:
    answer = await settle(browser, await created(browser), action="pay", method="PAYPAL")
    assert (answer.status_code, answer.headers["location"]) == (303, BACK)


@pytest.mark.parametrize(
    ("form", "ending"),
    [
        ({"action": "pay", "method": "CREDITCARD"}, ("PAYED", "CREDITCARD")),
        ({"action": "cancel"}, ("CANCELED", None)),
        ({"action": "fail", "method": "PAYPAL"}, ("FAILED", None)),
    ],
)
async def test_the_choice_on_the_page_becomes_the_status(
    browser: httpx.AsyncClient, form: dict[str, str], ending: tuple[str, str | None]
) -> None:
    transaction_id = await created(browser)
    await settle(browser, transaction_id, **form)
    known = await status(browser, transaction_id)
    assert (known["status"], known.get("paymentMethod")) == ending
    assert "transactionRedirectUrl" not in known
    assert ("transactionTimestamp" in known) == (ending[0] == "PAYED")


async def test_a_payment_ends_only_once(browser: httpx.AsyncClient) -> None:
    transaction_id = await created(browser)
    await settle(browser, transaction_id, action="pay", method="PAYPAL")
    paid = await status(browser, transaction_id)
    again = await settle(browser, transaction_id, action="pay", method="CREDITCARD")
    await settle(browser, transaction_id, action="cancel")
    assert again.status_code == 303
    assert await status(browser, transaction_id) == paid


async def test_a_canceled_payment_is_not_paid_later(browser: httpx.AsyncClient) -> None:
    transaction_id = await created(browser)
    await settle(browser, transaction_id, action="cancel")
    await settle(browser, transaction_id, action="pay", method="PAYPAL")
    assert (await status(browser, transaction_id))["status"] == "CANCELED"


async def test_a_finished_payment_shows_the_way_back_and_no_buttons(
    browser: httpx.AsyncClient,
) -> None:
    transaction_id = await created(browser)
    await settle(browser, transaction_id, action="pay", method="PAYPAL")
    page = (await browser.get(f"/pay/{transaction_id}")).text
    assert BACK in page
    assert "<button" not in page


@pytest.mark.parametrize(
    "form", [{}, {"action": "pay"}, {"action": "pay", "method": "CASH"}, {"action": "refund"}]
)
async def test_a_choice_that_was_not_offered_changes_nothing(
    browser: httpx.AsyncClient, form: dict[str, str]
) -> None:
    transaction_id = await created(browser)
    assert (await settle(browser, transaction_id, **form)).status_code == 400
    assert (await status(browser, transaction_id))["status"] == "INITIAL"


async def test_an_unknown_payment_has_no_page(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/pay/nothing")).status_code == 404
    assert (await settle(browser, "nothing", action="cancel")).status_code == 404


@pytest.mark.parametrize(("now", "offered"), [(BEFORE_2025, True), (FROM_2025, False)])
async def test_giropay_and_paydirekt_ended_with_the_year_2024(
    tmp_path: Path, now: datetime, *, offered: bool
) -> None:
    async with (
        serve(platform(tmp_path, now)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as browser,
    ):
        transaction_id = await created(browser)
        page = (await browser.get(f"/pay/{transaction_id}")).text
        paid = await settle(browser, transaction_id, action="pay", method="GIROPAY")
    assert (("giropay" in page), ("paydirekt" in page)) == (offered, offered)
    assert paid.status_code == (303 if offered else 400)


async def test_a_repeated_request_learns_where_its_first_try_went(
    browser: httpx.AsyncClient,
) -> None:
    transaction_id = await created(browser)
    later = REQUEST | {"requestTimestamp": "2026-05-04T09:05:00Z"}
    again = await browser.post(CALLS, json=later)
    assert (again.status_code, again.json()["functionalCode"]) == (409, "PAYMENT_EXISTS")
    assert again.json()["paymentInformation"]["transactionId"] == transaction_id


async def test_another_payment_under_a_used_request_id_learns_nothing(
    browser: httpx.AsyncClient,
) -> None:
    await created(browser)
    other = await browser.post(CALLS, json=REQUEST | {"purpose": "Hundesteuer"})
    assert other.json()["functionalCode"] == "PAYMENT_EXISTS"
    assert "paymentInformation" not in other.json()


async def test_many_tries_at_once_are_one_payment(browser: httpx.AsyncClient) -> None:
    tries = await asyncio.gather(*(browser.post(CALLS, json=REQUEST) for _ in range(8)))
    assert sorted(answer.status_code for answer in tries) == [201] + [409] * 7
    assert len({a.json()["paymentInformation"]["transactionId"] for a in tries}) == 1


async def test_a_payment_is_not_shown_under_another_endpoint(browser: httpx.AsyncClient) -> None:
    transaction_id = await created(browser)
    answer = await browser.get(f"/paymenttransaction/town/dogs/{transaction_id}")
    assert answer.status_code == 404


async def test_a_town_that_nobody_announced_takes_payments_here_as_well(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.post("/paymenttransaction/village/k%C3%A4mmerei%202", json=REQUEST)
    known = answer.json()["paymentInformation"]
    asked = await browser.get(
        f"/paymenttransaction/village/k%C3%A4mmerei%202/{known['transactionId']}"
    )
    assert (answer.status_code, asked.json()["paymentInformation"]) == (201, known)


@pytest.mark.parametrize("account", ["not-registered/library", "town/not-registered"])
async def test_the_account_that_is_reserved_for_it_is_refused(
    browser: httpx.AsyncClient, account: str
) -> None:
    answer = await browser.post(f"/paymenttransaction/{account}", json=REQUEST)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["functionalCode"] == "NO_VALID_ORIGINATOR_OR_ENDPOINT"


@pytest.mark.parametrize(
    "broken",
    [
        {"purpose": "x" * 28},
        {"purpose": "a/b"},
        {"currency": "USD"},
        {"grosAmount": "1012.50"},
        {"grosAmount": True},
        {"grosAmount": 1012.505},
        {"items": []},
        {"redirectUrl": "javascript:alert(1)"},
        {"requestId": ""},
        {"requestId": None},
        {"unheardOf": 1},
    ],
)
async def test_what_the_standard_forbids_is_a_validation_error(
    browser: httpx.AsyncClient, broken: dict[str, Any]
) -> None:
    answer = await browser.post(CALLS, json=REQUEST | broken)
    assert (answer.status_code, answer.json()["functionalCode"]) == (400, "VALIDATION_ERROR")
    assert next(iter(broken)) in answer.json()["detail"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"NaN"])
async def test_what_is_no_request_at_all_is_a_validation_error(
    browser: httpx.AsyncClient, content: bytes
) -> None:
    answer = await browser.post(CALLS, content=content)
    assert answer.json()["functionalCode"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("field", ["totalNetAmount", "singleNetAmount", "quantity"])
async def test_a_bill_that_does_not_add_up_is_a_calculation_error(
    browser: httpx.AsyncClient, field: str
) -> None:
    wrong = deepcopy(REQUEST)
    wrong["items"][0][field] = 7
    answer = await browser.post(CALLS, json=wrong)
    assert answer.json()["functionalCode"] == "CALCULATION_ERROR"


PROGRAM = """
import sys
from pathlib import Path
import uvicorn
from tests.api.test_payment_sandbox import platform
uvicorn.run(platform(Path(sys.argv[1])), fd=int(sys.argv[2]), ws="none", log_level="error")
"""


@asynccontextmanager
async def process_to_kill(folder: Path) -> AsyncIterator[str]:
    with listen() as listener:
        fd = listener.fileno()
        arguments = ("-c", PROGRAM, str(folder), str(fd))
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, pass_fds=[fd], cwd=Path(__file__).parents[2]
        )
        try:
            yield address_of(listener)
        finally:
            process.kill()
            await process.wait()


async def test_a_paid_payment_is_known_after_the_platform_was_killed(tmp_path: Path) -> None:
    async with (
        process_to_kill(tmp_path) as url,
        httpx.AsyncClient(base_url=url, timeout=90) as browser,
    ):
        transaction_id = await created(browser)
        await settle(browser, transaction_id, action="pay", method="PAYPAL")
    async with (
        serve(platform(tmp_path)) as url,
        httpx.AsyncClient(base_url=url, timeout=60) as browser,
    ):
        assert (await status(browser, transaction_id))["status"] == "PAYED"
