"""Compares our ledger with the platform: every payment of a period, several at a time.

Payments at the counter, and attempts that no platform has answered yet, have no part in it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from psycopg.rows import DictRow, dict_row

from adapters.payments.difference import Difference
from adapters.payments.errors import (
    NoPaymentsToday,
    PaidAmountUnreadable,
    PaymentAnswerUnusable,
    PaymentPlatformUnavailable,
    PaymentRefused,
)
from adapters.payments.payment import PaymentStatus, PaymentTransaction
from adapters.payments.reconciliation import Comparison
from domain.payment.state import Payment

AT_A_TIME = 8
BEFORE = "platform-"
UNANSWERED = f"{BEFORE}unanswered"
OF_PERIOD = """FROM payment_ledger_v2
    WHERE municipality = %(municipality)s AND transaction_id <> ''
        AND ((began_at AT TIME ZONE 'Europe/Berlin')::date BETWEEN %(first)s AND %(last)s
            OR (paid_at AT TIME ZONE 'Europe/Berlin')::date BETWEEN %(first)s AND %(last)s)"""
COUNT = f"SELECT count(*) AS payments {OF_PERIOD}"
LEDGER = f"""SELECT payment_id, application_id, status, received, currency, reference,
        (coalesce(paid_at, began_at) AT TIME ZONE 'Europe/Berlin')::date AS day {OF_PERIOD}
    ORDER BY began_at, payment_id"""

Report = Callable[[int, int], None]


class Platform(Protocol):
    """What is needed of a checkout."""

    async def look(self, payment_id: UUID) -> PaymentTransaction | None: ...

    async def find(self, payment_id: UUID) -> Payment: ...

    async def settle(self, payment_id: UUID, now: datetime) -> Payment: ...


@dataclass(slots=True)
class ThreeWay:
    """The third side of a comparison. Money that is found at the platform only is recorded.

    One that answers none of a whole round is not asked any more: what is left is named unanswered.
    """

    comparison: Comparison
    platform: Platform
    now: datetime
    report: Report
    down: bool = field(default=False, init=False)

    async def differences(
        self, first: date | None = None, last: date | None = None
    ) -> AsyncIterator[Difference]:
        """Of what was begun or paid from `first` to `last`; by default, on the list's days."""
        period = await self.comparison.period(first, last)
        of = {**period, "municipality": self.comparison.municipality}
        total, done = await self._count(of), 0
        async with self.comparison.connection.cursor(name="ledger", row_factory=dict_row) as cursor:
            await cursor.execute(LEDGER.encode(), of)
            while rows := await cursor.fetchmany(AT_A_TIME):
                for difference in await self._round(rows):
                    yield difference
                done += len(rows)
                self.report(done, total)

    async def _count(self, of: Mapping[str, object]) -> int:
        async with self.comparison.connection.cursor(row_factory=dict_row) as cursor:
            row = await (await cursor.execute(COUNT.encode(), of)).fetchone() or {}
        return int(row["payments"])

    async def _round(self, rows: Sequence[DictRow]) -> list[Difference]:
        if self.down:
            return [_difference(row, UNANSWERED) for row in rows]
        found = await asyncio.gather(*(self._compared(row) for row in rows))
        differences = [one for one in found if one is not None]
        self.down = [d.what for d in differences] == [UNANSWERED] * len(rows)
        return differences

    async def _compared(self, row: DictRow) -> Difference | None:
        try:
            said = await self.platform.look(row["payment_id"])
        except PaidAmountUnreadable as paid:
            with suppress(PaymentPlatformUnavailable):
                await self.platform.settle(row["payment_id"], self.now)  # the treasury is told
            return _difference(row, f"{BEFORE}answer-unusable", paid.cause)
        except PaymentAnswerUnusable as unusable:
            return _difference(row, f"{BEFORE}answer-unusable", unusable.cause)
        except PaymentPlatformUnavailable as silent:
            return _difference(row, UNANSWERED, silent.cause)
        except PaymentRefused as refusal:
            return _difference(row, f"{BEFORE}refused", refusal.functional_code)
        except NoPaymentsToday:
            return _difference(row, f"{BEFORE}refused", "no account")
        return await self._judged(row, said) if said else None

    async def _judged(self, row: DictRow, said: PaymentTransaction) -> Difference | None:
        what = _what(row, said)
        if what == "not-recorded-here" and not await self._recorded_now(row["payment_id"]):
            return None
        told = f"{said.status} {said.amount_cents} {said.currency}"
        return _difference(row, f"{BEFORE}{what}", told) if what else None

    async def _recorded_now(self, payment_id: UUID) -> bool:
        """Return whether it was unknown here; the ledger's table may be behind the log."""
        if (await self.platform.find(payment_id)).received:
            return False
        with suppress(PaymentPlatformUnavailable, PaymentRefused):
            await self.platform.settle(payment_id, self.now)
        return True


def _what(row: DictRow, said: PaymentTransaction) -> str:
    """Name the difference about money; that none came has many names, and they agree."""
    here, there = row["status"] == "succeeded", said.status is PaymentStatus.PAYED
    if here != there:
        return "missing-there" if here else "not-recorded-here"
    if not here:
        return ""
    if row["currency"] != said.currency:
        return "currency-differs"
    if row["received"] != said.amount_cents:
        return "amount-differs"
    if said.reference and row["reference"] != said.reference:
        return "reference-differs"
    return ""


def _difference(row: DictRow, what: str, told: str = "") -> Difference:
    return Difference(
        what=what,
        kind="payment",
        reference=row["reference"],
        day=row["day"],
        line=None,
        listed_cents=None,
        booked_cents=row["received"] if row["status"] == "succeeded" else None,
        currency=row["currency"],
        payment_id=row["payment_id"],
        application_id=row["application_id"],
        platform=told,
    )
