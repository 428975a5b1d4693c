"""A callback makes us ask; forged, repeated, late or reordered, it never makes anything paid."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from adapters.bootstrap import Parts
from adapters.payments.payment import PaymentTransaction
from adapters.payments.xbezahldienste import PaymentPlatform
from adapters.webhooks import new_secret, secret_bytes, signature
from domain.payment.events import PaymentGivenUp
from tests.api.house import House
from tests.api.library_card import Case, Counter, form, until
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN
from tests.projections.log import Log
from workers import payments

ADDRESS = "/payments/callbacks"
FORGERIES: dict[str, dict[str, str]] = {
    "no signature": {"webhook-signature": ""},
    "another version": {"webhook-signature": "v2,AAAA"},
    "not base64": {"webhook-signature": "v1,ü".encode().decode("latin-1")},
    "another id": {"webhook-id": "msg_other"},
    "no id": {"webhook-id": ""},
    "an endless id": {"webhook-id": "x" * 300},
    "another time": {"webhook-timestamp": "1700000000"},
    "no time": {"webhook-timestamp": ""},
    "a time that is none": {"webhook-timestamp": "soon"},
    "a negative time": {"webhook-timestamp": "-1"},
}


def signed(secret: str, payment_id: str, *, at: float | None = None, **told: Any) -> dict[str, Any]:
    """A callback as the platform sends it."""
    body = json.dumps({"requestId": payment_id, **told}).encode()
    callback_id, timestamp = f"msg_{uuid4().hex}", str(int(at or time.time()))
    return {
        "content": body,
        "headers": {
            "Content-Type": "application/json",
            "webhook-id": callback_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(secret_bytes(secret), callback_id, timestamp, body),
        },
    }


@pytest.fixture
def secret(house: House) -> str:
    return house.settings.payment_callback_secrets[0]


@pytest.fixture
def payment(counter: Counter) -> Iterator[tuple[Case, dict[str, Any]]]:
    case = counter.submit(form())
    yield case, case.begin_payment()
    assert "UnmatchedMoneyReceived" not in case.history()


def status(http: httpx.Client, payment: dict[str, Any]) -> str:
    return str(http.get(f"/payments/{payment['payment_id']}/return").json()["status"])


def test_a_callback_that_says_paid_makes_nothing_paid(
    http: httpx.Client, secret: str, payment: Any
) -> None:
    case, begun = payment
    told = signed(secret, begun["payment_id"], status="PAYED", grosAmount=20)
    assert http.post(ADDRESS, **told).status_code == 204
    assert status(http, begun) == "open"
    assert case.see()["fee"]["due"]


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_callback_is_refused(
    http: httpx.Client, secret: str, payment: Any, what: str
) -> None:
    _, begun = payment
    forged = signed(secret, begun["payment_id"])
    forged["headers"] |= {name: value.encode("latin-1") for name, value in FORGERIES[what].items()}
    require_problem(http.post(ADDRESS, **forged), 401, "callback-not-believed")


def test_a_callback_signed_with_another_secret_is_refused(http: httpx.Client, payment: Any) -> None:
    told = signed(new_secret(), payment[1]["payment_id"])
    require_problem(http.post(ADDRESS, **told), 401, "callback-not-believed")


def test_a_callback_whose_body_was_changed_is_refused(
    http: httpx.Client, secret: str, payment: Any
) -> None:
    told = signed(secret, payment[1]["payment_id"])
    told["content"] = told["content"].replace(b"}", b" }")
    require_problem(http.post(ADDRESS, **told), 401, "callback-not-believed")


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_callback_of_another_time_is_refused(
    http: httpx.Client, secret: str, payment: Any, minutes: int
) -> None:
    told = signed(secret, payment[1]["payment_id"], at=time.time() + 60 * minutes)
    require_problem(http.post(ADDRESS, **told), 401, "callback-not-believed")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The transactions about which the platform is asked."""
    asked: list[str] = []
    ask = PaymentPlatform.status

    async def status(self: PaymentPlatform, transaction_id: str) -> PaymentTransaction:
        asked.append(transaction_id)
        return await ask(self, transaction_id)

    monkeypatch.setattr(PaymentPlatform, "status", status)
    return asked


