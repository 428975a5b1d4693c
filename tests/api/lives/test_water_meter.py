"""The reading of a garden water meter: a notification that nobody decides."""

import csv
import io
from typing import Any

import pytest

from tests.api.library_card import Counter, done, until
from tests.api.lives.applying import (
    ACKNOWLEDGED,
    ADDRESS,
    MAIL,
    application,
    day,
    pointed_at,
    proven,
    refused,
    refused_to_clerk,
    with_answers,
)
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor

READING = {
    "property_place": GELSENKIRCHEN,
    "customer_number": "4711-08",
    "address": ADDRESS,
    "meter_number": "W 123456",
    "last_reading": 120,
    "reading": 153,
    "read_on": day(-1),
}
REPLACED = {"new_meter_number": "W 654321", "new_reading": 0, "calibrated_until": 2099}


def reading(variant: str = "new", **changes: Any) -> dict[str, Any]:
    body = application("garden-water-meter", READING, variant=variant, fulfilment=ACKNOWLEDGED)
    return with_answers(body, **changes)


def test_it_is_acknowledged_at_once(counter: Counter) -> None:
    case = counter.submit(reading())
    assert case.see()["status"] == "acknowledged"
    assert case.history() == [
        "ApplicationSubmitted",
        "ApplicationReceived",
        "ApplicationAcknowledged",
    ]
    refused_to_clerk(case, "claim", 409, "already-ended")
    case.gets_mail("Wir haben Ihre Meldung erhalten")
    assert case.subjects() == ["Wir haben Ihre Meldung erhalten"]


def test_the_office_lists_what_was_acknowledged_page_by_page(counter: Counter) -> None:
    cases = [counter.submit(reading()).id for _ in range(2)]
    clerk = counter.visitors.clerk(GELSENKIRCHEN)
    asked = {"status": "acknowledged", "service": "garden-water-meter", "sort": "newest"}

    def page(**more: Any) -> dict[str, Any]:
        return dict(done(clerk.get("/worklist", **asked, **more)))

    until(lambda: set(cases) <= {row["application_id"] for row in page()["applications"]})
    first = page(limit=1)
    second = page(limit=1, cursor=first["next_cursor"])
    rows = [*first["applications"], *second["applications"]]
    assert [row["application_id"] for row in rows] == [*reversed(cases)]
    assert all(row["family_name"] and row["status"] == "acknowledged" for row in rows)
    assert not done(clerk.get("/worklist", service=asked["service"]))["applications"]
    elsewhere = counter.visitors.clerk(GELSENKIRCHEN, office="Stadtbibliothek")
    assert not done(elsewhere.get("/worklist", **asked))["applications"]


def test_the_same_reading_twice_in_a_row_is_fine(counter: Counter) -> None:
    assert counter.submit(reading(reading=120)).see()["status"] == "acknowledged"


def test_a_replaced_meter_is_acknowledged_once_its_photo_is_there(counter: Counter) -> None:
    case = counter.submit(reading("replaced", **REPLACED))
    assert (case.see()["status"], case.see()["missing_proofs"]) == ("submitted", ["meter-photo"])
    proven(case, "meter-photo")
    case.becomes("acknowledged")


def test_a_replaced_meter_has_a_number_and_a_reading(counter: Counter) -> None:
    assert set(pointed_at(counter, reading("replaced"))) == {
        "/answers/new_meter_number",
        "/answers/new_reading",
        "/answers/calibrated_until",
    }


@pytest.mark.parametrize(
    ("changes", "pointer", "said"),
    [
        ({"new_meter_number": "W 123456"}, "new_meter_number", "another one than the old"),
        ({"new_meter_number": "w123456"}, "new_meter_number", "another one than the old"),
        ({"calibrated_until": 2021}, "calibrated_until", f"Give a year of {day()[:4]} or later"),
        ({"calibrated_until": 2101}, "calibrated_until", "at most 2100"),
    ],
)
def test_a_new_meter_is_another_one_and_still_calibrated(
    counter: Counter, changes: dict[str, Any], pointer: str, said: str
) -> None:
    problems = pointed_at(counter, reading("replaced", **{**REPLACED, **changes}))
    assert list(problems) == [f"/answers/{pointer}"]
    assert said in problems[f"/answers/{pointer}"]


