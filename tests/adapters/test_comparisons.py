"""A list is compared in its turn; while the platform is asked, no connection is held."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from adapters.payments.comparisons import Comparisons
from adapters.payments.errors import (
    PaymentPlatformUnavailable,
    ReconciliationsAreBusy,
    TreasuryListUnusable,
)
from adapters.payments.second_opinion import asking
from adapters.postgres.connecting import pool
from projections.payment_ledger import PAYMENT_LEDGER
from tests.planted import TOWN, Paid
from tests.projections.log import Log

NOW = datetime(2021, 4, 1, tzinfo=UTC)
DAYS = (NOW.date().replace(month=3), NOW.date())
LIST = b"reference;amount;booked_on\nK-elsewhere;20,00;2021-03-31\n"


class Platform:
    """Down; and it looks whether the one connection is free meanwhile."""

    def __init__(self, connections: Any) -> None:
        self.connections, self.asked = connections, 0

    async def look(self, _payment_id: UUID) -> None:
        self.asked += 1
        async with self.connections.connection(timeout=10):
            raise PaymentPlatformUnavailable("down")


@asynccontextmanager
async def comparisons(url: str) -> AsyncIterator[tuple[Comparisons, Platform]]:
    async with pool(url, 1) as connections:
        platform = Platform(connections)
        yield Comparisons(connections, places=1, patience_seconds=0.1), platform


async def test_one_connection_is_enough_and_a_silent_platform_is_left_alone(
    database_url: str,
) -> None:
    log = Log(database_url)
    log.fill(Paid(number, 2000).life("paid") for number in range(6))
    await log.project(PAYMENT_LEDGER)
    async with comparisons(database_url) as (compare, platform):
        found = BytesIO()
        compared = await compare.compare(BytesIO(LIST), TOWN, DAYS, found)
        assert compared.lines == 1
        assert [one.why for one in compared.unexplained] == ["unknown-here"]
        checkout: Any = platform
        told = [one async for one in compare.differences(found, asking(checkout, NOW))]
    assert [one.what for one in told] == ["unknown-here"] + ["missing-there"] * 6
    assert sorted(one.platform for one in told) == [
        "",
        *["PaymentPlatformUnavailable"] * 3,
        *["not asked"] * 3,
    ]
    assert platform.asked == 3


async def test_so_many_are_compared_at_once_and_the_next_is_told_to_wait(
    database_url: str,
) -> None:
    async with comparisons(database_url) as (compare, _):
        async with compare.pool.connection():  # so that the first one waits, within its place
            first = asyncio.create_task(compare.compare(BytesIO(LIST), TOWN, DAYS, BytesIO()))
            await asyncio.sleep(0.05)
            with pytest.raises(ReconciliationsAreBusy):
                await compare.compare(BytesIO(LIST), TOWN, DAYS, BytesIO())
            with pytest.raises(TreasuryListUnusable):
                await compare.compare(BytesIO(b"no list"), TOWN, DAYS, BytesIO())
        assert (await first).lines == 1
