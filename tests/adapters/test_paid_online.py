"""Before a fee is taken at the counter, what was begun online is asked for."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from adapters.ids import derived_id
from adapters.payments.errors import (
    MayBePaid,
    NoPaymentsToday,
    PaidAmountUnreadable,
    PaidMeanwhile,
    PaymentIsUnclear,
    PaymentPlatformUnavailable,
    PaymentRefused,
    PaymentUnanswered,
)
from adapters.payments.paid_online import PaidOnline
from domain.application.state import Application
from domain.payment import events as p
from domain.payment.decisions import PAYMENT
from domain.payment.state import Payment
from tests.planted import Paid

NOW = datetime(2021, 4, 1, tzinfo=UTC)
ONE = Paid(3, 2000)
ATTEMPT = derived_id(ONE.application_id, "payment", 1)
REQUESTED, OPENED, SUCCEEDED = ONE.life("paid")
UNCLEAR = p.PaymentUnclear(
    **ONE.of, cents=2000, currency="EUR", reference=ONE.reference, noticed_at=NOW
)
CANCELLED = p.PaymentCancelled(application_id=ONE.application_id, cancelled_at=NOW)
GIVEN_UP = p.PaymentGivenUp(
    **ONE.of, cents=2000, currency="EUR", reference="", unanswered=True, given_up_at=NOW
)
DOWN = PaymentPlatformUnavailable("down")
UNREADABLE = PaidAmountUnreadable("ValueError", frozenset())


@dataclass
class Checkout:
    """`then` is recorded once the platform is asked, which then answers or complains."""

    history: list[Any]
    then: list[Any] = field(default_factory=list)
    error: Exception | None = None
    asked: int = 0

    @property
    def office(self) -> Any:
        return SimpleNamespace(log=self)

    async def events(self, stream: UUID) -> list[Any]:
        return self.history if stream == ATTEMPT else []

    async def settle(self, payment_id: UUID, _now: datetime) -> None:
        assert payment_id == ATTEMPT
        self.asked += 1
        self.history = self.history + self.then
        if self.error:
            raise self.error

    async def find(self, payment_id: UUID) -> Payment:
        return PAYMENT.fold(await self.events(payment_id))


async def take(checkout: Any, *, although: bool = False, seen: Application | None = None) -> None:
    online = PaidOnline(checkout, NOW)
    await online.require_not(
        ONE.application_id, seen or Application(), although_unanswered=although
    )


@pytest.mark.parametrize(
    ("checkout", "refusal"),
    [
        (Checkout([REQUESTED, OPENED], then=[SUCCEEDED]), PaidMeanwhile),
        (Checkout([REQUESTED, OPENED, SUCCEEDED]), PaidMeanwhile),
        (Checkout([REQUESTED, OPENED], then=[UNCLEAR], error=UNREADABLE), PaymentIsUnclear),
        (Checkout([REQUESTED, OPENED, UNCLEAR], error=UNREADABLE), PaymentIsUnclear),
        (Checkout([REQUESTED, OPENED], error=DOWN), PaymentUnanswered),
        (Checkout([REQUESTED, OPENED], error=NoPaymentsToday()), PaymentUnanswered),
        (Checkout([REQUESTED, OPENED, GIVEN_UP], error=DOWN), PaymentUnanswered),
    ],
)
async def test_what_was_or_may_have_been_paid_online_is_not_taken(
    checkout: Checkout, refusal: type[MayBePaid]
) -> None:
    with pytest.raises(refusal):
        await take(checkout)


@pytest.mark.parametrize(
    ("checkout", "asked"),
    [
        (Checkout([]), 0),
        (Checkout([REQUESTED]), 0),
        (Checkout([REQUESTED, OPENED]), 1),
        (Checkout([REQUESTED, OPENED], then=[CANCELLED]), 1),
        (Checkout([REQUESTED, OPENED, CANCELLED]), 0),
        (Checkout([REQUESTED, OPENED], error=PaymentRefused("UNSPECIFIED")), 1),
    ],
)
async def test_what_nobody_paid_is_in_nobody_s_way(checkout: Checkout, asked: int) -> None:
    await take(checkout)
    assert checkout.asked == asked


@pytest.mark.parametrize("more", [[], [GIVEN_UP]])
async def test_a_clerk_may_take_it_although_the_platform_is_silent(more: list[Any]) -> None:
    await take(Checkout([REQUESTED, OPENED, *more], error=DOWN), although=True)


async def test_but_not_what_is_known_to_be_paid() -> None:
    with pytest.raises(PaymentIsUnclear):
        await take(Checkout([REQUESTED, OPENED, UNCLEAR], error=DOWN), although=True)


async def test_money_that_the_application_knows_of_is_no_hindrance() -> None:
    known: Any = SimpleNamespace(money_seen={ATTEMPT})
    await take(Checkout([REQUESTED, OPENED, SUCCEEDED]), seen=known)
