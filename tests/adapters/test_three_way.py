"""Whatever was planted between ledger and platform is named, and nothing else."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from adapters.payments.difference import Difference
from adapters.payments.differences import write_csv
from adapters.payments.errors import (
    PaidAmountUnreadable,
    PaymentPlatformUnavailable,
    PaymentRefused,
    TreasuryListUnusable,
)
from adapters.payments.payment import PaymentStatus, PaymentTransaction
from adapters.payments.queueing import Queued
from adapters.payments.reconciliation import comparing
from adapters.payments.three_way import AT_A_TIME, ThreeWay
from adapters.postgres.connecting import pool
from domain.payment.state import Payment
from projections.payment_ledger import PAYMENT_LEDGER
from tests.planted import FIRST, LAST, TOWN, Paid
from tests.projections.log import Log

NOW = datetime(2021, 4, 1, tzinfo=UTC)
PAYMENTS = 60
BEGIN = FIRST.date()
Answer = PaymentTransaction | Exception


def answer(one: Paid, status: PaymentStatus = PaymentStatus.PAYED) -> PaymentTransaction:
    return PaymentTransaction(
        transaction_id=f"T-{one.number}",
        request_id=str(one.payment_id),
        status=status,
        amount_cents=one.cents,
        reference=one.reference,
    )


# The ledger's end, what the platform says, and how that is called.
WAYS: tuple[tuple[str, Callable[[Paid], Answer], str], ...] = (
    ("paid", answer, ""),
    ("refunded", answer, ""),
    ("charged-back", answer, ""),
    ("open", lambda one: answer(one, PaymentStatus.INITIAL), ""),
    ("open", lambda one: answer(one, PaymentStatus.CANCELED), ""),
    ("paid", lambda one: replace(answer(one), reference=None), ""),
    ("open", answer, "platform-not-recorded-here"),
    ("paid", lambda one: answer(one, PaymentStatus.FAILED), "platform-missing-there"),
    ("paid", lambda one: replace(answer(one), amount_cents=1), "platform-amount-differs"),
    ("paid", lambda one: replace(answer(one), currency="CHF"), "platform-currency-differs"),
    ("paid", lambda one: replace(answer(one), reference="K"), "platform-reference-differs"),
    ("paid", lambda _: PaymentRefused("UNSPECIFIED"), "platform-refused"),
    ("paid", lambda _: PaymentPlatformUnavailable("HTTP 500"), "platform-unanswered"),
    (
        "open",
        lambda _: PaidAmountUnreadable("ValueError", frozenset({"T"})),
        "platform-answer-unusable",
    ),
)


@dataclass
class Platform:
    """Answers as planted; `recorded`: what became known here since the ledger's table was read."""

    answers: Mapping[UUID, Answer]
    recorded: set[UUID] = field(default_factory=set)
    asked: list[UUID] = field(default_factory=list)
    settled: list[UUID] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0

    async def look(self, payment_id: UUID) -> PaymentTransaction:
        self.asked.append(payment_id)
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        await asyncio.sleep(0)
        self.busy -= 1
        said = self.answers[payment_id]
        if isinstance(said, Exception):
            raise said
        return said

    async def find(self, payment_id: UUID) -> Payment:
        return Payment(received=1 if payment_id in self.recorded else 0)

    async def settle(self, payment_id: UUID, now: datetime) -> Payment:
        self.settled.append(payment_id)
        return Payment(opened_at=now)


@dataclass(frozen=True)
class Planted:
    payments: Mapping[UUID, Paid]
    answers: Mapping[UUID, Answer]
    differences: set[tuple[str, UUID]]


@pytest.fixture
async def planted(database_url: str) -> Planted:
    log, payments, answers, differences = Log(database_url), {}, {}, set()
    for number in range(PAYMENTS):
        one = Paid(number, 2000)
        ending, says, what = WAYS[number % len(WAYS)]
        payments[one.payment_id], answers[one.payment_id] = one, says(one)
        await log.record(one.payment_id, *one.life(ending))
        if what:
            differences.add((what, one.payment_id))
    await log.project(PAYMENT_LEDGER)
    return Planted(payments, answers, differences)


