"""Who may read how much is used online, how exactly, and what a wrong question is answered."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from domain.working_days import legal_day
from tests.api.house import House
from tests.api.library_card import Counter, done, form
from tests.api.problems import pointers, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

EXACT, PUBLIC = "/statistics/adoption", "/adoption"
ALL = ["municipality", "service", "channel", "day"]
OLD = """INSERT INTO applications_counted_v1
    (span, municipality, service, legal_day, channel, pilot, recorded_day, counted)
    SELECT span, %s, 'library-card', day::date, %s, false, '2019-05-06', %s
    FROM (VALUES ('day', '2019-05-06'), ('month', '2019-05-01')) AS row (span, day)
    ON CONFLICT DO NOTHING"""
LONG_AGO = {"from": "2019-05", "to": "2019-05"}


@pytest.fixture(scope="module")
def long_ago(house: House) -> Iterator[None]:
    """What somebody submitted in May 2019: few in one town, many in the other.

    No event says so: it is taken away again, or a rebuild would rightly find another table.
    """
    with psycopg.connect(house.database) as database:
        for ags, channel, count in (
            (GELSENKIRCHEN, "online", 5218), (GELSENKIRCHEN, "counter", 5213),
            (GLADBECK, "online", 3), (GLADBECK, "counter", 700),
        ):  # fmt: skip
            database.execute(OLD.encode(), (ags, channel, count))
    yield
    with psycopg.connect(house.database) as database:
        database.execute("DELETE FROM applications_counted_v1 WHERE recorded_day = '2019-05-06'")
        database.execute("DELETE FROM applications_counted_v1 WHERE legal_day = '2019-05-01'")


def report(visitor: Visitor, position: int = 0, **query: Any) -> Any:
    return done(visitor.get(EXACT, after=position, **query))


def test_an_application_is_in_the_report_once_it_is_recorded(counter: Counter) -> None:
    analyst, today = counter.visitors.analyst(), legal_day(datetime.now(UTC)).isoformat()
    at_first = counter.received().see()["position"]
    query = {"by": ALL, "municipality": GLADBECK, "from": today, "stage": "pilot"}
    before = report(analyst, at_first, **query)["total"]
    counter.submit(form(municipality=GLADBECK))
    case = counter.submit(form(municipality=GLADBECK, channel="counter"))
    after = report(analyst, case.see()["position"], **query)
    assert after["total"]["online"] == before["online"] + 1
    assert after["total"]["all_channels"] == before["all_channels"] + 2
    assert {row["name"] for row in after["rows"]} == {"Gladbeck"}
    assert {row["channel"] for row in after["rows"]} == {"online", "counter"}
    # Its portal is in its pilot phase, which is left out unless it is asked for.
    assert report(analyst, **query | {"stage": "live"})["total"]["all_channels"] == 0


def test_every_report_says_as_of_when_and_compared_with_what(visitors: Visitors) -> None:
    told = report(visitors.analyst(), **{"from": "2021-01-01", "to": "2021-12-31"})
    assert told["period"] == {"from": "2021-01-01", "to": "2021-12-31"}
    assert told["previous"] == {"from": "2020-01-01", "to": "2020-12-31"}
    assert told["position"] > 0
    assert told["counted_until"]
    assert told["rounding"] is None


def test_a_report_without_a_period_is_this_year_so_far(visitors: Visitors) -> None:
    today = legal_day(datetime.now(UTC))
    told = report(visitors.analyst())["period"]
    assert told == {"from": f"{today.year}-01-01", "to": today.isoformat()}


def test_an_analyst_of_one_town_sees_that_town_only(visitors: Visitors, long_ago: None) -> None:
    of_gladbeck = visitors.new("analyst", GLADBECK)
    for query in ({}, {"municipality": GELSENKIRCHEN}):
        told = report(of_gladbeck, **{"from": "2019-01-01", "to": "2019-12-31"}, **query)
        assert [row["municipality"] for row in told["rows"]] == [GLADBECK]
        assert told["total"]["online"] == 3


def test_staff_see_exact_counts(visitors: Visitors, long_ago: None) -> None:
    told = report(visitors.new("operator"), **{"from": "2019-05-01", "to": "2019-05-31"})
    assert [(row["municipality"], row["online"]) for row in told["rows"]] == [
        (GELSENKIRCHEN, 5218),
        (GLADBECK, 3),
    ]


def test_the_public_sees_rounded_figures(visitors: Visitors, long_ago: None) -> None:
    answer = visitors.nobody().get(PUBLIC, **LONG_AGO)
    assert answer.headers["cache-control"] == "public, max-age=300"
    told = done(answer)
    assert told["rounding"] == {"base": 5}
    gelsenkirchen, gladbeck = told["rows"]
    assert gelsenkirchen["online"] in (5215, 5220)
    assert gelsenkirchen["all_channels"] - gelsenkirchen["online"] in (5210, 5215)
    assert gladbeck["online"] in (0, 5)
    assert gladbeck["all_channels"] - gladbeck["online"] == 700
    assert told["total"]["online"] == gelsenkirchen["online"] + gladbeck["online"]


def test_the_public_is_told_the_same_as_csv(visitors: Visitors, long_ago: None) -> None:
    told = done(visitors.nobody().get(PUBLIC, **LONG_AGO))
    answer = visitors.nobody().get(f"{PUBLIC}.csv", **LONG_AGO)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    *_, gladbeck, total = csv.DictReader(io.StringIO(answer.text))
    assert (gladbeck["municipality"], gladbeck["name"]) == (GLADBECK, "Gladbeck")
    assert gladbeck["online"] == str(told["rows"][1]["online"])
    assert (total["municipality"], total["online"]) == ("total", str(told["total"]["online"]))


def test_every_row_of_a_csv_says_which_days_it_counts_and_as_of_when(
    visitors: Visitors, long_ago: None
) -> None:
    query = {"from": "2019-05-01", "to": "2019-05-31", "as_of": "2019-12-31"}
    told = report(visitors.analyst(), **query)
    text = visitors.analyst().get(f"{EXACT}.csv", after=told["position"], **query).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 3
    for row in rows:
        assert (row["from"], row["to"]) == ("2019-05-01", "2019-05-31")
        assert (row["as_of"], row["rounding_base"]) == ("2019-12-31", "")
        assert int(row["position"]) >= told["position"]
        until = datetime.fromisoformat(row["counted_until"])
        assert until >= datetime.fromisoformat(told["counted_until"])
        assert until.utcoffset() is not None


def test_a_csv_for_the_public_says_that_it_is_rounded(visitors: Visitors, long_ago: None) -> None:
    text = visitors.nobody().get(f"{PUBLIC}.csv", **LONG_AGO).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["rounding_base"] for row in rows} == {"5"}
    assert {(row["from"], row["to"], row["as_of"]) for row in rows} == {
        ("2019-05-01", "2019-05-31", "")
    }
    assert all(int(row["position"]) > 0 and row["counted_until"] for row in rows)


def test_excel_gets_semicolons_and_decimal_commas(visitors: Visitors, long_ago: None) -> None:
    query = {"from": "2019-05-01", "to": "2019-05-31", "excel": "true"}
    text = visitors.analyst().get(f"{EXACT}.csv", **query).text
    head, *_, total = text.splitlines()
    assert head.startswith("\ufeffmunicipality;name;online;")
    assert "0,4689" in total.split(";")  # (5218 + 3) of 11134


WRONG = [
    (EXACT, {"from": "2021-06-02", "to": "2021-06-01"}, "/to"),
    (EXACT, {"from": "1999-12-31", "to": "2001-01-01"}, "/from"),
    (EXACT, {"from": "2999-01-01"}, "/from"),
    (EXACT, {"from": "June"}, "/from"),
    (EXACT, {"by": ["day", "day"]}, "/by"),
    (EXACT, {"by": "moon"}, "/by/0"),
    (EXACT, {"municipality": "05999999"}, "/municipality"),
    (EXACT, {"kreis": "05562032"}, "/kreis"),
    (EXACT, {"service": "no-such-service"}, "/service"),
    (EXACT, {"stage": "dress-rehearsal"}, "/stage"),
    (EXACT, {"as_of": "1.1.2021"}, "/as_of"),
    (EXACT, {"colour": "red"}, "/colour"),
    (PUBLIC, {"from": "2021-13"}, "/from"),
    (PUBLIC, {"from": "2021-06-01"}, "/from"),
    (PUBLIC, {"from": "2021-06", "to": "2021-05"}, "/to"),
    (PUBLIC, {"to": "2999-01"}, "/to"),
    (PUBLIC, {"by": "day"}, "/by"),
    (PUBLIC, {"by": "e-payment"}, "/by"),
    (PUBLIC, {"by": ["month", "service", "channel"]}, "/by"),
]


@pytest.mark.parametrize(("path", "query", "pointer"), WRONG)
def test_a_wrong_question_is_told_what_to_ask(
    visitors: Visitors, path: str, query: dict[str, Any], pointer: str
) -> None:
    problem = require_problem(visitors.analyst().get(path, **query), 422, "form-has-problems")
    assert pointers(problem) == [f"query:{pointer}"]


def test_the_running_month_is_not_published(visitors: Visitors) -> None:
    month = legal_day(datetime.now(UTC)).strftime("%Y-%m")
    answer = visitors.nobody().get(PUBLIC, to=month)
    assert pointers(require_problem(answer, 422, "form-has-problems")) == ["query:/to"]
