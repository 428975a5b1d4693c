"""Each difference between ledger and list is found, and none is invented."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest

from adapters.payments.difference import Difference
from adapters.payments.reconciliation import comparing
from adapters.payments.treasury_list import lines_of
from adapters.postgres.connecting import pool
from domain.payment import events as p
from projections.payment_ledger import PAYMENT_LEDGER
from tests.planted import FIRST, LAST, TOWN, Paid, Planted, plant
from tests.projections.log import Log

ALL_APPLICATIONS = 10_000
MOST_BYTES = 8 * 1024 * 1024


async def chunks(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 65536):
        yield content[at : at + 65536]


def silent(_lines: int) -> None:
    """Report no progress."""


async def recorded(log: Log, planted: Planted) -> None:
    lives: dict[object, list[object]] = {}
    for stream, event in planted.happened:
        lives.setdefault(stream, []).append(event)
    log.fill(lives.values())
    await log.project(PAYMENT_LEDGER)


async def compared(
    url: str, planted: Planted, first: date | None = None, last: date | None = None
) -> list[Difference]:
    async with pool(url, 1) as connections, comparing(connections, TOWN) as comparison:
        await comparison.read(lines_of(chunks(planted.as_csv())), silent)
        return [found async for found in comparison.differences(first, last)]


def names(found: list[Difference]) -> list[tuple[str, str]]:
    return sorted((difference.what, difference.reference) for difference in found)


@pytest.fixture
def log(database_url: str) -> Log:
    return Log(database_url)


async def test_ten_thousand_are_compared_and_each_planted_difference_is_found(
    log: Log, database_url: str
) -> None:
    planted = plant(ALL_APPLICATIONS)
    await recorded(log, planted)
    found = await compared(database_url, planted)
    assert names(found) == planted.named


async def test_what_only_the_treasury_has_is_told_line_by_line(log: Log, database_url: str) -> None:
    planted = plant(600, seed=7)
    await recorded(log, planted)
    async with pool(database_url, 1) as connections, comparing(connections, TOWN) as comparison:
        await comparison.read(lines_of(chunks(planted.as_csv())), silent)
        found = await comparison.unexplained()
    of_interest = ("twice-there", "unknown-here", "not-recorded-here")
    planned = sorted(one for one in planted.differences if one[0] in of_interest)
    assert sorted((one.why, one.reference) for one in found) == planned
    for one in found:
        assert (one.attempt is not None) == (one.why == "not-recorded-here")
        assert (one.application_id is None) == (one.why == "unknown-here")


async def test_of_several_lines_those_are_told_that_the_ledger_does_not_have(
    log: Log, database_url: str
) -> None:
    one, planted = Paid(3, 2000), Planted()
    listed = [one.line(cents=500), one.line(), one.line(), one.line(cents=700)]
    planted.add(one, "paid", listed)
    await recorded(log, planted)
    async with pool(database_url, 1) as connections, comparing(connections, TOWN) as comparison:
        await comparison.read(lines_of(chunks(planted.as_csv())), silent)
        found = await comparison.unexplained()
    assert [(each.cents, each.nth) for each in found] == [(500, 1), (2000, 2), (700, 1)]
    assert len({each.payment_id(TOWN) for each in found}) == 3


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_was_planted_is_found(log: Log, database_url: str, seed: int) -> None:
    planted = plant(300, seed)
    await recorded(log, planted)
    assert names(await compared(database_url, planted)) == planted.named


async def test_nothing_differs_where_nothing_was_planted(log: Log, database_url: str) -> None:
    planted = Planted()
    for number in range(50):
        one = Paid(number, 2000)
        planted.add(one, "paid", [one.line()])
    await recorded(log, planted)
    assert await compared(database_url, planted) == []


async def test_a_difference_says_where_to_look(log: Log, database_url: str) -> None:
    one, planted = Paid(7, 2000), Planted()
    planted.add(one, "paid", [one.line(cents=1999)])
    await recorded(log, planted)
    (found,) = await compared(database_url, planted)
    assert (found.what, found.line, found.day) == ("amount-differs", 2, one.paid_at.date())
    assert (found.listed_cents, found.booked_cents, found.currency) == (1999, 2000, "EUR")
    assert found.application_id == one.application_id


async def test_what_was_paid_outside_of_the_period_is_not_missed(
    log: Log, database_url: str
) -> None:
    early, late, planted = Paid(0, 2000), Paid(20, 2000), Planted()
    planted.add(early, "paid", [])
    planted.add(late, "paid", [late.line()])
    await recorded(log, planted)
    assert await compared(database_url, planted) == []
    (missed,) = await compared(database_url, planted, FIRST.date(), LAST)
    assert (missed.what, missed.reference) == ("missing-there", early.reference)


async def test_another_town_s_payments_are_neither_missed_nor_matched(
    log: Log, database_url: str
) -> None:
    one, planted = Paid(0, 2000), Planted()
    planted.add(one, "paid", [one.line()])
    planted.happened.append(
        (
            uuid4(),
            p.PaymentTakenAtCounter(
                application_id=uuid4(),
                municipality="05562014",
                cents=2000,
                currency="EUR",
                method="cash",
                reference="B-1",
                paid_at=one.paid_at,
            ),
        )
    )
    await recorded(log, planted)
    assert await compared(database_url, planted) == []


async def test_nothing_of_a_list_stays(log: Log, database_url: str) -> None:
    await compared(database_url, plant(100))
    assert await log.ask("SELECT FROM treasury_lines") == []


async def test_two_lists_at_once_do_not_see_each_other(log: Log, database_url: str) -> None:
    planted = plant(100)
    await recorded(log, planted)
    both = await asyncio.gather(*(compared(database_url, planted) for _ in range(2)))
    assert [names(found) for found in both] == [planted.named] * 2


@pytest.mark.timeout(900)  # to trace memory takes its time
async def test_memory_does_not_grow_with_the_list(database_url: str) -> None:
    async def long_list() -> AsyncIterator[bytes]:
        yield b"reference;amount;booked_on\n"
        for number in range(0, 100_000, 1000):
            rows = (f"K-{n};20,00;2021-03-31\n" for n in range(number, number + 1000))
            yield "".join(rows).encode()

    async with pool(database_url, 1) as connections, comparing(connections, TOWN) as comparison:
        tracemalloc.start()
        await comparison.read(lines_of(long_list()), silent)
        count = 0
        async for _ in comparison.differences():
            count += 1
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert (count, comparison.lines) == (100_000, 100_000)
    assert peak < MOST_BYTES
