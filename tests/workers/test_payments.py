"""Open payments are asked for until they are settled; a platform that is down delays only."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from adapters.bootstrap import Parts, open_parts
from adapters.event_store.office import Order
from adapters.free_port import free_port
from adapters.ids import derived_id
from adapters.payments.errors import PaymentPlatformUnavailable, PaymentRefused
from adapters.payments.fee import Fee
from adapters.settings import Settings
from api.sandbox.payment_platform import create_payment_platform
from domain.municipality.municipality import PaymentAccount
from domain.payment.commands import Clarify
from domain.payment.decisions import PAYMENT
from domain.payment.events import PaymentOpened
from domain.payment.state import PaymentStatus
from projections.open_payments import OPEN_PAYMENTS
from projections.treasury import TREASURY
from tests.adapters.event_store.proposals import metadata
from tests.catalogue import with_built_in
from tests.domain.application.facts import GELSENKIRCHEN
from tests.keys import with_keys
from tests.projections.log import Log
from tests.serving import serve
from tests.workers.supervised import supervised, until
from workers import payments
from workers.payments import GIVE_UP_AFTER, POLLER, settle
from workers.project import projecting

PAID = {"action": "pay", "method": "PAYPAL"}
FEE = Fee(application_id=uuid4(), municipality=GELSENKIRCHEN, service="library-card", cents=2000)
BEATS = "SELECT beat_at FROM heartbeats WHERE runner = 'payment-poller'"


@dataclass
class Platform:
    """A payment platform that may be down."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.port)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        app = FastAPI()
        app.include_router(create_payment_platform(self.folder, self.url))
        async with serve(app, socket.create_server(self.address)):
            yield

    async def press(self, page: str) -> None:
        async with httpx.AsyncClient(timeout=60) as browser:
            assert (await browser.post(page, data=PAID)).is_redirect


@pytest.fixture
def platform(tmp_path) -> Platform:
    return Platform(tmp_path, free_port(0))


@pytest.fixture
async def paying(platform, tmp_path, database_url) -> AsyncIterator[Parts]:
    settings = with_keys(
        Settings(home=tmp_path, payment_url=platform.url, payment_poll_seconds=0.05)
    )
    async with open_parts(settings, database_url) as parts:
        yield with_built_in(parts)


async def paid_on(platform: Platform, parts: Parts) -> UUID:
    """The applicant has paid, and the browser never came back."""
    async with platform.up():
        payment_id, payment = await parts.checkout.begin(FEE, metadata(), datetime.now(UTC))
        await platform.press(payment.redirect_url)
    return payment_id


async def status(parts: Parts, payment_id: UUID) -> PaymentStatus:
    return (await parts.checkout.find(payment_id)).status


async def test_while_the_platform_is_down_a_payment_stays_open(platform, paying) -> None:
    payment_id = await paid_on(platform, paying)
    await settle(paying, payment_id)
    assert await status(paying, payment_id) is PaymentStatus.OPEN


async def test_whoever_comes_back_twice_has_the_platform_asked_once(platform, paying) -> None:
    payment_id = await paid_on(platform, paying)
    with pytest.raises(PaymentPlatformUnavailable):
        await paying.checkout.visit(payment_id, datetime.now(UTC))
    known = await paying.checkout.visit(payment_id, datetime.now(UTC))
    assert known.status is PaymentStatus.OPEN


async def test_once_it_is_up_the_payment_is_settled_by_itself(platform, paying) -> None:
    payment_id = await paid_on(platform, paying)

    async def is_paid() -> bool:
        return await status(paying, payment_id) is PaymentStatus.SUCCEEDED

    async with supervised(paying, projecting(OPEN_PAYMENTS), POLLER):
        await asyncio.sleep(0.3)  # in vain
        async with platform.up():
            await until(is_paid)


async def test_a_payment_that_nobody_can_ask_for_holds_up_no_other(platform, paying, log) -> None:
    lost = PaymentOpened(
        application_id=uuid4(),
        municipality="05999999",
        transaction_id="t-1",
        redirect_url="",
        opened_at=datetime.now(UTC),
    )
    await log.record(uuid4(), lost)
    payment_id = await paid_on(platform, paying)

    async def is_paid() -> bool:
        return await status(paying, payment_id) is PaymentStatus.SUCCEEDED

    async with supervised(paying, projecting(OPEN_PAYMENTS), POLLER), platform.up():
        await until(is_paid)


