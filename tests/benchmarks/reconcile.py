"""Lines a second of a treasury's list compared with the ledger, beside a plain script that does it.

The script reads the list by the csv module, copies it into a temporary table and has one statement
join both sides by kind and reference. It checks no line, remembers none, and finds the same
references, without the names of what differs.
"""

import csv
import io
from collections.abc import AsyncIterator
from time import perf_counter

import psycopg
import uvloop

from adapters.payments.reconciliation import comparing
from adapters.payments.treasury_list import lines_of
from adapters.postgres.connecting import pool
from projections.payment_ledger import PAYMENT_LEDGER
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.measure import Timing, median_run
from tests.benchmarks.server import Bench
from tests.planted import TOWN, Planted, plant
from tests.projections.log import Log

PAYMENTS = 10_000
BASELINE = "csv module, COPY and one statement: which references differ"
LISTED = """CREATE TEMP TABLE listed (kind text, reference text, cents bigint, currency text,
    booked_on date) ON COMMIT DROP"""
COPY = "COPY listed FROM STDIN"
DIFFER = """
WITH entries AS (
    SELECT 'payment' AS kind, reference, received AS cents, currency,
        (paid_at AT TIME ZONE 'Europe/Berlin')::date AS day
    FROM payment_ledger_v2 WHERE municipality = %(town)s AND status = 'succeeded'
    UNION ALL
    SELECT CASE account WHEN 'refunded' THEN 'refund' ELSE 'chargeback' END, reference, received,
        currency, (gone_at AT TIME ZONE 'Europe/Berlin')::date
    FROM payment_ledger_v2
    WHERE municipality = %(town)s AND account IN ('refunded', 'charged-back')
), there AS (
    SELECT kind, reference, count(*) AS times, sum(cents) AS cents, max(currency) AS currency
    FROM listed GROUP BY kind, reference
), here AS (
    SELECT kind, reference, count(*) AS times, sum(cents) AS cents, max(currency) AS currency,
        max(day) AS day
    FROM entries GROUP BY kind, reference
)
SELECT reference FROM there t FULL JOIN here h USING (kind, reference)
WHERE (t.times, t.cents, t.currency) IS DISTINCT FROM (h.times, h.cents, h.currency)
    AND (t.kind IS NOT NULL OR h.day BETWEEN (SELECT min(booked_on) FROM listed)
        AND (SELECT max(booked_on) FROM listed))"""


class NotReconciled(Exception):
    """Not exactly what was planted was found; the speed means nothing."""


def reconcile_10k(bench: Bench) -> list[Figure]:
    planted = plant(bench.amount(PAYMENTS))
    content, lines = planted.as_csv(), len(planted.lines)
    ours, theirs = list[Timing](), list[Timing]()
    with bench.database() as url:
        uvloop.run(_record(url, planted))
        for _ in bench.runs():
            theirs.append(Timing(lines / _plainly(url, content, planted)))
            ours.append(Timing(lines / uvloop.run(_compared(url, content, planted))))
    return [throughput("reconcile_10k", "lines/s", median_run(ours), BASELINE, median_run(theirs))]


async def _record(url: str, planted: Planted) -> None:
    lives: dict[object, list[object]] = {}
    for stream, event in planted.happened:
        lives.setdefault(stream, []).append(event)
    log = Log(url)
    log.fill(lives.values())
    await log.project(PAYMENT_LEDGER)


async def _compared(url: str, content: bytes, planted: Planted) -> float:
    started = perf_counter()
    async with pool(url, 1) as connections, comparing(connections, TOWN) as comparison:
        await comparison.read(lines_of(_whole(content)), lambda _lines: None)
        found = [(one.what, one.reference) async for one in comparison.differences()]
        await comparison.remember(await comparison.unexplained())
    seconds = perf_counter() - started
    if sorted(found) != planted.named:
        raise NotReconciled
    return seconds


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _plainly(url: str, content: bytes, planted: Planted) -> float:
    """What one would write in an afternoon."""
    started = perf_counter()
    rows = map(_read, csv.DictReader(io.StringIO(content.decode()), delimiter=";"))
    with psycopg.connect(url, options="-c amtsweg.municipality=*") as connection:
        connection.execute(LISTED)
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for row in filter(None, rows):
                copy.write_row(row)
        found = connection.execute(DIFFER, {"town": TOWN}).fetchall()
        connection.rollback()
    seconds = perf_counter() - started
    if {reference for (reference,) in found} != {one for _, one in planted.differences} - {""}:
        raise NotReconciled
    return seconds


def _read(row: dict[str, str]) -> tuple[object, ...] | None:
    """Nothing for a line that cannot be read, or is no money that came."""
    try:
        cents = int(row["amount"].replace(",", ""))
    except ValueError:
        return None
    if cents < 0 or not row["reference"]:
        return None
    return row["kind"], row["reference"], cents, row["currency"], row["booked_on"]
