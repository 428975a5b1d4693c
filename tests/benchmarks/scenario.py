"""The year of a region at scale 100, more than 500,000 applications.

How many commands a second are carried out, in whole lives at scale 1 and mostly submissions at
scale 100, and how long the adoption report takes afterwards, beside the same report at scale 1;
and the portal's listing over the same database.
"""

from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import uvloop

from adapters.bootstrap import Parts, open_parts
from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.read_models.adoption import adoption
from adapters.settings import Settings
from domain.adoption.period import Period
from domain.adoption.report import By, Question
from tests.benchmarks.command import AT_ONCE, LIBRARY_APPLICATIONS, library
from tests.benchmarks.figure import Figure, latency, throughput
from tests.benchmarks.measure import Timing, concurrently
from tests.benchmarks.portal_listing import listing
from tests.benchmarks.server import Bench
from tests.keys import with_keys
from workers.scenario.running import Played, Wanted, count, play
from workers.scenario.table import scenario
from workers.seeding import seed

REGION = scenario("emscher-lippe-2021")
SMALL, LARGE = 1.0, 100.0
MONTHS, APPLICATIONS = 9, 500_000
# Whole lives of all of them would take an hour; the report counts what came in.
WORKED_ON = 5
ASKED = 400
WARM = 20
TIDY = "VACUUM ANALYZE applications_counted_v1, first_users_counted_v1, referrals_counted_v1"
YEAR = Period(date(2021, 1, 1), date(2021, 12, 31))
SO_FAR = Period(date(2021, 1, 1), date(2021, 8, 29))
QUESTIONS = (
    Question(period=YEAR, by=(By.MUNICIPALITY,)),
    Question(period=YEAR, by=(By.MUNICIPALITY, By.SERVICE)),
    Question(period=SO_FAR, by=(By.SERVICE,), municipality="05562032"),
    Question(period=SO_FAR, by=(By.KREIS, By.MONTH)),
    Question(period=YEAR, by=(By.CATEGORY, By.CHANNEL)),
    # Datteln takes payments since August: in what is played there is a before and an after.
    Question(period=SO_FAR, by=(By.E_PAYMENT,), municipality="05562008"),
    Question(period=SO_FAR, by=(By.DAY,)),
    Question(period=SO_FAR, by=(By.WEEK,), region="emscher-lippe"),
)


class TooFew(Exception):
    """The scenario played fewer applications than the benchmark promises."""


def scenario_at_scale(bench: Bench) -> list[Figure]:
    small, large = (0.02, 0.2) if bench.quick else (SMALL, LARGE)
    lived, reported_small, _ = uvloop.run(_measured(bench, small, 12, worked_on=100))
    played, reported_large, listed = uvloop.run(
        _measured(bench, large, MONTHS, worked_on=WORKED_ON, portal=True)
    )
    if not bench.quick and played.applications < APPLICATIONS:
        raise TooFew(played.applications)
    submitted = Timing(played.commands / played.seconds)
    commands = Timing(lived.commands / lived.seconds)
    with bench.database() as url:
        theirs = library(url, bench.amount(LIBRARY_APPLICATIONS))
    shipped = f"eventsourcing as shipped, {AT_ONCE} threads"
    return [
        throughput("scenario_commands", "commands/s", commands, shipped, theirs),
        throughput("scenario_100", "commands/s", submitted, shipped, theirs),
        latency("adoption_p99", reported_large, "the same at scale 1, p99", reported_small),
        *listed,
    ]


async def _measured(
    bench: Bench, scale: float, months: int, *, worked_on: int, portal: bool = False
) -> tuple[Played, Timing, list[Figure]]:
    async with _region(bench) as parts:

        def played(begun: int, total: int) -> None:
            bench.report(f"scale {scale:g}: {begun:,} of {total:,} visits")

        def counted(done: int, total: int) -> None:
            bench.report(f"scale {scale:g}: {done / total:.0%} counted")

        wanted = Wanted(scenario=REGION, scale=scale, months=months, worked_on=worked_on)
        done = await play(parts, wanted, played)
        await count(parts, counted)
        with psycopg.connect(parts.url, autocommit=True) as connection:
            connection.execute(TIDY)
        asked = await _asked(parts, bench.amount(ASKED))
        if not portal:
            return done, asked, []
        return done, asked, [await to_thread(listing, bench, parts.url, "portal_listing_p99")]


async def _asked(parts: Parts, amount: int) -> Timing:
    async def ask(question: Question) -> None:
        await adoption(parts.pool, parts.catalogue, question)

    await concurrently(islice(cycle(QUESTIONS), WARM), 1, ask)
    return await concurrently(islice(cycle(QUESTIONS), amount), 1, ask)


@asynccontextmanager
async def _region(bench: Bench) -> AsyncIterator[Parts]:
    with TemporaryDirectory(prefix="amtsweg-bench-") as home, bench.database() as url:
        await seed(url, read_files(BUILT_IN), lambda _done, _total: None)
        async with open_parts(with_keys(Settings(home=Path(home))), url) as parts:
            yield parts