async def test_money_that_cannot_be_read_is_on_the_treasury_s_list_until_it_can(
    platform, paying, log
) -> None:
    listed = "SELECT kind, cents, reason, reference, open FROM treasury_v3 WHERE payment_id = %s"
    payment_id = await paid_on(platform, paying)
    opened = await paying.checkout.find(payment_id)

    async def seen() -> list[Any]:
        await log.project(TREASURY)
        return [tuple(row.values()) for row in await log.ask(listed, payment_id)]

    async with serve(
        paid_in_fractions(opened.transaction_id), socket.create_server(platform.address)
    ):
        for _ in range(2):
            await settle(paying, payment_id)
    row = ("unclear", 2000, "amount-unreadable", opened.reference)
    assert await seen() == [(*row, True)]
    assert await status(paying, payment_id) is PaymentStatus.OPEN
    async with platform.up():
        await settle(paying, payment_id)
    assert await seen() == [(*row, False)]
    assert await status(paying, payment_id) is PaymentStatus.SUCCEEDED


def paid_in_fractions(transaction_id: str) -> FastAPI:
    app = FastAPI()

    @app.get("/paymenttransaction/{_originator}/{_endpoint}/{_transaction}")
    async def answer(_originator: str, _endpoint: str, _transaction: str) -> dict[str, Any]:
        return {
            "paymentInformation": {"transactionId": transaction_id, "status": "PAYED"},
            "paymentRequest": {"requestId": "r-1", "grosAmount": 20.005},
        }

    return app


async def test_a_platform_that_never_answers_is_not_waited_for(
    platform, paying, monkeypatch
) -> None:
    monkeypatch.setattr(payments, "SETTLE_SECONDS", 0.2)
    payment_id = await paid_on(platform, paying)
    with socket.create_server(platform.address):
        async with asyncio.timeout(60):
            await settle(paying, payment_id)
    assert await status(paying, payment_id) is PaymentStatus.OPEN


