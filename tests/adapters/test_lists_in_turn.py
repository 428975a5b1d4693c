"""Lists come by the day or by the month, and overlap: what is in two of them is told apart."""

from collections.abc import Sequence

import pytest

from adapters.payments.difference import Difference
from adapters.payments.finding import Unexplained
from adapters.payments.queueing import remember
from adapters.payments.reconciliation import comparing
from adapters.payments.treasury_list import lines_of
from adapters.postgres.connecting import pool
from domain.payment import events as p
from projections.payment_ledger import PAYMENT_LEDGER
from tests.adapters.test_reconciliation import chunks, silent
from tests.planted import TOWN, Paid, Planted
from tests.projections.log import Log

ONE = Paid(3, 2000)
FIRST_LIST, NEXT_LIST = [ONE.line()], [ONE.line(days_later=1)]


@pytest.fixture
async def log(database_url: str) -> Log:
    log = Log(database_url)
    await log.record_all([(ONE.payment_id, event) for event in ONE.life("paid")])
    await log.project(PAYMENT_LEDGER)
    return log


async def listed(log: Log, lines: list[str]) -> tuple[Sequence[Difference], list[Unexplained]]:
    """A list comes in, and is remembered."""
    planted = Planted(lines=lines)
    async with pool(log.url, 2) as connections, comparing(connections, TOWN) as comparison:
        await comparison.read(lines_of(chunks(planted.as_csv())), silent)
        found = [one async for one in comparison.differences()]
        unexplained = await comparison.unexplained()
        await comparison.remember(unexplained)
        await remember(connections, TOWN, unexplained)
    return found, unexplained


async def recorded(log: Log, found: Unexplained, *then: p.PaymentEvent) -> None:
    money = p.MoneyFound(
        municipality=TOWN,
        cents=found.cents,
        currency=found.currency,
        reference=found.reference,
        why=found.why,
        paid_at=ONE.paid_at,
        found_at=ONE.paid_at,
    )
    await log.record(found.payment_id(TOWN), money, *then)
    await log.project(PAYMENT_LEDGER)


async def test_a_fee_that_is_in_one_list_and_once_more_in_the_next_is_there_twice(
    log: Log,
) -> None:
    assert await listed(log, FIRST_LIST) == ([], [])
    (difference,), (found,) = await listed(log, NEXT_LIST)
    assert (difference.what, difference.line, difference.listed_cents) == ("twice-there", 2, 4000)
    assert (found.why, found.cents, found.application_id) == (
        "twice-there",
        2000,
        ONE.application_id,
    )
    await recorded(log, found)
    for again in (NEXT_LIST, FIRST_LIST, FIRST_LIST + NEXT_LIST):
        assert await listed(log, again) == ([], [])


async def test_a_list_that_overlaps_an_earlier_one_says_nothing_new(log: Log) -> None:
    elsewhere = Paid(4, 1000)
    await log.record_all([(elsewhere.payment_id, event) for event in elsewhere.life("paid")])
    await log.project(PAYMENT_LEDGER)
    for lines in (FIRST_LIST, FIRST_LIST, [*FIRST_LIST, elsewhere.line()], [elsewhere.line()]):
        assert await listed(log, lines) == ([], [])


async def test_what_was_dismissed_is_not_held_against_the_next_list(log: Log) -> None:
    await listed(log, FIRST_LIST)
    _, (found,) = await listed(log, NEXT_LIST)
    dismissed = p.FoundMoneyDismissed(
        municipality=TOWN,
        cents=2000,
        ground="listed-by-mistake",
        dismissed_by="clerk-anna",
        dismissed_at=ONE.paid_at,
    )
    await recorded(log, found, dismissed)
    assert await listed(log, FIRST_LIST) == ([], [])
    _, (again,) = await listed(log, NEXT_LIST)
    assert again.payment_id(TOWN) == found.payment_id(TOWN)


async def test_a_line_that_was_wrong_and_is_corrected_is_no_second_one(log: Log) -> None:
    (wrong,), _ = await listed(log, [ONE.line(cents=1999)])
    assert wrong.what == "amount-differs"
    assert await listed(log, FIRST_LIST) == ([], [])


async def test_what_an_earlier_list_had_is_not_missed_in_this_one(log: Log) -> None:
    late = Paid(ONE.number + 28, 1000)  # paid on the same day of the month
    await log.record_all([(late.payment_id, event) for event in late.life("paid")])
    await log.project(PAYMENT_LEDGER)
    (missed,), _ = await listed(log, FIRST_LIST)
    assert (missed.what, missed.reference) == ("missing-there", late.reference)
    assert await listed(log, [late.line()]) == ([], [])
