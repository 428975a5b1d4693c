"""Payments through a real HTTP connection to the sandbox platform, and to worse ones."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from adapters.payments.errors import PaidAmountUnreadable
from adapters.payments.money import euro
from adapters.payments.translation import to_json
from adapters.payments.xbezahldienste import (
    PaymentAnswerUnusable,
    PaymentItem,
    PaymentPlatform,
    PaymentPlatformUnavailable,
    PaymentRefused,
    PaymentRequest,
    PaymentStatus,
)
from api.sandbox.payment_platform import create_payment_platform
from tests.serving import address_of, listen, serve

ITEM = PaymentItem(
    item_id="1", reference="library-card", description="Jahresentgelt", net_cents=1250
)
REQUEST = PaymentRequest(
    request_id="0193a1f0-0000-7000-8000-000000000001",
    requested_at=datetime(2026, 5, 4, 9, 0, tzinfo=UTC),
    amount_cents=1250,
    purpose="Bibliotheksausweis",
    description="Jahresentgelt für den Bibliotheksausweis",
    redirect_url="https://amt.example/antrag/1",
    items=(ITEM,),
)
KNOWN: dict[str, Any] = {
    "paymentInformation": {"transactionId": REQUEST.request_id, "status": "INITIAL"},
    "paymentRequest": {
        "requestId": REQUEST.request_id,
        "currency": "EUR",
        "grosAmount": euro(1250),
    },
}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.fixture
async def sandbox(tmp_path: Path, client: httpx.AsyncClient) -> AsyncIterator[PaymentPlatform]:
    listener, app = listen(), FastAPI()
    url = address_of(listener)
    app.include_router(create_payment_platform(tmp_path, url))
    async with serve(app, listener):
        yield PaymentPlatform(url, "town", "library", client)


class Scripted:
    """A platform that answers what it is told to, and remembers what it was asked."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[bytes] = []
        self.paths: list[str] = []
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self.answer, methods=["GET", "POST"])

    async def answer(self, request: Request) -> Response:
        self.asked.append(await request.body())
        self.paths.append(request.url.path)
        status, content = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Response(content if isinstance(content, bytes) else to_json(content), status)


async def ask(platform: Scripted, client: httpx.AsyncClient) -> Any:
    async with serve(platform.app) as url:
        return await PaymentPlatform(url, "town", "library", client).create(REQUEST)


async def pay(client: httpx.AsyncClient, url: str | None, **form: str) -> httpx.Response:
    assert url is not None
    return await client.post(url, data=form)


async def test_a_new_payment_is_open_and_has_a_page_to_pay_on(sandbox: PaymentPlatform) -> None:
    created = await sandbox.create(REQUEST)
    assert created.status is PaymentStatus.INITIAL
    assert created.amount_cents == 1250
    assert created.redirect_url == f"{sandbox.base_url}/pay/{created.transaction_id}"
    assert (created.method, created.paid_at) == (None, None)


async def test_a_paid_payment_says_how_and_when_it_was_paid(
    sandbox: PaymentPlatform, client: httpx.AsyncClient
) -> None:
    created = await sandbox.create(REQUEST)
    await pay(client, created.redirect_url, action="pay", method="PAYPAL")
    paid = await sandbox.status(created.transaction_id)
    assert (paid.status, paid.method) == (PaymentStatus.PAYED, "PAYPAL")
    assert (paid.reference, paid.redirect_url) == (created.reference, None)
    assert paid.paid_at is not None


async def test_the_same_request_twice_is_one_payment(sandbox: PaymentPlatform) -> None:
    assert await sandbox.create(REQUEST) == await sandbox.create(REQUEST)


async def test_a_request_asked_again_after_it_was_paid_is_known_as_paid(
    sandbox: PaymentPlatform, client: httpx.AsyncClient
) -> None:
    created = await sandbox.create(REQUEST)
    await pay(client, created.redirect_url, action="pay", method="CREDITCARD")
    assert (await sandbox.create(REQUEST)).status is PaymentStatus.PAYED


async def test_a_request_id_used_for_another_amount_is_refused(sandbox: PaymentPlatform) -> None:
    await sandbox.create(REQUEST)
    dearer = replace(REQUEST, amount_cents=1300, items=(replace(ITEM, net_cents=1300),))
    with pytest.raises(PaymentRefused, match="PAYMENT_EXISTS"):
        await sandbox.create(dearer)


async def test_items_that_do_not_add_up_are_refused(sandbox: PaymentPlatform) -> None:
    with pytest.raises(PaymentRefused, match="CALCULATION_ERROR"):
        await sandbox.create(replace(REQUEST, amount_cents=1249))


async def test_an_unregistered_originator_is_refused(sandbox: PaymentPlatform) -> None:
    with pytest.raises(PaymentRefused, match="NO_VALID_ORIGINATOR_OR_ENDPOINT"):
        await replace(sandbox, originator_id="not-registered").create(REQUEST)


async def test_an_unknown_transaction_is_refused(sandbox: PaymentPlatform) -> None:
    with pytest.raises(PaymentRefused, match="UNSPECIFIED"):
        await sandbox.status("nothing")


async def test_items_with_quantities_and_taxes_are_accepted(sandbox: PaymentPlatform) -> None:
    copies = replace(ITEM, net_cents=100, tax_cents=19, tax_rate=Decimal(19), quantity=3)
    created = await sandbox.create(replace(REQUEST, amount_cents=357, items=(copies,)))
    assert created.amount_cents == 357