async def test_it_is_seen_to_be_alive_between_two_rounds(paying, log, monkeypatch) -> None:
    monkeypatch.setattr(payments, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr("workers.supervision.BEAT_SECONDS", 0.05)
    monkeypatch.setattr(paying.settings, "payment_poll_seconds", 1000)

    async with supervised(paying, POLLER):
        await until(partial(log.ask, BEATS))
        (first,) = await log.ask(BEATS)

        async def beats_again() -> bool:
            return await log.ask(BEATS) != [first]

        await until(beats_again)


def banked_at(parts: Parts, endpoint: str) -> Parts:
    """The town's account is this one from now on."""
    town = parts.catalogue.municipality(GELSENKIRCHEN)
    account = PaymentAccount(originator="gelsenkirchen", endpoint=endpoint)
    accounts = replace(parts.checkout.accounts, town=lambda _: replace(town, payment=account))
    return replace(parts, checkout=replace(parts.checkout, accounts=accounts))


async def test_what_the_platform_refused_is_begun_anew_at_the_account_of_today(
    platform, paying, log
) -> None:
    wrong, right = banked_at(paying, "not-registered"), banked_at(paying, "stadtbibliothek")
    fee, now = replace(FEE, application_id=uuid4()), datetime.now(UTC)
    async with platform.up():
        with pytest.raises(PaymentRefused):
            await wrong.checkout.begin(fee, metadata(), now)
        _, payment = await right.checkout.begin(fee, metadata(), now)
    assert payment.status is PaymentStatus.OPEN
    assert payment.platform_account == "gelsenkirchen/stadtbibliothek"


async def test_the_same_command_begins_anew_what_the_platform_did_not_take(
    platform, paying
) -> None:
    wrong, right = banked_at(paying, "not-registered"), banked_at(paying, "stadtbibliothek")
    fee, now, same = replace(FEE, application_id=uuid4()), datetime.now(UTC), metadata()
    async with platform.up():
        with pytest.raises(PaymentRefused):
            await wrong.checkout.begin(fee, same, now)
        assert await right.checkout.begun_before(fee.application_id, same) is None
        begun = await right.checkout.begin(fee, same, now)
    assert begun[1].status is PaymentStatus.OPEN
    assert await right.checkout.begun_before(fee.application_id, same) == begun


async def test_a_request_that_never_reached_the_platform_is_given_up_after_a_day(
    platform, paying
) -> None:
    fee, now = replace(FEE, application_id=uuid4()), datetime.now(UTC)
    for _ in range(2):  # down: the same attempt is tried again
        with pytest.raises(PaymentPlatformUnavailable):
            await paying.checkout.begin(fee, metadata(), now)
    async with platform.up():
        first = derived_id(fee.application_id, "payment", 1)
        later = now + timedelta(days=2)
        second, payment = await paying.checkout.begin(fee, metadata(), later)
    assert await status(paying, first) is PaymentStatus.FAILED
    assert (second, payment.status) == (
        derived_id(fee.application_id, "payment", 2),
        PaymentStatus.OPEN,
    )


async def test_what_the_platform_forgot_expires_by_its_age(platform, paying, tmp_path) -> None:
    fee, now = replace(FEE, application_id=uuid4()), datetime.now(UTC)
    async with platform.up():
        first, _ = await paying.checkout.begin(fee, metadata(), now)
    forgetful = Platform(tmp_path / "another", platform.port)
    async with forgetful.up():
        with pytest.raises(PaymentRefused):
            await paying.checkout.settle(first, now)
        assert await status(paying, first) is PaymentStatus.OPEN
        with pytest.raises(PaymentRefused):
            await paying.checkout.settle(first, now + timedelta(days=2))
        second, payment = await paying.checkout.begin(fee, metadata(), now + timedelta(days=2))
    assert await status(paying, first) is PaymentStatus.EXPIRED
    assert (second != first, payment.status) == (True, PaymentStatus.OPEN)


async def begun_long_ago(platform: Platform, parts: Parts) -> UUID:
    """Nobody has paid since."""
    fee = replace(FEE, application_id=uuid4())
    async with platform.up():
        long_ago = datetime.now(UTC) - GIVE_UP_AFTER - timedelta(hours=1)
        payment_id, _ = await parts.checkout.begin(fee, metadata(), long_ago)
    return payment_id


async def given_up(log: Log) -> list[tuple[UUID, bool]]:
    rows = [row for row in await log.shown(TREASURY) if row["kind"] == "given-up"]
    return [(row["payment_id"], row["open"]) for row in rows]


async def test_a_platform_that_is_silent_for_thirty_days_is_seen_by_the_treasury(
    platform, paying, log
) -> None:
    payment_id = await begun_long_ago(platform, paying)
    async with supervised(paying, projecting(OPEN_PAYMENTS), POLLER):
        await until(lambda: is_given_up(paying, payment_id))
    assert await log.shown(OPEN_PAYMENTS) == []
    assert await given_up(log) == [(payment_id, True)]
    nothing = Clarify(money=None, now=datetime.now(UTC))
    await paying.office.carry_out(PAYMENT, Order(payment_id, nothing, metadata()))
    assert await given_up(log) == [(payment_id, False)]


async def is_given_up(parts: Parts, payment_id: UUID) -> bool:
    return (await parts.checkout.find(payment_id)).given_up


async def test_what_the_platform_answers_to_the_last_question_is_no_matter_for_a_person(
    platform, paying, log
) -> None:
    unpaid, paid = [await begun_long_ago(platform, paying) for _ in range(2)]
    async with platform.up():
        await platform.press((await paying.checkout.find(paid)).redirect_url)
        for payment_id in (unpaid, paid):
            await payments.give_up(paying, payment_id)
    assert await status(paying, paid) is PaymentStatus.SUCCEEDED
    assert await status(paying, unpaid) is PaymentStatus.EXPIRED
    assert await is_given_up(paying, unpaid)
    assert (await given_up(log), await log.shown(OPEN_PAYMENTS)) == ([], [])


async def test_money_that_comes_after_all_is_still_recorded(platform, paying, log) -> None:
    payment_id = await begun_long_ago(platform, paying)
    await payments.give_up(paying, payment_id)
    async with platform.up():
        await platform.press((await paying.checkout.find(payment_id)).redirect_url)
        await paying.checkout.settle(payment_id, datetime.now(UTC))  # a hint, or a comparison
    assert await status(paying, payment_id) is PaymentStatus.SUCCEEDED
    assert await given_up(log) == [(payment_id, False)]


async def test_an_answer_of_no_use_does_not_hold_up_the_others_of_the_town(
    platform, paying
) -> None:
    payment_id = await paid_on(platform, paying)
    with pytest.raises(PaymentPlatformUnavailable):
        await paying.checkout.settle(payment_id, datetime.now(UTC))
    assert not await settle(paying, payment_id)
    async with serve(paid_in_fractions("another"), socket.create_server(platform.address)):
        assert await settle(paying, payment_id)
