"""What the public is told are sums of rounded cells: any number of answers tells no more than they.

The attacker asks for all windows of months of a year and combines what each says. Where each
answer is rounded by itself, most small counts follow; here they must not.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from itertools import combinations, product
from random import Random
from typing import Any

import psycopg
import pytest

from adapters.catalogue.loading import load
from adapters.personal_data.key_ring import KeyRing
from adapters.postgres.connecting import pool
from adapters.read_models.adoption import MonthsOnly, adoption, published
from domain.adoption.period import Period, end_of_month, months_later
from domain.adoption.report import By, Question, Report, Stage
from projections.applications_counted import APPLICATIONS_COUNTED
from projections.first_users_counted import FIRST_USERS_COUNTED
from projections.referrals_counted import REFERRALS_COUNTED
from tests.projections.log import Log

TOWNS = ("05513000", "05562008", "05562016", "05562014")
SERVICES = ("library-card", "dog-tax-registration", "birth-certificate")
JANUARY, MONTHS, ERROR = date(2021, 1, 1), 12, 4
APPLIED = """INSERT INTO applications_counted_v1
    (span, legal_day, recorded_day, municipality, service, channel, pilot, counted)
    VALUES ('month', %s, '0001-01-01', %s, %s, %s, %s, %s)
    ON CONFLICT (span, legal_day, municipality, service, channel, pilot, recorded_day)
    DO UPDATE SET counted = excluded.counted"""
FIRST_USED = """INSERT INTO first_users_counted_v1
    (span, legal_day, recorded_day, municipality, pilot, counted)
    VALUES ('month', %s, '0001-01-01', %s, false, %s)"""
Told = Mapping[tuple[int, int], int | None]
Bounds = tuple[int, int]
Ask = Callable[..., Awaitable[Report]]


def keys(number: int) -> KeyRing:
    """Return an installation's keys, the same in every run."""
    return KeyRing(1, {}, number.to_bytes(32))


def month(number: int) -> date:
    return months_later(JANUARY, number)


def window(first: int, after: int) -> Period:
    return Period(month(first), end_of_month(month(after - 1)))


WINDOWS = list(combinations(range(MONTHS + 1), 2))
YEAR, YEAR_BEFORE = window(0, MONTHS), window(-MONTHS, 0)


CATALOGUE = load()


@pytest.fixture
async def tables(database_url: str) -> str:
    for projection in (APPLICATIONS_COUNTED, FIRST_USERS_COUNTED, REFERRALS_COUNTED):
        await Log(database_url).project(projection)
    return database_url


def put(url: str, statement: str, *rows: tuple[Any, ...]) -> None:
    with psycopg.connect(url) as connection:
        connection.cursor().executemany(statement.encode(), rows)


def seeded() -> Random:
    return Random(7)  # noqa: S311 -- no secret, the same in every run


def few(random: Random) -> int:
    return random.choice((0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 8))


@pytest.fixture
def two_years(tables: str) -> Mapping[tuple[str, str, int], int]:
    """Few applications a month everywhere; return the live online ones of this year."""
    online, applied, random = dict[tuple[str, str, int], int](), list[Any](), seeded()
    for number, town, service in product(range(-MONTHS, MONTHS), TOWNS, SERVICES):
        for channel, pilot in product(("online", "counter"), (False, True)):
            count = few(random)
            if count:
                applied.append((month(number), town, service, channel, pilot, count))
            if channel == "online" and not pilot and number >= 0:
                online[town, service, number] = count
    put(tables, APPLIED, *applied)
    put(tables, FIRST_USED, *product(map(month, range(-MONTHS, MONTHS)), TOWNS, [3]))
    return online


@pytest.fixture
async def ask(tables: str) -> Any:
    async with pool(tables, 1) as connections:

        async def answer(
            *by: By, period: Period = YEAR, installation: int = 1, **narrowed: Any
        ) -> Report:
            question = Question(period=period, by=by, **narrowed)
            return await published(connections, CATALOGUE, question, keys(installation))

        yield answer


# The attack


def combined(bounds: Mapping[tuple[int, int], Bounds]) -> list[Bounds]:
    """Return what all windows together tell of each month: shortest paths over running totals."""
    far, ends = 10**6, range(MONTHS + 1)
    most = {(a, b): 0 if a == b else far for a, b in product(ends, ends)}
    for (first, after), (low, high) in bounds.items():
        most[first, after], most[after, first] = high, -low
    for via, a, b in product(ends, ends, ends):
        most[a, b] = min(most[a, b], most[a, via] + most[via, b])
    return [(-most[n + 1, n], most[n, n + 1]) for n in range(MONTHS)]


def rounded_by_itself(count: int) -> Bounds:
    """Return what a publisher tells who rounds each answer and withholds those from 1 to 4."""
    shown = (count + 2) // 5 * 5
    return (1, 4) if 0 < count < 5 else (0, 0) if not count else (max(5, shown - 2), shown + 2)


def test_the_attack_succeeds_where_each_answer_is_rounded_by_itself() -> None:
    random, small, told = seeded(), 0, 0
    for _ in range(20):
        year = [few(random) for _ in range(MONTHS)]
        found = combined({(a, b): rounded_by_itself(sum(year[a:b])) for a, b in WINDOWS})
        small += sum(0 < count < 5 for count in year)
        told += sum(0 < n < 5 and found[at] == (n, n) for at, n in enumerate(year))
    assert told > small / 2