@pytest.fixture
def rounds(house: House, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Those of the poller of this house; where one begins, the one before it is over."""
    rounds: list[None] = []
    ask = payments._open_payments

    async def open_payments(parts: Parts) -> Any:
        if parts.settings is house.settings:
            rounds.append(None)
        return await ask(parts)

    monkeypatch.setattr(payments, "_open_payments", open_payments)
    return rounds


@pytest.fixture
def unpolled(
    payment: tuple[Case, dict[str, Any]], portal: BlockingPortal, database: Any, rounds: list[None]
) -> tuple[Case, dict[str, Any]]:
    """Given up, so that nothing but a callback makes us ask."""
    case, begun = payment
    given_up = PaymentGivenUp(
        application_id=UUID(case.id),
        municipality=GELSENKIRCHEN,
        cents=2000,
        currency="EUR",
        reference="",
        unanswered=False,
        given_up_at=datetime.now(UTC),
    )
    portal.call(Log(case.house.database).record, UUID(begun["payment_id"]), given_up)
    polled = "SELECT FROM open_payments_v1 WHERE payment_id = %s"
    until(lambda: database.execute(polled, (begun["payment_id"],)).fetchone() is None)
    begun_by_now = len(rounds)
    until(lambda: len(rounds) > begun_by_now)
    return payment


def test_a_repeated_callback_does_not_ask_the_platform_again(
    http: httpx.Client, secret: str, unpolled: Any, asked: list[str], database: Any
) -> None:
    """It is answered as before; nothing more comes of it."""
    _, begun = unpolled
    transaction = begun["redirect_url"].rpartition("/")[2]
    told = signed(secret, begun["payment_id"])
    answers = [http.post(ADDRESS, **told).status_code for _ in range(3)]
    assert answers == [204] * 3
    assert asked.count(transaction) == 1
    http.post(ADDRESS, **signed(secret, begun["payment_id"]))
    assert asked.count(transaction) == 2
    seen = "SELECT count(*) FROM payment_callbacks WHERE callback_id = %s"
    assert database.execute(seen, (told["headers"]["webhook-id"],)).fetchone() == (1,)


def test_callbacks_in_the_wrong_order_end_as_the_platform_says(
    http: httpx.Client, secret: str, payment: Any
) -> None:
    case, begun = payment
    paid = signed(secret, begun["payment_id"], status="PAYED")
    cancelled = signed(secret, begun["payment_id"], status="CANCELED")
    case.press(begun)
    for told in (cancelled, paid, cancelled):
        assert http.post(ADDRESS, **told).status_code == 204
    case.becomes("received")
    assert status(http, begun) == "succeeded"


def test_a_callback_about_nothing_of_ours_tells_nothing(http: httpx.Client, secret: str) -> None:
    told = signed(secret, str(uuid4()))
    assert http.post(ADDRESS, **told).status_code == 204


def test_a_callback_about_something_else_of_ours_tells_nothing(
    http: httpx.Client, secret: str, payment: Any
) -> None:
    assert http.post(ADDRESS, **signed(secret, payment[0].id)).status_code == 204


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"requestId": 5}', b'{"requestId": "x"}'])
def test_a_signed_callback_that_names_no_payment_is_unreadable(
    http: httpx.Client, secret: str, body: bytes
) -> None:
    now = str(int(time.time()))
    headers = {
        "webhook-id": f"msg_{uuid4().hex}",
        "webhook-timestamp": now,
    }
    headers["webhook-signature"] = signature(secret_bytes(secret), headers["webhook-id"], now, body)
    answer = http.post(ADDRESS, content=body, headers=headers)
    require_problem(answer, 400, "callback-unreadable")


def test_one_of_several_signatures_is_enough(http: httpx.Client, secret: str, payment: Any) -> None:
    """While a secret is changed, the platform signs with the old and the new one."""
    told = signed(secret, payment[1]["payment_id"])
    told["headers"]["webhook-signature"] = f"v1,AAAA {told['headers']['webhook-signature']}"
    assert http.post(ADDRESS, **told).status_code == 204


def test_the_platform_s_own_callback_arrives(house: House, counter: Counter) -> None:
    case = counter.submit(form())
    case.press(case.begin_payment())
    until(lambda: case.see()["fee"]["paid"])
