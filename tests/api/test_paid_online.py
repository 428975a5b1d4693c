"""A fee is paid once: what may have been paid online is paid neither there nor at the counter."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from tests.api.house import House
from tests.api.library_card import Case, Counter, done, form, until
from tests.api.problems import require_problem
from tests.api.unclear import become_unclear


def take_fee(case: Case, **more: Any) -> Any:
    body = {"method": "cash", "receipt": "B-2026/17", **more}
    return case.clerk.post(f"{case.path}/counter-payments", body)


@pytest.fixture
def down(house: House) -> Iterator[None]:
    """The platform answers nobody."""
    mood = f"{house.sandbox}/payment/mood"
    assert httpx.post(mood, data={"mood": "down"}, timeout=60).status_code == 303
    yield
    assert httpx.post(mood, data={"mood": "well"}, timeout=60).status_code == 303


@pytest.fixture
def unclear(counter: Counter, portal: BlockingPortal) -> tuple[Case, dict[str, Any]]:
    """It was cancelled, and then the platform said that it was paid, and not readably how much."""
    case = counter.submit(form())
    payment = case.begin_payment()
    assert case.come_back(case.press(payment, "cancel"))["status"] == "cancelled"
    become_unclear(portal, case, payment["payment_id"])
    return case, payment


def test_while_a_payment_is_unclear_there_is_no_second_one(
    unclear: tuple[Case, dict[str, Any]],
) -> None:
    case, payment = unclear
    refused = case.citizen.post(f"{case.path}/payments")
    problem = require_problem(refused, 409, "payment-is-unclear")
    assert "wait" in problem["detail"]
    require_problem(take_fee(case), 409, "payment-is-unclear")
    path = f"{case.path}/payments/{payment['payment_id']}/clarification"
    done(case.clerk.post(path, {"money": None}))
    assert case.begin_payment()["payment_id"] != payment["payment_id"]


def test_who_began_online_and_paid_nothing_pays_at_the_counter(counter: Counter) -> None:
    case = counter.submit(form())
    case.begin_payment()
    assert done(take_fee(case))["fee"]["paid"]


@pytest.mark.usefixtures("down")
def test_who_never_began_online_pays_at_the_counter_whatever_the_platform_says(
    counter: Counter,
) -> None:
    assert done(take_fee(counter.submit(form())))["fee"]["paid"]


def test_while_the_platform_is_silent_the_clerk_says_that_nothing_was_paid(
    counter: Counter, request: pytest.FixtureRequest
) -> None:
    case = counter.submit(form())
    case.begin_payment()
    request.getfixturevalue("down")
    problem = require_problem(take_fee(case), 409, "payment-unanswered")
    assert "although_unanswered" in problem["detail"]
    assert "ApplicationPaid" not in case.history()
    assert done(take_fee(case, although_unanswered=True))["fee"]["paid"]


def test_what_was_paid_online_is_not_taken_at_the_counter(counter: Counter) -> None:
    case = counter.submit(form())
    case.press(case.begin_payment())
    refused = take_fee(case)
    assert refused.status_code == 409
    assert refused.json()["type"].rpartition(":")[2] in ("paid-meanwhile", "no-fee-due")
    case.becomes("received")
    until(lambda: case.history().count("ApplicationPaid") == 1)
    assert "UnmatchedMoneyReceived" not in case.history()
