"""The press release of 29 November 2021 as a test: played at its real size, the report says it."""

from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from adapters.bootstrap import Parts
from adapters.read_models.adoption import adoption, published
from domain.adoption.period import Period
from domain.adoption.report import By, Question, Report
from tests.workers.scenario.conftest import played

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(400)]
RECKLINGHAUSEN, DATTELN, HALTERN = "05562032", "05562008", "05562016"
THE_DAY = date(2021, 11, 29)
THIS_YEAR = Period(date(2021, 1, 1), THE_DAY)
CERTIFICATES = {"birth-certificate", "marriage-certificate", "death-certificate"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def region(parts: Parts) -> Parts:
    await played(parts, scale=1)
    return parts


async def ask(region: Parts, *by: By, period: Period = THIS_YEAR, **narrowed: Any) -> Report:
    question = Question(period=period, by=by, **narrowed)
    return await adoption(region.pool, region.catalogue, question)


def online(report: Report) -> dict[str, int]:
    return {line.key[0]: line.counts.online or 0 for line in report.lines}


async def test_over_5000_online_applications_in_recklinghausen_in_2021(region: Parts) -> None:
    """`Insgesamt sind bei der Stadt Recklinghausen 2021 über 5.000 Online-Anträge gestellt.`"""
    counted = online(await ask(region, By.MUNICIPALITY))[RECKLINGHAUSEN]
    assert 5_000 < counted < 5_500


async def test_dog_tax_parking_and_social_ticket_are_used_most(region: Parts) -> None:
    """`Am häufigsten: Hundean- und -abmeldung, Bewohnerparkausweis, Sozialticket.`"""
    report = await ask(region, By.SERVICE, municipality=RECKLINGHAUSEN)
    assert {line.key[0] for line in report.lines[:4]} == {
        "dog-tax-registration",
        "dog-tax-deregistration",
        "resident-parking-permit",
        "social-ticket",
    }


async def test_payments_in_recklinghausen_since_the_middle_of_september(region: Parts) -> None:
    """`Auch das E-Payment, das wir seit Mitte September anbieten, läuft vielversprechend an.`"""
    assert region.catalogue.municipality(RECKLINGHAUSEN).e_payment_since == date(2021, 9, 15)
    report = await ask(region, By.E_PAYMENT, municipality=RECKLINGHAUSEN)
    counted = online(report)
    assert set(counted) == {"before", "after"}
    days_before, days_after = (date(2021, 9, 15) - THIS_YEAR.first).days, 76
    assert counted["after"] / days_after > 1.2 * counted["before"] / days_before


async def test_more_than_150_certificates_in_datteln_since_august(region: Parts) -> None:
    """`Seit August ... Personenstandsurkunden. Allein bis dato mehr als 150 Anträge.`"""
    since_august = Period(date(2021, 8, 1), THE_DAY)
    report = await ask(region, By.SERVICE, municipality=DATTELN, period=since_august)
    counted = sum(n for service, n in online(report).items() if service in CERTIFICATES)
    assert 150 < counted < 180
    earlier = await ask(
        region, By.SERVICE, municipality=DATTELN, period=Period(THIS_YEAR.first, date(2021, 7, 31))
    )
    assert not CERTIFICATES & set(online(earlier))


async def test_around_550_meter_readings_in_haltern_in_two_and_a_half_months(
    region: Parts,
) -> None:
    """`Zum 1. September 2021 eingeführt. In zweieinhalb Monaten rund 550 mal genutzt.`"""
    period = Period(date(2021, 9, 1), date(2021, 11, 15))
    report = await ask(region, By.SERVICE, municipality=HALTERN, period=period)
    assert 540 <= online(report)["garden-water-meter"] <= 560
    months = await ask(region, By.MONTH, municipality=HALTERN, service="garden-water-meter")
    assert min(online(months)) == "2021-09"


async def test_just_under_800_first_time_users_in_haltern(region: Parts) -> None:
    """`In diesem Jahr haben sich knapp 800 Nutzer erstmalig angemeldet.`"""
    report = await ask(region, By.MUNICIPALITY, municipality=HALTERN)
    (line,) = report.lines
    assert 775 <= (line.counts.first_time_users or 0) < 800
    assert line.population == 37_845
    assert 15 < (line.per_1000 or 0) < 25


async def test_the_public_is_told_the_same_in_round_numbers(region: Parts) -> None:
    """`über 5.000, rund 550, knapp 800`: whole months, each of them rounded to 5."""
    months = Period(date(2021, 1, 1), date(2021, 12, 31))
    question = Question(period=months, by=(By.MUNICIPALITY, By.SERVICE))
    told = await published(region.pool, region.catalogue, question, region.keys)
    shown = {line.key: line.counts.online or 0 for line in told.lines}
    assert abs(shown[RECKLINGHAUSEN, "resident-parking-permit"] - 1_680) <= 12 * 4 + 2
    assert sum(n for (town, _), n in shown.items() if town == RECKLINGHAUSEN) > 5_000
    assert all(count % 5 == 0 for count in shown.values())


async def test_the_year_goes_on_until_its_end(region: Parts) -> None:
    december = await ask(region, By.DAY, period=Period(date(2021, 12, 1), date(2021, 12, 31)))
    assert max(online(december)) == "2021-12-31"
    assert december.total.counts.online
