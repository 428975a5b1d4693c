"""Reading: one's own writes, histories as they were, statistics, and what a town offers."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.working_days import legal_day
from tests.api.library_card import Counter, done, form
from tests.api.problems import pointers, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

EVERYTHING = ["municipality", "service", "channel", "day", "month", "year"]
NEVER = "9" * 18


@pytest.mark.parametrize("view", ["/worklist", "/worklist/counts", "/treasury"])
def test_a_view_that_waits_shows_what_was_written(counter: Counter, view: str) -> None:
    case = counter.received()
    position = case.see()["position"]
    assert done(case.clerk.get(view, after=position))["position"] >= position


def test_a_citizen_sees_the_own_applications_newest_first(counter: Counter) -> None:
    citizen = counter.visitors.citizen()
    answers = [done(citizen.post("/applications", form())) for _ in range(3)]
    shown = done(citizen.get("/applications", after=answers[-1]["position"]))["applications"]
    written = [answer["application_id"] for answer in answers]
    assert [row["application_id"] for row in shown] == written[::-1]


def test_a_view_that_lags_for_too_long_says_so(visitors: Visitors) -> None:
    clerk = visitors.clerk()
    answer = clerk.http.get("/worklist", params={"after": NEVER}, headers=clerk.headers)
    require_problem(answer, 504, "not-yet-visible")
    assert answer.headers["retry-after"] == "1"


def test_a_history_can_be_read_as_it_was_at_a_version(counter: Counter) -> None:
    case = counter.claimed()
    at = done(case.auditor.get(f"{case.path}/history", version=2))
    assert [event["name"] for event in at["events"]] == [
        "ApplicationSubmitted",
        "ApplicationReceived",
    ]
    assert (at["state"]["status"], at["state"]["claimed_by"]) == ("received", None)
    assert done(case.auditor.get(f"{case.path}/history"))["state"]["claimed_by"]


def test_a_history_can_be_read_as_it_was_at_a_moment(counter: Counter) -> None:
    case = counter.received()
    moment = datetime.now(UTC).isoformat()
    case.decide("claim")
    at = done(case.auditor.get(f"{case.path}/history", at=moment))
    assert at["state"]["version"] == 2


def test_before_it_began_there_was_no_history(counter: Counter) -> None:
    case = counter.received()
    earlier = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    answer = case.auditor.get(f"{case.path}/history", at=earlier)
    require_problem(answer, 404, "not-there-yet")
    stranger = counter.visitors.auditor(GLADBECK)
    require_problem(stranger.get(f"{case.path}/history", at=earlier), 404, "not-found")


def test_a_town_has_no_history_from_before_it_was_registered(visitors: Visitors) -> None:
    path = "/catalogue/municipalities/{}/history"
    operator, earlier = visitors.new("operator", None), "2001-01-01T00:00:00Z"
    answer = operator.get(path.format(GLADBECK), at=earlier)
    require_problem(answer, 404, "not-there-yet")
    require_problem(operator.get(path.format("05913000"), at=earlier), 404, "not-found")


def test_a_history_is_asked_for_up_to_one_point(counter: Counter) -> None:
    case = counter.received()
    answer = case.auditor.get(f"{case.path}/history", version=1, at="2026-01-01T00:00:00Z")
    assert pointers(require_problem(answer, 422, "form-has-problems")) == ["query:/version"]


def test_a_plus_in_an_address_is_told_how_to_be_written(counter: Counter) -> None:
    case = counter.received()
    path = f"{case.path}/history?at=2999-01-01T10:00:00+01:00"
    answer = case.auditor.http.get(path, headers=case.auditor.headers)
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert "%2B" in error["detail"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("version", "0"), ("version", "9" * 30), ("version", "x"), ("at", "2026-01-01T09:00:00")],
)
def test_a_history_at_no_time_is_refused(counter: Counter, name: str, value: str) -> None:
    case = counter.received()
    answer = case.auditor.get(f"{case.path}/history", **{name: value})
    assert pointers(require_problem(answer, 422, "form-has-problems")) == [f"query:/{name}"]


def test_a_history_beyond_its_end_is_refused_with_its_last_version(counter: Counter) -> None:
    case = counter.received()
    last = case.see()["version"]
    assert case.auditor.get(f"{case.path}/history", version=last).is_success
    for beyond in (last + 1, 10**9):
        answer = case.auditor.get(f"{case.path}/history", version=beyond)
        (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
        assert (error["pointer"], error["detail"]) == (
            "query:/version",
            f"the last version is {last}",
        )


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time_are_moments_too(counter: Counter, at: str) -> None:
    case = counter.received()
    answer = case.auditor.http.get(f"{case.path}/history?at={at}", headers=case.auditor.headers)
    assert answer.status_code in (200, 404)


def counted(analyst: Visitor, position: int = 0, **query: Any) -> int:
    found = done(analyst.get("/statistics/applications", after=position, **query))
    return sum(row["applications"] for row in found["counts"])


def test_an_application_is_counted_once_where_it_belongs(counter: Counter) -> None:
    analyst, today = counter.visitors.analyst(), legal_day(datetime.now(UTC)).isoformat()
    pilots = {"include_pilot": "true"}  # Gladbeck's portal is in its pilot phase
    queries: list[tuple[dict[str, Any], int]] = [
        ({"municipality": GLADBECK, **pilots}, 1),
        ({"municipality": GLADBECK}, 0),
        ({"municipality": GELSENKIRCHEN, **pilots}, 0),
        ({"from": today, "to": today, **pilots}, 1),
        ({"to": "2001-01-01", **pilots}, 0),
        ({"service": "dog-tax", **pilots}, 0),
        ({"channel": "counter", **pilots}, 1),
        ({"all_channels": "true", **pilots}, 2),
        ({"all_channels": "true", "by": EVERYTHING, **pilots}, 2),
    ]
    at_first = counter.received().see()["position"]  # so that nothing earlier arrives in between
    before = [counted(analyst, at_first, **query) for query, _ in queries]
    counter.submit(form(municipality=GLADBECK))
    case = counter.submit(form(municipality=GLADBECK, channel="counter"))
    position = case.see()["position"]
    after = [counted(analyst, position, **query) for query, _ in queries]
    assert [b - a for a, b in zip(before, after, strict=True)] == [n for _, n in queries]


def test_an_analyst_of_one_town_counts_that_town_only(counter: Counter) -> None:
    of_gladbeck = counter.visitors.new("analyst", GLADBECK)
    position = counter.received().see()["position"]
    for query in ({}, {"municipality": GELSENKIRCHEN}):
        shown = done(of_gladbeck.get("/statistics/applications", after=position, **query))
        assert {row["municipality"] for row in shown["counts"]} <= {GLADBECK}


def test_statistics_as_csv_are_the_same_numbers(counter: Counter) -> None:
    analyst = counter.visitors.analyst()
    position = counter.received().see()["position"]  # so that nothing earlier arrives in between
    query = {"by": EVERYTHING, "all_channels": "true", "after": position}
    text = analyst.get("/statistics/applications.csv", **query)
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in text.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(text.text)))
    counts = done(analyst.get("/statistics/applications", **query))["counts"]
    assert [{name: row[name] for name in (*EVERYTHING, "applications")} for row in rows] == [
        {key: str(value) for key, value in row.items()} for row in counts
    ]


def test_a_count_says_which_days_and_as_of_when_also_where_nothing_was_counted(
    counter: Counter,
) -> None:
    analyst = counter.visitors.analyst()
    position = counter.received().see()["position"]
    days = {"from": "2019-03-04", "to": "2019-03-05"}
    told = done(analyst.get("/statistics/applications", after=position, **days))
    assert told["position"] >= position
    assert datetime.fromisoformat(told["counted_until"])
    answer = analyst.get("/statistics/applications.csv", after=position, **days)
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["municipality"], row["applications"]) == ("", "0")
    assert (row["from"], row["to"]) == ("2019-03-04", "2019-03-05")
    assert int(row["position"]) >= position
    until = datetime.fromisoformat(row["counted_until"])
    assert until.utcoffset() is not None
    assert until >= datetime.fromisoformat(told["counted_until"])


def test_each_row_of_a_count_says_as_of_when(counter: Counter) -> None:
    query = {"by": EVERYTHING, "all_channels": "true"}
    text = counter.visitors.analyst().get("/statistics/applications.csv", **query).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (
        len({(row["position"], row["counted_until"], row["from"], row["to"]) for row in rows}) == 1
    )
    assert all(rows[0][name] for name in ("position", "counted_until", "from", "to"))


def test_to_name_a_column_twice_is_no_fault_of_ours(visitors: Visitors) -> None:
    answer = visitors.analyst().get("/statistics/applications", by=["day", "day"])
    assert answer.status_code == 200


def test_a_german_excel_gets_a_mark_and_semicolons(visitors: Visitors) -> None:
    answer = visitors.analyst().get("/statistics/applications.csv", excel="true", by=["month"])
    assert answer.content.startswith("\ufeffmonth;applications;from;".encode())


def test_no_cell_of_a_csv_can_be_taken_for_a_formula(counter: Counter) -> None:
    counter.submit(form({"given_name": "=1+1", "family_name": "@SUM(A1)"}))
    query = {"by": EVERYTHING, "all_channels": "true", "include_pilot": "true"}
    text = counter.visitors.analyst().get("/statistics/applications.csv", **query).text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert all(re.fullmatch(r"[a-z0-9][a-zT0-9_:.+-]*", cell) for cell in cells)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("by", "name"),
        ("by", ["day"] * 7),
        ("from", "yesterday"),
        ("municipality", "05513000' OR '1'='1"),
        ("channel", "fax"),
        ("nonsense", "1"),
    ],
)
@pytest.mark.parametrize("view", ["applications", "applications.csv"])
def test_a_count_of_something_else_is_refused(
    visitors: Visitors, view: str, name: str, value: Any
) -> None:
    answer = visitors.analyst().get(f"/statistics/{view}", **{name: value})
    found = pointers(require_problem(answer, 422, "form-has-problems"))
    assert all(pointer.startswith(f"query:/{name}") for pointer in found)


def test_anybody_can_read_what_a_town_offers(http: httpx.Client) -> None:
    towns = {town["ags"]: town for town in done(http.get("/municipalities"))}
    assert "library-card" in towns[GLADBECK]["services"]
    service = done(http.get(f"/municipalities/{GLADBECK}/services/library-card"))
    assert {line["name"]: line["cents"] for line in service["tariff"]} == {
        "minor": 0,
        "reduced": 750,
        "adult": 1500,
    }
    assert {branch["key"] for branch in service["branches"]} == {"stadtbuecherei", "brauck"}