@pytest.mark.parametrize(
    ("changes", "pointer", "said"),
    [
        ({"reading": 119}, "reading", "the new one is below the last"),
        ({"reading": -1}, "reading", "at least 0"),
        ({"reading": "153"}, "reading", "whole number"),
        ({"read_on": day(2)}, "read_on", "not in the future"),
        ({"read_on": day(-800)}, "read_on", "later date"),
        ({"read_on": "2026-02-30"}, "read_on", "a date that exists"),
        ({"meter_number": ""}, "meter_number", "on the meter"),
    ],
)
def test_a_wrong_answer_is_pointed_at(
    counter: Counter, changes: dict[str, Any], pointer: str, said: str
) -> None:
    assert said in pointed_at(counter, reading(**changes))[f"/answers/{pointer}"]


def test_a_reading_below_the_last_one_is_explained_in_german_too(counter: Counter) -> None:
    problems = pointed_at(counter, reading(reading=98), "de")
    assert list(problems) == ["/answers/reading"]
    assert "der neue liegt unter dem letzten" in problems["/answers/reading"]
    assert "98" not in problems["/answers/reading"]


def test_nothing_is_sent_or_picked_up(counter: Counter) -> None:
    refused(counter, {**reading(), "fulfilment": MAIL}, 422, "choice-not-offered")


def table(clerk: Visitor, **asked: Any) -> tuple[str, list[dict[str, str]]]:
    answer = clerk.get("/worklist/acknowledged.csv", service="garden-water-meter", **asked)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    excel = asked.get("excel", False)
    rows = csv.DictReader(
        io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";" if excel else ","
    )
    return answer.text, list(rows)


def test_the_office_takes_its_readings_along_as_a_table(counter: Counter) -> None:
    case = counter.submit(reading(phone="+49 209 1690", customer_number="4711-08"))
    position = case.see()["position"]
    text, rows = table(case.clerk, after=position, excel=True)
    assert text.startswith("\ufeffapplication_id;filed_on;channel;variant;family_name;given_name;")
    (row,) = (row for row in rows if row["application_id"] == case.id)
    assert (row["meter_number"], row["reading"], row["filed_on"]) == ("W 123456", "153", day())
    assert (row["family_name"], row["address.city"]) == ("Bauer", ADDRESS["city"])
    assert row["phone"] == "'+49 209 1690"  # a spreadsheet must not reckon with it
    assert row["new_reading"] == ""
    seen = done(case.auditor.get(f"{case.path}/readings"))["readings"]
    assert case.clerk.subject in {one["reader"] for one in seen}


def test_the_table_is_of_the_days_asked_for_and_of_the_own_town(counter: Counter) -> None:
    case = counter.submit(reading())
    position = case.see()["position"]
    ids = {row["application_id"] for row in table(case.clerk, after=position)[1]}
    assert case.id in ids
    assert table(case.clerk, after=position, to=day(-1))[1] == []
    backwards = {"service": "garden-water-meter", "from": day(), "to": day(-1)}
    problem = case.clerk.get("/worklist/acknowledged.csv", **backwards).json()
    assert [one["pointer"] for one in problem["errors"]] == ["query:/to"]
    assert table(case.clerk, **{"after": position, "from": day(), "to": day()})[1]
    assert table(counter.visitors.clerk(GLADBECK), after=position)[1] == []
    other = counter.visitors.clerk(GELSENKIRCHEN, office="Stadtbibliothek")
    assert table(other, after=position)[1] == []