async def test_all_windows_together_tell_nothing_that_a_month_alone_does_not(
    ask: Ask, two_years: Mapping[tuple[str, str, int], int]
) -> None:
    attacked = list(product(TOWNS[:2], SERVICES[:2]))
    for town, service in attacked:
        told = {
            (a, b): (await ask(By.STAGE, period=window(a, b), municipality=town, service=service))
            .total.counts.online or 0
            for a, b in WINDOWS
        }  # fmt: skip
        bounds = {
            (a, b): (max(0, n - ERROR * (b - a)), n + ERROR * (b - a)) for (a, b), n in told.items()
        }
        for number, (low, high) in enumerate(combined(bounds)):
            assert (low, high) == bounds[number, number + 1]
            assert high - low >= ERROR
            assert low <= two_years[town, service, number] <= high
        for a, b in WINDOWS:
            assert told[a, b] == sum(told[n, n + 1] for n in range(a, b))


# What it rests on


async def test_a_cell_may_have_been_rounded_up_or_down(ask: Ask, tables: str) -> None:
    """Where 5 is told, it may be 1 to 9, and where nothing is told, up to 4."""
    put(tables, APPLIED, *((month(n - 1), TOWNS[0], SERVICES[0], "online", False, n)
                           for n in range(1, 11)))  # fmt: skip
    seen, installations = {n: set[int]() for n in range(1, 11)}, 60
    totals = 0
    for installation in range(installations):
        report = await ask(By.MONTH, installation=installation)
        shown = {line.key[0]: line.counts.online or 0 for line in report.lines}
        for n, figures in seen.items():
            figures.add(shown.get(f"2021-{n:02}", 0))
        totals += report.total.counts.online or 0
    assert seen == {n: {n // 5 * 5, -(-n // 5) * 5} for n in range(1, 11)}
    assert abs(totals / installations - sum(range(1, 11))) < 2  # neither up nor down on the whole


async def test_an_installation_always_tells_the_same(ask: Ask, two_years: Any) -> None:
    first, again = [await ask(By.MUNICIPALITY, By.MONTH) for _ in range(2)]
    assert first == again
    assert (await ask(By.MUNICIPALITY, By.MONTH, installation=2)).lines != first.lines


async def test_what_is_recorded_late_never_lets_a_figure_fall(ask: Ask, tables: str) -> None:
    told = []
    for count in range(1, 31):
        put(tables, APPLIED, (JANUARY, TOWNS[0], SERVICES[0], "online", False, count))
        told.append((await ask(By.MONTH)).total.counts.online or 0)
    assert told == sorted(told)
    assert all(abs(n - shown) <= ERROR for n, shown in enumerate(told, 1))


def added(*reports: Report) -> tuple[int, int, int]:
    counts = [line.counts for report in reports for line in report.lines]
    return (
        sum(c.online or 0 for c in counts),
        sum(c.all_channels or 0 for c in counts),
        sum(c.first_time_users or 0 for c in counts),
    )


async def test_every_table_adds_up_to_the_same_total(ask: Ask, two_years: Any) -> None:
    total = (await ask(By.MUNICIPALITY)).total.counts
    whole = (total.online, total.all_channels, total.first_time_users)
    for by in (By.MUNICIPALITY, By.KREIS, By.REGION, By.STAGE, By.MONTH, By.QUARTER, By.YEAR):
        assert added(await ask(by)) == whole
    for by in (By.SERVICE, By.CATEGORY, By.CHANNEL):
        assert added(await ask(by))[:2] == whole[:2]
    assert added(*[await ask(By.MONTH, municipality=town) for town in TOWNS]) == whole
    everything = await ask(By.STAGE, stage=Stage.ALL)
    assert added(*[await ask(By.STAGE, stage=s) for s in (Stage.LIVE, Stage.PILOT)]) == added(
        everything
    )


async def test_the_period_before_is_told_as_when_it_was_asked_for(ask: Ask, two_years: Any) -> None:
    before = (await ask(By.MUNICIPALITY, period=YEAR_BEFORE)).total.counts
    compared = (await ask(By.MUNICIPALITY)).total.counts
    assert compared.previous_online == before.online
    assert compared.previous_first_time_users == before.first_time_users


async def test_no_line_tells_that_there_was_something(ask: Ask, tables: str) -> None:
    put(tables, APPLIED, *((month(n), town, SERVICES[0], "online", False, 1)
                           for n in range(MONTHS) for town in TOWNS))  # fmt: skip
    report = await ask(By.MUNICIPALITY, By.MONTH)
    assert 0 < len(report.lines) < len(TOWNS) * MONTHS / 2
    assert all(line.counts.online == 5 for line in report.lines)


async def test_the_order_of_lines_follows_from_what_is_told(ask: Ask, two_years: Any) -> None:
    lines = (await ask(By.MUNICIPALITY, By.SERVICE)).lines
    told = [(-(line.counts.online or 0), line.key) for line in lines]
    assert told == sorted(told)


@pytest.mark.parametrize(
    "question",
    [
        {"period": Period(JANUARY, date(2021, 9, 14))},
        {"by": (By.E_PAYMENT,)},
        {"recorded_until": date(2021, 9, 14)},
    ],
)
async def test_nothing_shorter_than_a_month_is_ever_rounded(tables: str, question: Any) -> None:
    asked = Question(**({"period": YEAR} | question))
    async with pool(tables, 1) as connections:
        with pytest.raises(MonthsOnly, match="whole months"):
            await published(connections, CATALOGUE, asked, keys(1))


async def test_those_who_work_with_it_get_it_exactly(tables: str, two_years: Any) -> None:
    async with pool(tables, 1) as connections:
        question = Question(period=YEAR, by=(By.MUNICIPALITY, By.SERVICE, By.MONTH))
        exact = await adoption(connections, CATALOGUE, question)
    assert {line.key: line.counts.online for line in exact.lines if line.counts.online} == {
        (town, service, f"2021-{number + 1:02}"): count
        for (town, service, number), count in two_years.items()
        if count
    }