@pytest.mark.parametrize(
    "broken",
    [
        {"purpose": "Bibliotheksausweis 2026/2027"},
        {"purpose": "x" * 28},
        {"purpose": "Gebühr"},
        {"purpose": "no end\u2028"},
        {"request_id": "x" * 37},
        {"description": "x" * 251},
        {"redirect_url": "javascript:alert(1)"},
        {"amount_cents": 0},
        {"items": ()},
        {"items": (ITEM,) * 100},
        {"requested_at": datetime(2026, 5, 4, 9, 0)},  # noqa: DTZ001
    ],
)
async def test_what_the_standard_forbids_is_not_sent(
    broken: dict[str, Any], client: httpx.AsyncClient
) -> None:
    platform = Scripted((200, KNOWN))
    async with serve(platform.app) as url:
        with pytest.raises(PaymentRefused, match="VALIDATION_ERROR"):
            await PaymentPlatform(url, "town", "library", client).create(replace(REQUEST, **broken))
    assert platform.asked == []


async def test_amounts_leave_as_numbers_with_two_digits(client: httpx.AsyncClient) -> None:
    platform = Scripted((200, KNOWN))
    await ask(platform, client)
    assert b'"grosAmount":12.50,' in platform.asked[0]
    assert b'"requestTimestamp":"2026-05-04T09:00:00Z"' in platform.asked[0]
    assert platform.paths == ["/paymenttransaction/town/library"]


async def test_a_paid_answer_that_cannot_be_read_has_to_be_about_this_payment(
    client: httpx.AsyncClient,
) -> None:
    paid = {"transactionId": "t-1", "status": "PAYED"}
    asked = KNOWN["paymentRequest"] | {"grosAmount": Decimal("12.505")}
    platform = Scripted((200, {"paymentInformation": paid, "paymentRequest": asked}))
    async with serve(platform.app) as url:
        account = PaymentPlatform(url, "town", "library", client)
        with pytest.raises(PaidAmountUnreadable):
            await account.status("t-1")
        with pytest.raises(PaymentAnswerUnusable, match="another payment"):
            await account.status("t-2")


async def test_a_platform_that_recovers_is_asked_the_same_again(client: httpx.AsyncClient) -> None:
    platform = Scripted((503, b""), (429, b""), (200, KNOWN))
    await ask(platform, client)
    assert len(platform.asked) == 3
    assert len(set(platform.asked)) == 1


async def test_a_platform_that_stays_down_is_unavailable(client: httpx.AsyncClient) -> None:
    platform = Scripted((500, b"oops"))
    with pytest.raises(PaymentPlatformUnavailable, match="HTTP 500"):
        await ask(platform, client)
    assert len(platform.asked) == 3


async def test_nobody_listening_is_unavailable(client: httpx.AsyncClient) -> None:
    with listen() as listener:
        nowhere = PaymentPlatform(address_of(listener), "town", "library", client, attempts=1)
    with pytest.raises(PaymentPlatformUnavailable, match="ConnectError"):
        await nowhere.create(REQUEST)


async def test_a_silent_platform_is_unavailable(client: httpx.AsyncClient) -> None:
    with listen() as silent:
        platform = PaymentPlatform(
            address_of(silent), "town", "library", client, timeout=3.0, attempts=1
        )
        with pytest.raises(PaymentPlatformUnavailable, match="ReadTimeout"):
            await platform.create(REQUEST)


async def test_an_existing_payment_is_looked_up_by_its_request_id(
    client: httpx.AsyncClient,
) -> None:
    platform = Scripted((409, {"functionalCode": "PAYMENT_EXISTS"}), (200, KNOWN))
    assert (await ask(platform, client)).transaction_id == REQUEST.request_id
    assert platform.paths[1].endswith(REQUEST.request_id)


async def test_an_existing_payment_nobody_can_name_is_refused(client: httpx.AsyncClient) -> None:
    platform = Scripted((409, {"functionalCode": "PAYMENT_EXISTS"}), (404, b"<html>"))
    with pytest.raises(PaymentRefused, match="PAYMENT_EXISTS"):
        await ask(platform, client)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"[]", b"{}", b'{"paymentInformation": null}', b"\xff", b"NaN"],
)
async def test_an_answer_that_makes_no_sense_is_unusable(
    content: bytes, client: httpx.AsyncClient
) -> None:
    with pytest.raises(PaymentAnswerUnusable):
        await ask(Scripted((200, content)), client)


async def test_an_answer_about_another_amount_is_unusable(client: httpx.AsyncClient) -> None:
    other = KNOWN | {"paymentRequest": KNOWN["paymentRequest"] | {"grosAmount": 1}}
    with pytest.raises(PaymentAnswerUnusable, match="another payment"):
        await ask(Scripted((200, other)), client)


async def test_a_status_of_another_payment_is_unusable(client: httpx.AsyncClient) -> None:
    async with serve(Scripted((200, KNOWN)).app) as url:
        with pytest.raises(PaymentAnswerUnusable, match="another payment"):
            await PaymentPlatform(url, "town", "library", client).status("mine")


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (403, b"<html>", "FORBIDDEN"),
        (401, {}, "FORBIDDEN"),
        (400, {"functionalCode": "BOOKING_DATA_MISSING"}, "BOOKING_DATA_MISSING"),
        (404, [], "UNSPECIFIED"),
    ],
)
async def test_a_refusal_carries_the_platforms_code(
    status: int, content: Any, code: str, client: httpx.AsyncClient
) -> None:
    with pytest.raises(PaymentRefused, match=code):
        await ask(Scripted((status, content)), client)


async def test_a_platform_that_points_elsewhere_is_not_followed(client: httpx.AsyncClient) -> None:
    with pytest.raises(PaymentAnswerUnusable):
        await ask(Scripted((302, b"")), client)
