"""An attempt explains one line; what a platform does not say explains none, and is asked again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from adapters.event_store.appender import Appender
from adapters.event_store.log import EventLog
from adapters.event_store.office import Office
from adapters.event_store.recorded import Metadata
from adapters.ids import new_id
from adapters.payments.errors import (
    NoPaymentsToday,
    PaidAmountUnreadable,
    PaymentAnswerUnusable,
    PaymentPlatformUnavailable,
    PaymentRefused,
)
from adapters.payments.payment import PaymentStatus, PaymentTransaction
from adapters.payments.queueing import BY_HAND, Queue, Queued
from adapters.payments.reconciliation import comparing
from adapters.payments.second_opinion import asking
from adapters.payments.treasury_list import lines_of
from adapters.postgres.connecting import pool
from domain.payment import events as p
from domain.payment.decisions import PAYMENT
from projections.payment_ledger import PAYMENT_LEDGER
from projections.treasury import TREASURY
from tests.adapters.test_reconciliation import chunks, silent
from tests.keys import MAPPER
from tests.planted import TOWN, Paid, Planted
from tests.projections.log import Log

NOW = datetime(2021, 4, 1, tzinfo=UTC)
ONE = Paid(3, 2000)
SECOND = ONE.line(days_later=1)
PAYED = PaymentTransaction(
    transaction_id="T-3", request_id="", status=PaymentStatus.PAYED, amount_cents=2000
)
UNCLEAR = p.PaymentUnclear(
    **ONE.of, cents=2000, currency="EUR", reference=ONE.reference, noticed_at=NOW
)
UNREADABLE = PaidAmountUnreadable("ValueError", frozenset({"T-3"}))


@dataclass
class Platform:
    """A checkout whose platform says `said`."""

    log: Log
    events: EventLog
    said: PaymentTransaction | Exception

    async def look(self, _payment_id: UUID) -> PaymentTransaction:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said

    async def settle(self, payment_id: UUID, _now: datetime) -> None:
        """As the checkout does: what the platform says is in the log, and then it may complain."""
        before = PAYMENT.fold(await self.events.events(payment_id))
        if isinstance(self.said, PaidAmountUnreadable) and not before.unclear:
            await self.log.record(payment_id, UNCLEAR)
        if isinstance(self.said, Exception):
            raise self.said
        if self.said.status is PaymentStatus.PAYED and not before.received:
            await self.log.record(payment_id, ONE.life("paid")[2])


@pytest.fixture
async def log(database_url: str) -> Log:
    log = Log(database_url)
    await log.record(ONE.payment_id, *ONE.life("open"))
    await log.project(PAYMENT_LEDGER)
    return log


Row = tuple[str, int, str]


async def send(log: Log, said: PaymentTransaction | Exception, *lines: str) -> Queued:
    """A list comes in, and the platform answers `said`."""
    async with pool(log.url, 3) as connections, Appender(log.url, MAPPER) as appender:
        async with comparing(connections, TOWN) as comparison:
            await comparison.read(lines_of(chunks(Planted(lines=list(lines)).as_csv())), silent)
            put = await comparison.unexplained()
            await comparison.remember(put)
        events = EventLog(connections, MAPPER)
        checkout: Any = Platform(log, events, said)
        office, ask = Office(events, appender), asking(checkout, NOW)
        queue = Queue(office, connections, TOWN, ask, Metadata(new_id(), BY_HAND, ""), NOW)
        queued = await queue.put(put)
    await log.project(PAYMENT_LEDGER)
    return queued


async def found(log: Log) -> list[Row]:
    await log.project(TREASURY)
    rows = [row for row in await log.shown(TREASURY) if row["kind"] == "found" and row["open"]]
    return sorted((row["reference"], row["cents"], row["reason"]) for row in rows)


async def remembered(log: Log) -> list[UUID | None]:
    async with log.connection() as connection:
        rows = await connection.execute("SELECT payment_id FROM treasury_listed")
        return [payment_id for (payment_id,) in await rows.fetchall()]


async def test_what_was_paid_twice_and_not_asked_for_yet_is_found_once(log: Log) -> None:
    assert (await send(log, PAYED, ONE.line(), SECOND)).count == 1
    assert await found(log) == [(ONE.reference, 2000, "twice-there")]
    assert len(await remembered(log)) == 2


async def test_the_second_half_may_come_in_the_next_list(log: Log) -> None:
    assert (await send(log, PAYED, ONE.line())).count == 0
    assert await remembered(log) == [None]
    assert (await send(log, PAYED, SECOND)).count == 1
    assert (await send(log, PAYED, ONE.line(), SECOND)).count == 0
    assert await found(log) == [(ONE.reference, 2000, "twice-there")]


async def test_money_explains_a_line_of_the_same_amount_only(log: Log) -> None:
    assert (await send(log, PAYED, ONE.line(cents=1500), ONE.line())).count == 1
    assert await found(log) == [(ONE.reference, 1500, "twice-there")]


async def test_what_is_not_readable_is_unclear_and_explains_one_line(log: Log) -> None:
    queued = await send(log, UNREADABLE, ONE.line())
    assert (queued.count, queued.unanswered) == (0, [])
    async with pool(log.url, 1) as connections:
        at = PAYMENT.fold(await EventLog(connections, MAPPER).events(ONE.payment_id))
    assert at.unclear
    assert await remembered(log) == [None]
    # Its own line again is the same line; another one is money that nobody asked for.
    assert (await send(log, UNREADABLE, ONE.line())).count == 0
    assert (await send(log, UNREADABLE, SECOND)).count == 1
    assert await found(log) == [(ONE.reference, 2000, "twice-there")]


@pytest.mark.parametrize(
    "silence",
    [PaymentPlatformUnavailable("down"), PaymentAnswerUnusable("no JSON"), NoPaymentsToday()],
    ids=lambda silence: type(silence).__name__,
)
async def test_silence_is_no_word_that_it_is_unknown(log: Log, silence: Exception) -> None:
    queued = await send(log, silence, ONE.line(), SECOND)
    assert queued.count == 0
    assert [(one.what, one.line) for one in queued.unanswered] == [
        ("platform-silent", 2),
        ("platform-silent", 3),
    ]
    assert (await found(log), await remembered(log)) == ([], [])
    assert (await send(log, PAYED, ONE.line(), SECOND)).count == 1


async def test_what_the_platform_does_not_know_either_is_found(log: Log) -> None:
    assert (await send(log, PaymentRefused("UNSPECIFIED"), ONE.line())).count == 1
    assert await found(log) == [(ONE.reference, 2000, "not-recorded-here")]
    (payment_id,) = await remembered(log)
    async with pool(log.url, 1) as connections:
        assert await EventLog(connections, MAPPER).events(payment_id)
