"""Compares the treasury's list with our ledger, and asks the platform where they differ.

Both sides are brought together in PostgreSQL, by reference, and the differences come out one by
one: memory does not grow with the list. The list is read within a transaction that takes it away
again in the end, so nothing of it stays but what is to be remembered.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, dict_row

from adapters.event_store.log import Pool
from adapters.ids import new_id
from adapters.payments.difference import Difference, difference_in, unreadable_line
from adapters.payments.errors import (
    TreasuryListUnusable,
)
from adapters.payments.finding import FIND, MOST, Ask, Unexplained
from adapters.payments.listed import EVERY, REMEMBER
from adapters.payments.second_opinion import with_platform
from adapters.payments.treasury_list import Line, Unreadable
from adapters.postgres.tenants import FOR

BATCH = 1000
FETCHED = 200
NO_DAYS = "has no line after it; name the days with `from` and `to`, to be told what is missing"
# A list may come slowly; what waits for ever is ended by who sends it. Nobody has counted its lines
# yet, so PostgreSQL takes them for few, and would look for each one by one.
PATIENCE = """SET LOCAL statement_timeout = '10min';
    SET LOCAL idle_in_transaction_session_timeout = '2min';
    SET LOCAL enable_nestloop = off"""
ADD = """INSERT INTO treasury_lines (list_id, municipality, line, kind, reference, cents, currency,
        booked_on)
    SELECT %(list)s, %(municipality)s, * FROM unnest(%(line)s::int[], %(kind)s::text[],
        %(reference)s::text[], %(cents)s::bigint[], %(currency)s::text[], %(booked_on)s::date[])"""
FORGET = "DELETE FROM treasury_lines WHERE list_id = %s"
PERIOD = """SELECT min(booked_on) AS first, max(booked_on) AS last FROM treasury_lines
    WHERE list_id = %(list)s"""
COMPARE = f"""
WITH {EVERY}, of_all_kinds AS (
    SELECT 'payment' AS kind, reference, cents, currency, booked_on, line FROM every
    UNION ALL
    SELECT kind, reference, cents, currency, booked_on, line
    FROM treasury_lines WHERE list_id = %(list)s AND kind <> 'payment'
), listed AS (
    SELECT kind, reference, count(*) AS times, sum(cents)::bigint AS cents,
        min(currency) AS currency, max(currency) AS other_currency, min(line) AS line,
        min(booked_on) FILTER (WHERE line IS NOT NULL) AS booked_on
    FROM of_all_kinds GROUP BY kind, reference
), entries AS (
    SELECT 'payment' AS kind, reference, received AS cents, currency, payment_id, application_id,
        (paid_at AT TIME ZONE 'Europe/Berlin')::date AS day
    FROM payment_ledger_v2 WHERE municipality = %(municipality)s AND status = 'succeeded'
    UNION ALL
    SELECT CASE account WHEN 'refunded' THEN 'refund' ELSE 'chargeback' END, reference, received,
        currency, payment_id, application_id, (gone_at AT TIME ZONE 'Europe/Berlin')::date
    FROM payment_ledger_v2
    WHERE municipality = %(municipality)s AND account IN ('refunded', 'charged-back')
    UNION ALL
    SELECT CASE gone_again_how WHEN 'refunded' THEN 'refund' ELSE 'chargeback' END, reference,
        received, currency, payment_id, application_id,
        (gone_again_at AT TIME ZONE 'Europe/Berlin')::date
    FROM payment_ledger_v2 WHERE municipality = %(municipality)s AND gone_again_how <> ''
), booked AS (
    SELECT kind, reference, count(*) AS times, sum(cents)::bigint AS cents,
        min(currency) AS currency, min(payment_id::text)::uuid AS payment_id,
        min(application_id::text)::uuid AS application_id, max(day) AS day
    FROM entries GROUP BY kind, reference
), known AS (
    SELECT DISTINCT ON (reference) reference, payment_id, application_id, status
    FROM payment_ledger_v2 WHERE municipality = %(municipality)s AND reference <> ''
        AND status <> 'dismissed'
    ORDER BY reference, application_id IS NULL, began_at DESC
)
SELECT kind, reference, l.times AS listed_times, l.cents AS listed_cents,
    l.currency AS listed_currency, l.other_currency, l.line, coalesce(l.booked_on, b.day) AS day,
    b.times AS booked_times, b.cents AS booked_cents, b.currency AS booked_currency,
    coalesce(b.payment_id, k.payment_id) AS payment_id,
    coalesce(b.application_id, k.application_id) AS application_id