@asynccontextmanager
async def three_way(url: str, platform: Platform) -> AsyncIterator[ThreeWay]:
    async with pool(url, 1) as connections, comparing(connections, TOWN) as comparison:
        yield ThreeWay(comparison, platform, NOW, lambda *step: reported.append(step))


reported: list[tuple[int, int]] = []


async def compared(
    url: str, platform: Platform, first: date | None = BEGIN, last: date | None = LAST
) -> list[Difference]:
    reported.clear()
    async with three_way(url, platform) as sides:
        return [found async for found in sides.differences(first, last)]


def names(found: list[Difference]) -> set[tuple[str, UUID | None]]:
    return {(one.what, one.payment_id) for one in found}


async def test_each_planted_difference_is_named_and_none_is_invented(
    database_url: str, planted: Planted
) -> None:
    platform = Platform(planted.answers)
    found = await compared(database_url, platform)
    assert names(found) == planted.differences
    assert len(found) == len(planted.differences)
    assert set(platform.asked) == set(planted.payments)
    assert reported[-1] == (PAYMENTS, PAYMENTS)


async def test_a_few_are_asked_for_at_a_time(database_url: str, planted: Planted) -> None:
    platform = Platform(planted.answers)
    await compared(database_url, platform)
    assert 1 < platform.busiest <= AT_A_TIME


async def test_money_that_only_the_platform_knows_of_is_recorded(
    database_url: str, planted: Planted
) -> None:
    platform = Platform(planted.answers)
    found = await compared(database_url, platform)
    news = {"platform-not-recorded-here", "platform-answer-unusable"}
    assert set(platform.settled) == {one.payment_id for one in found if one.what in news}
    told = {one.platform for one in found if one.what == "platform-not-recorded-here"}
    assert told == {"PAYED 2000 EUR"}


async def test_what_was_recorded_meanwhile_is_no_difference(
    database_url: str, planted: Planted
) -> None:
    late = {of for what, of in planted.differences if what == "platform-not-recorded-here"}
    found = await compared(database_url, Platform(planted.answers, recorded=late))
    assert names(found) == {one for one in planted.differences if one[1] not in late}


async def nothing_queued() -> Queued:
    return Queued()


async def test_what_a_platform_says_is_no_formula_in_a_spreadsheet(
    database_url: str, planted: Planted
) -> None:
    hostile = PaymentRefused("=1+1")
    platform = Platform(dict.fromkeys(planted.payments, hostile))
    out = io.BytesIO()
    async with three_way(database_url, platform) as sides:
        await write_csv(sides.differences(BEGIN, LAST), out, 0, nothing_queued)
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode()), delimiter=";"))
    assert [row["platform"] for row in rows] == ["'=1+1"] * PAYMENTS


async def test_only_the_period_is_asked_for(database_url: str, planted: Planted) -> None:
    platform, day = Platform(planted.answers), BEGIN
    await compared(database_url, platform, day, day)
    on_that_day = {of for of, one in planted.payments.items() if one.paid_at.date() == day}
    assert set(platform.asked) == on_that_day


async def test_a_list_without_a_line_and_no_period_is_refused_and_asks_for_nothing(
    database_url: str, planted: Planted
) -> None:
    platform = Platform(planted.answers)
    with pytest.raises(TreasuryListUnusable, match="name the days"):
        await compared(database_url, platform, None, None)
    assert platform.asked == []


async def test_a_platform_that_is_down_is_not_asked_ten_thousand_times(
    database_url: str, planted: Planted
) -> None:
    down = PaymentPlatformUnavailable("HTTP 500")
    platform = Platform(dict.fromkeys(planted.payments, down))
    found = await compared(database_url, platform)
    assert names(found) == {("platform-unanswered", of) for of in planted.payments}
    assert len(platform.asked) == AT_A_TIME
