"""Visits are spread over the days of a year; their sum is the table's, exactly."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adoption.period import ONE_DAY, Period
from domain.application.events import Channel
from domain.working_days import SATURDAY
from workers.scenario.days import spread, weight
from workers.scenario.table import Scenario, ScenarioUnknown, scenario, scenarios
from workers.scenario.visits import Dealer

YEAR = scenario("emscher-lippe-2021")
WHOLE = Period(YEAR.first, YEAR.last)
days = st.dates(YEAR.first, YEAR.last)


@given(count=st.integers(0, 5_000), one=days, other=days, channel=st.sampled_from(Channel))
def test_as_many_come_as_are_expected_and_within_their_days(
    count: int, one: date, other: date, channel: Channel
) -> None:
    first, last = sorted((one, other))
    found = spread(YEAR, Period(first, last), count, channel)
    all_days = [first + ONE_DAY * n for n in range((last - first).days + 1)]
    is_open = any(weight(YEAR, day, channel) for day in all_days)
    assert sum(found.values()) == (count if is_open else 0)
    assert all(weight(YEAR, day, channel) > 0 for day in found)
    assert set(found) <= set(all_days)


def test_nobody_comes_to_a_counter_that_is_closed() -> None:
    found = spread(YEAR, WHOLE, 5_000, Channel.COUNTER)
    assert {day.weekday() for day in found} == set(range(SATURDAY))


def test_more_come_on_a_monday_than_on_a_saturday() -> None:
    by_weekday = Counter[int]()
    for day, count in spread(YEAR, WHOLE, 50_000, Channel.ONLINE).items():
        by_weekday[day.weekday()] += count
    assert by_weekday[0] > 1.5 * by_weekday[SATURDAY]


def test_use_online_grows_and_the_counter_is_empty_in_the_lockdown() -> None:
    def in_month(month: int, channel: Channel) -> int:
        found = spread(YEAR, WHOLE, 50_000, channel)
        return sum(count for day, count in found.items() if day.month == month)

    assert in_month(11, Channel.ONLINE) > 1.2 * in_month(1, Channel.ONLINE)
    assert in_month(2, Channel.COUNTER) < 0.6 * in_month(3, Channel.COUNTER)


def dealt(seed: int, scale: float = 0.05) -> list[tuple[object, ...]]:
    dealer = Dealer(YEAR, seed, scale, YEAR.volumes, YEAR.last)
    return [
        (visit.town, visit.service, visit.channel, visit.moment, visit.account, visit.fate)
        for _, visits in dealer.visits()
        for visit in visits
    ]


def test_a_seed_deals_the_same_year_every_time_and_another_seed_another() -> None:
    assert dealt(1) == dealt(1)
    assert dealt(1) != dealt(2)


def test_each_day_brings_its_own_visits_in_the_order_of_days() -> None:
    dealer = Dealer(YEAR, 1, 0.05, YEAR.volumes, date(2021, 3, 31))
    for day, visits in dealer.visits():
        assert {visit.moment.date() for visit in visits} <= {day}
    assert dealer.dealt == dealer.total


def test_the_scale_multiplies_all_there_is() -> None:
    dealers = [Dealer(YEAR, 1, scale, YEAR.volumes, YEAR.last) for scale in (1, 10)]
    once, ten_times = (dealer.total for dealer in dealers)
    assert once > 5_000
    assert ten_times == pytest.approx(10 * once, rel=0.01)


def test_every_service_of_the_table_has_answers() -> None:
    assert {volume.service for volume in YEAR.volumes} <= set(YEAR.answers)


def test_an_unknown_scenario_is_answered_with_those_there_are() -> None:
    with pytest.raises(ScenarioUnknown) as refused:
        scenario("ruhr-1985")
    assert all(name in str(refused.value) for name in scenarios())


def test_all_scenarios_can_be_read() -> None:
    assert all(isinstance(scenario(name), Scenario) for name in scenarios())
