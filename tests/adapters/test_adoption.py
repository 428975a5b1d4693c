"""The report counts what was submitted, where, when and how, and compares it with before."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.loading import load
from adapters.postgres.connecting import pool
from adapters.read_models.adoption import adoption
from adapters.read_models.adoption_checks import mistakes
from adapters.read_models.adoption_rows import columns, rows
from adapters.read_models.places import parameters
from domain.adoption.period import Period
from domain.adoption.report import By, Line, Question, Report, Stage
from domain.application.events import Channel
from domain.first_use.events import Occasion, PortalFirstUsed
from domain.municipality.municipality import Municipality, PaymentAccount, TownKind
from domain.referral.events import ApplicantReferred
from domain.working_days import legal_day
from projections.applications_counted import APPLICATIONS_COUNTED
from projections.first_users_counted import FIRST_USERS_COUNTED
from projections.referrals_counted import REFERRALS_COUNTED
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.projections.log import Log

GELSENKIRCHEN, HALTERN, DATTELN, KREIS = "05513000", "05562016", "05562008", "05562"
MARL, DORSTEN = "05562024", "05562012"
ACCOUNT = PaymentAccount(originator="o", endpoint="e")
THIS_YEAR = Period(date(2021, 1, 1), date(2021, 12, 31))
SUBMITTED = h.submitted(asked.submit)


def town(ags: str, kreis: str | None, population: int | None, **more: Any) -> Municipality:
    given: dict[str, Any] = {
        "name": ags, "region": "emscher-lippe", "sender": "", "branches": (), "services": {},
    }  # fmt: skip
    return Municipality(ags=ags, kreis=kreis, population=population, **(given | more))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    towns = (
        town(GELSENKIRCHEN, None, 260_000, kind=TownKind.KREISFREI),
        town(HALTERN, KREIS, 38_000, name="Haltern am See", e_payment_since=date(2021, 9, 15)),
        town(DATTELN, KREIS, None),
        town(MARL, KREIS, 84_000, payment=ACCOUNT),
        town(DORSTEN, KREIS, 75_000, payment=replace(ACCOUNT, valid_from=date(2021, 9, 15))),
        town(KREIS, KREIS, 610_000, kind=TownKind.KREIS, region="vest"),
    )
    return replace(load(), by_ags={one.ags: one for one in towns})


@pytest.fixture
async def ask(log: Log, catalogue: Catalogue) -> AsyncIterator[Any]:
    async with pool(log.url, 1) as connections:

        async def answer(*by: By, **question: Any) -> Report:
            await log.project(APPLICATIONS_COUNTED)
            await log.project(FIRST_USERS_COUNTED)
            await log.project(REFERRALS_COUNTED)
            asked = Question(**({"period": THIS_YEAR, "by": by} | question))
            assert list(mistakes(asked, catalogue)) == []
            return await adoption(connections, catalogue, asked)

        yield answer


@pytest.fixture
def log(database_url: str) -> Log:
    return Log(database_url)


async def submit(log: Log, ags: str, day: str, times: int = 1, **changes: Any) -> None:
    event = replace(SUBMITTED, municipality=ags, legal_day=date.fromisoformat(day), **changes)
    await log.record_all([(uuid4(), event) for _ in range(times)])


async def first_use(log: Log, ags: str, day: str, times: int = 1, *, pilot: bool = False) -> None:
    event = PortalFirstUsed(
        municipality=ags,
        occasion=Occasion.SIGN_IN,
        pilot=pilot,
        used_at=datetime(2021, 1, 1, tzinfo=UTC),
        legal_day=date.fromisoformat(day),
    )
    await log.record_all([(uuid4(), event) for _ in range(times)])


def online(report: Report) -> dict[Any, int | None]:
    return {line.key if len(line.key) > 1 else line.key[0]: line.counts.online
            for line in report.lines}  # fmt: skip


def only(report: Report) -> Line:
    (line,) = report.lines
    return line


async def test_what_is_used_most_comes_first_with_its_share_of_all_channels(log, ask) -> None:
    await submit(log, GELSENKIRCHEN, "2021-06-16", 1)
    await submit(log, HALTERN, "2021-06-16", 3)
    await submit(log, HALTERN, "2021-06-17", 1, channel=Channel.COUNTER, account=None)
    report = await ask(By.MUNICIPALITY)
    assert list(online(report).items()) == [(HALTERN, 3), (GELSENKIRCHEN, 1)]
    assert report.lines[0].online_share == 0.75
    assert (report.total.counts.online, report.total.counts.all_channels) == (4, 5)


async def test_only_legal_days_of_the_period_count(log, ask) -> None:
    for day in ("2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01"):
        await submit(log, HALTERN, day)
    assert online(await ask(By.DAY)) == {"2021-01-01": 1, "2021-12-31": 1}


async def test_every_time_has_its_column(log, ask) -> None:
    await submit(log, HALTERN, "2021-01-03")  # a Sunday of the last week of 2020
    times = {By.DAY: "2021-01-03", By.WEEK: "2020-W53", By.MONTH: "2021-01",
             By.QUARTER: "2021-Q1", By.YEAR: "2021"}  # fmt: skip
    for by, value in times.items():
        assert online(await ask(by)) == {value: 1}


async def test_places_add_up_to_kreis_and_region(log, ask) -> None:
    for ags, times in ((GELSENKIRCHEN, 2), (HALTERN, 3), (DATTELN, 4)):
        await submit(log, ags, "2021-06-16", times)
    assert online(await ask(By.KREIS)) == {KREIS: 7, "05513": 2}
    assert online(await ask(By.REGION)) == {"emscher-lippe": 9}
    assert online(await ask(By.MUNICIPALITY, kreis=KREIS)) == {DATTELN: 4, HALTERN: 3}


async def test_before_and_after_e_payment(log, ask) -> None:
    await submit(log, HALTERN, "2021-09-14", 2)
    await submit(log, HALTERN, "2021-09-15", 5)
    await submit(log, DATTELN, "2021-09-15", 1)
    assert online(await ask(By.E_PAYMENT)) == {"before": 2, "after": 5, "none": 1}


async def test_a_town_that_named_no_start_of_e_payment_goes_by_its_account(log, ask) -> None:
    await submit(log, MARL, "2021-01-04", 3)
    await submit(log, DORSTEN, "2021-09-14", 2)
    await submit(log, DORSTEN, "2021-09-15", 4)
    assert online(await ask(By.E_PAYMENT)) == {"always": 3, "before": 2, "after": 4}


async def test_by_service_category_and_channel(log, ask) -> None:
    await submit(log, HALTERN, "2021-06-16", 2)
    await submit(log, HALTERN, "2021-06-16", 3, channel=Channel.POST, account=None)
    report = await ask(By.CATEGORY, By.SERVICE, By.CHANNEL)
    assert [(line.key, line.counts.all_channels) for line in report.lines] == [
        (("culture-and-education", "library-card", "online"), 2),
        (("culture-and-education", "library-card", "post"), 3),
    ]
    assert online(await ask(By.SERVICE, category="culture-and-education")) == {"library-card": 2}
    assert report.total.counts.first_time_users is None


async def test_pilots_are_left_out_unless_asked_for(log, ask) -> None:
    await submit(log, HALTERN, "2021-06-16", 2)
    await submit(log, HALTERN, "2021-06-16", 1, pilot=True)
    await first_use(log, HALTERN, "2021-06-16", 2)
    await first_use(log, HALTERN, "2021-06-16", 1, pilot=True)
    counts = {stage: only(await ask(By.MUNICIPALITY, stage=stage)).counts for stage in Stage}
    assert [(c.online, c.first_time_users) for c in counts.values()] == [(2, 2), (1, 1), (3, 3)]
    assert online(await ask(By.STAGE, stage=Stage.ALL)) == {"live": 2, "pilot": 1}


async def test_first_time_users_are_counted_where_nobody_applied_either(log, ask) -> None:
    await first_use(log, HALTERN, "2021-03-01", 3)
    await first_use(log, HALTERN, "2020-03-01", 1)
    line = only(await ask(By.MUNICIPALITY))
    assert (line.counts.first_time_users, line.counts.online) == (3, 0)
    assert line.counts.previous_first_time_users == 1


async def test_the_period_before_is_compared_line_by_line(log, ask) -> None:
    await submit(log, HALTERN, "2020-06-16", 2)
    await submit(log, HALTERN, "2021-06-16", 3)
    report = await ask(By.MUNICIPALITY)
    assert (only(report).counts.previous_online, only(report).change) == (2, 0.5)


async def test_a_line_of_a_time_has_nothing_before_but_the_total_has(log, ask) -> None:
    await submit(log, HALTERN, "2020-06-16", 2)
    await submit(log, HALTERN, "2021-06-16", 3)
    report = await ask(By.MONTH)
    assert online(report) == {"2021-06": 3}
    assert only(report).counts.previous_online is None
    assert report.total.counts.previous_online == 2


async def test_per_1000_inhabitants_where_all_are_known(log, ask) -> None:
    await submit(log, HALTERN, "2021-06-16", 19)
    await submit(log, DATTELN, "2021-06-16", 1)
    by_town = {line.key[0]: line.per_1000 for line in (await ask(By.MUNICIPALITY)).lines}
    assert by_town == {HALTERN: 0.5, DATTELN: None}
    assert (await ask(By.MUNICIPALITY)).total.population is None


async def test_a_kreis_has_the_people_of_its_towns_once(log, ask) -> None:
    await submit(log, HALTERN, "2021-06-16")
    assert only(await ask(By.SERVICE, municipality=HALTERN)).population == 38_000
    assert (await ask(By.SERVICE, municipality=KREIS)).total.population == 610_000


async def test_months_add_up_to_the_same_as_their_days(log, ask) -> None:
    days = [date(2020, 11, 20) + timedelta(days=9 * n) for n in range(48)]
    for number, day in enumerate(days):
        await submit(log, (HALTERN, DATTELN)[number % 2], day.isoformat())
    today = legal_day(datetime.now(UTC))  # which makes it read the rows of days
    for first, last in (("2021-01-01", "2021-12-31"), ("2021-01-15", "2021-11-29"),
                        ("2021-03-01", "2021-03-31"), ("2021-02-27", "2021-03-01")):  # fmt: skip
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
        by_month = await ask(By.MUNICIPALITY, By.QUARTER, period=period)
        by_day = await ask(By.MUNICIPALITY, By.QUARTER, period=period, recorded_until=today)
        assert (by_month.lines, by_month.total) == (by_day.lines, by_day.total)
        assert by_month.total.counts.online == len([d for d in days if first <= str(d) <= last])


async def test_who_is_sent_to_another_body_is_counted_apart(log, ask) -> None:
    sent = ApplicantReferred(
        municipality=HALTERN,
        service="criminal-record-certificate",
        service_version=1,
        link="https://example.org",
        pilot=False,
        source_portal="portal",
        referred_at=datetime(2021, 6, 16, tzinfo=UTC),
        legal_day=date(2021, 6, 16),
    )
    await log.record_all([(uuid4(), sent), (uuid4(), sent)])
    line = only(await ask(By.SERVICE))
    assert line.key == ("criminal-record-certificate",)
    assert (line.counts.referrals, line.counts.online, line.counts.all_channels) == (2, 0, 0)
    assert (await ask(By.CHANNEL)).total.counts.referrals is None


async def test_a_report_can_be_read_as_it_stood_at_an_earlier_day(log, ask) -> None:
    await submit(log, HALTERN, "2021-06-16", 2)
    today = legal_day(datetime.now(UTC))
    assert online(await ask(By.MUNICIPALITY, recorded_until=today)) == {HALTERN: 2}
    before = await ask(By.MUNICIPALITY, recorded_until=today - timedelta(days=1))
    assert (before.lines, before.total.counts.online) == ([], 0)


async def test_it_says_up_to_where_and_when_it_counts(log, ask) -> None:
    nothing = await ask(By.MUNICIPALITY)
    assert (nothing.position, nothing.counted_until, nothing.lines) == (0, None, [])
    await submit(log, HALTERN, "2021-06-16", 2)
    report = await ask(By.MUNICIPALITY)
    (row,) = await log.ask("SELECT recorded_at FROM events WHERE notification_id = 2")
    assert (report.position, report.counted_until) == (2, row["recorded_at"])


async def test_its_rows_have_names_and_the_total_last(log, ask, catalogue) -> None:
    await submit(log, HALTERN, "2021-06-16", 2)
    report = await ask(By.MUNICIPALITY, By.SERVICE)
    line, total = rows(report, catalogue)
    assert (line["name"], line["service"], line["online"]) == ("Haltern am See", "library-card", 2)
    assert (total["municipality"], total["service"], total["online"]) == ("total", "", 2)
    assert set(columns(report)) == set(line) == set(total)


MISTAKES = [
    ({"period": Period(date(2021, 6, 2), date(2021, 6, 1))}, "to"),
    ({"period": Period(date(1999, 12, 31), date(2001, 1, 1))}, "from"),
    ({"period": Period(date(2000, 1, 1), date(2999, 1, 1))}, "to"),
    ({"by": (By.DAY, By.DAY)}, "by"),
    ({"municipality": "05999999"}, "municipality"),
    ({"kreis": "05999"}, "kreis"),
    ({"region": "elsewhere"}, "region"),
    ({"service": "no-such"}, "service"),
    ({"category": "no-such"}, "category"),
]


@pytest.mark.parametrize(("question", "parameter"), MISTAKES)
def test_a_question_that_cannot_be_meant_says_what_to_ask(catalogue, question, parameter) -> None:
    ((name, advice),) = mistakes(Question(**({"period": THIS_YEAR} | question)), catalogue)
    assert name == parameter
    assert advice


def test_a_replaced_account_moves_the_start_unless_the_town_says_when_it_began(
    catalogue: Catalogue,
) -> None:
    began, replaced = date(2021, 9, 15), date(2023, 1, 1)
    before = catalogue.municipality(DORSTEN)
    silent = replace(before, payment=replace(ACCOUNT, endpoint="new", valid_from=replaced))
    says = replace(silent, e_payment_since=began)
    for town, start in ((before, began), (silent, replaced), (says, began)):
        one = replace(catalogue, by_ags={DORSTEN: town})
        assert parameters(one, Question(period=THIS_YEAR))["e_payment"] == [start]
