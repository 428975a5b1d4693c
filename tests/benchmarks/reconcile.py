"""Lines a second of a treasury's list compared with the ledger, beside two dicts in memory."""

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
BASELINE = "both sides read into dicts, names and sums only"
LEDGER = """SELECT reference, received FROM payment_ledger_v2
    WHERE municipality = %s AND status = 'succeeded'"""


class NotReconciled(Exception):
    """Not exactly what was planted was found; the speed means nothing."""


def reconcile_10k(bench: Bench) -> list[Figure]:
    planted = plant(bench.amount(PAYMENTS))
    content, lines = planted.as_csv(), len(planted.lines)
    ours, theirs = list[Timing](), list[Timing]()
    with bench.database() as url:
        uvloop.run(_record(url, planted))
        for _ in bench.runs():
            theirs.append(Timing(lines / _plainly(url, content)))
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
    seconds = perf_counter() - started
    if sorted(found) != planted.named:
        raise NotReconciled
    return seconds


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _plainly(url: str, content: bytes) -> float:
    """What one would write in an afternoon: no dates, no refunds, all of it in memory."""
    started = perf_counter()
    listed: dict[str, int] = {}
    for row in csv.DictReader(io.StringIO(content.decode()), delimiter=";"):
        if row["kind"] == "payment":
            cents = int(row["amount"].replace(",", ""))
            listed[row["reference"]] = listed.get(row["reference"], 0) + cents
    with psycopg.connect(url, options="-c amtsweg.municipality=*") as connection:
        booked = dict(connection.execute(LEDGER, (TOWN,)).fetchall())
    both = listed.keys() | booked.keys()
    assert any(listed.get(one) != booked.get(one) for one in both)
    return perf_counter() - started