FROM listed l FULL JOIN booked b USING (kind, reference) LEFT JOIN known k USING (reference)
WHERE (l.kind IS NULL AND b.day BETWEEN %(first)s AND %(last)s
        AND NOT (kind = 'payment' AND EXISTS (SELECT FROM treasury_listed before
            WHERE before.municipality = %(municipality)s AND before.reference = b.reference)))
    OR b.kind IS NULL
    OR (l.times, l.cents, l.currency, l.other_currency)
        IS DISTINCT FROM (b.times, b.cents, b.currency, b.currency) AND l.kind IS NOT NULL
ORDER BY kind, reference"""  # noqa: S608 -- of pieces of our own

Report = Callable[[int], None]


@dataclass(slots=True)
class Comparison:
    """A list that was read, and what it is compared with."""

    connection: AsyncConnection[TupleRow]
    municipality: str
    ask: Ask | None
    list_id: UUID
    lines: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)

    async def read(self, lines: AsyncIterator[Line | Unreadable], report: Report) -> None:
        batch: list[Line] = []
        async for line in lines:
            if isinstance(line, Unreadable):
                self.unreadable.append(line)
                self.lines += 1
                continue
            batch.append(line)
            if len(batch) == BATCH:
                await self._add(batch, report)
                batch = []
        if batch:
            await self._add(batch, report)

    async def differences(
        self, first: date | None = None, last: date | None = None
    ) -> AsyncIterator[Difference]:
        """What was paid from `first` to `last` should be listed; by default, on the list's days."""
        period = await self.period(first, last)
        for one in self.unreadable:
            yield unreadable_line(one.number, one.what)
        async with self.connection.cursor(name="differences", row_factory=dict_row) as cursor:
            # Asking takes its time, and nothing fetched may wait for longer than PATIENCE allows.
            cursor.itersize = 1 if self.ask else FETCHED
            await cursor.execute(COMPARE.encode(), self._of_list(**period))
            async for row in cursor:
                yield await with_platform(difference_in(row), self.ask)

    async def unexplained(self) -> list[Unexplained]:
        """Return what only the treasury has, or the first of too much of it."""
        async with self.connection.cursor(row_factory=dict_row) as cursor:
            asked = self._of_list(limit=MOST + 1)
            rows = await (await cursor.execute(FIND.encode(), asked)).fetchall()
        return [Unexplained(**row) for row in rows]

    async def remember(self, found: Sequence[Unexplained]) -> None:
        """Keep what bookings explain, so that later lists are read with it.

        `found` is kept once it is in the queue; too much of it, and the list is that of something
        else.
        """
        if len(found) <= MOST:
            await self.connection.execute(REMEMBER.encode(), self._of_list())

    async def _add(self, batch: list[Line], report: Report) -> None:
        columns = ("kind", "reference", "cents", "currency", "booked_on")
        values = {name: [getattr(line, name) for line in batch] for name in columns}
        numbers = [line.number for line in batch]
        await self.connection.execute(ADD, self._of_list(line=numbers, **values))
        self.lines += len(batch)
        report(self.lines)

    async def period(self, first: date | None, last: date | None) -> dict[str, date]:
        async with self.connection.cursor(row_factory=dict_row) as cursor:
            row = await (await cursor.execute(PERIOD, self._of_list())).fetchone() or {}
        if row["first"] is None and not (first and last):
            raise TreasuryListUnusable(1, NO_DAYS)
        return {"first": first or row["first"], "last": last or row["last"]}

    def _of_list(self, **more: Any) -> dict[str, Any]:
        return {"list": self.list_id, "municipality": self.municipality, **more}


@asynccontextmanager
async def comparing(
    pool: Pool, municipality: str, ask: Ask | None = None
) -> AsyncIterator[Comparison]:
    """`ask`: what the platform says of a payment where there is a difference."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(FOR, (municipality, ""))
        await connection.execute(PATIENCE)
        comparison = Comparison(connection, municipality, ask, new_id())
        yield comparison
        await connection.execute(FORGET, (comparison.list_id,))
