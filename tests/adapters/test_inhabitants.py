"""Whoever lives in a region is counted once, also where its towns merge or are closed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.loading import load
from adapters.postgres.connecting import pool
from adapters.read_models.adoption import adoption
from adapters.read_models.places import population
from domain.adoption.period import Period
from domain.adoption.report import By, Question, Report
from domain.municipality.municipality import Municipality, TownKind
from projections.applications_counted import APPLICATIONS_COUNTED
from projections.first_users_counted import FIRST_USERS_COUNTED
from projections.referrals_counted import REFERRALS_COUNTED
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.projections.log import Log

HALTERN, RECKLINGHAUSEN, MARL, KREIS = "05562016", "05562032", "05562024", "05562"
MERGED_ON = date(2025, 1, 1)
SUBMITTED = h.submitted(asked.submit)
BUILT_IN = load()
OF_2020 = {"population_as_of": date(2020, 12, 31)}
IN_HALTERN, BEFORE, AFTER = 37_845, 111_397, 149_242


def question(year: int, *by: By, **narrowed: str) -> Question:
    period = Period(date(year, 1, 1), date(year, 12, 31))
    return Question(period=period, by=by or (By.KREIS,), **narrowed)


def towns(*known: Municipality) -> Catalogue:
    return replace(BUILT_IN, by_ags={town.ags: town for town in known})


def town(ags: str, people: int | None, **more: Any) -> Municipality:
    return replace(BUILT_IN.by_ags[ags], population=people, **{**OF_2020, **more})


def haltern(people: int | None = IN_HALTERN, **more: Any) -> Municipality:
    """It became a part of Recklinghausen."""
    return town(HALTERN, people, **{"closed_on": MERGED_ON, "successor": RECKLINGHAUSEN, **more})


def in_kreis(year: int, *known: Municipality) -> int | None:
    return population(towns(*known), question(year), (KREIS,))


ENLARGED = town(RECKLINGHAUSEN, AFTER, population_as_of=MERGED_ON)
AS_BEFORE = town(RECKLINGHAUSEN, BEFORE)


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_the_figure_of_who_took_over_holds_the_people_of_both(year: int) -> None:
    assert in_kreis(year, haltern(), ENLARGED) == AFTER


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_while_that_figure_is_older_than_the_merger_each_counts_their_own(year: int) -> None:
    assert in_kreis(year, haltern(), AS_BEFORE) == AFTER


def test_a_figure_without_a_day_is_taken_for_one_of_today() -> None:
    undated = town(RECKLINGHAUSEN, AFTER, population_as_of=None)
    assert in_kreis(2025, haltern(), undated) == AFTER
    future = haltern(closed_on=date(2030, 1, 1))
    assert in_kreis(2025, future, replace(undated, population=BEFORE)) == AFTER


@pytest.mark.parametrize("successor", [RECKLINGHAUSEN, None])
def test_one_that_has_ended_without_a_figure_leaves_the_region_its_figure(
    successor: str | None,
) -> None:
    unknown = haltern(None, population_as_of=None, successor=successor)
    assert in_kreis(2024, unknown, AS_BEFORE) is None
    assert in_kreis(2025, unknown, AS_BEFORE) == BEFORE


def test_one_that_was_closed_and_taken_over_by_nobody_has_no_people_any_more() -> None:
    closed = haltern(successor=None)
    assert [in_kreis(year, closed, AS_BEFORE) for year in (2024, 2025)] == [AFTER, BEFORE]


def test_a_merger_of_a_merger_counts_nobody_twice() -> None:
    """Marl took in Recklinghausen later: one figure holds all three, whoever is asked for."""
    late = date(2026, 1, 1)
    second = replace(ENLARGED, closed_on=late, successor=MARL)
    assert in_kreis(2026, haltern(), second, town(MARL, 84_000)) == AFTER + 84_000
    of_all = town(MARL, AFTER + 84_000, population_as_of=late)
    assert in_kreis(2026, haltern(), second, of_all) == AFTER + 84_000
    assert in_kreis(2026, haltern(), replace(second, **OF_2020), of_all) == AFTER + 84_000


def test_no_circle_leads_on_for_ever() -> None:
    back = replace(ENLARGED, closed_on=MERGED_ON, successor=HALTERN)
    assert in_kreis(2025, haltern(), back) is not None


def test_who_asks_for_the_one_that_ended_is_told_of_it() -> None:
    catalogue = towns(haltern(), ENLARGED)
    for asked_for, key, found in (
        (question(2024, By.MUNICIPALITY), (HALTERN,), IN_HALTERN),
        (question(2025, By.MUNICIPALITY), (HALTERN,), IN_HALTERN),
        (question(2025, By.SERVICE, municipality=HALTERN), ("library-card",), IN_HALTERN),
        (question(2025, By.MUNICIPALITY), (RECKLINGHAUSEN,), AFTER),
    ):
        assert population(catalogue, asked_for, key) == found


def test_a_kreis_itself_adds_nobody() -> None:
    kreis = replace(BUILT_IN.by_ags[KREIS], population=610_000)
    assert kreis.kind is TownKind.KREIS
    assert in_kreis(2025, kreis, haltern(), ENLARGED) == AFTER


async def test_a_report_after_a_merger(database_url: str) -> None:
    """Per 1,000 inhabitants of the Kreis, over the whole way to the figures that are shown."""
    log = Log(database_url)
    for ags, year in ((HALTERN, 2024), (RECKLINGHAUSEN, 2025)):
        event = replace(SUBMITTED, municipality=ags, legal_day=date(year, 6, 16))
        await log.record_all([(uuid4(), event) for _ in range(3)])
    for projection in (APPLICATIONS_COUNTED, FIRST_USERS_COUNTED, REFERRALS_COUNTED):
        await log.project(projection)
    catalogue = towns(haltern(), ENLARGED)
    async with pool(log.url, 1) as connections:
        told: Mapping[int, Report] = {
            year: await adoption(connections, catalogue, question(year)) for year in (2024, 2025)
        }
    for report in told.values():
        (line,) = report.lines
        assert (line.population, report.total.population) == (AFTER, AFTER)
        assert line.per_1000 == pytest.approx(3000 / AFTER)
