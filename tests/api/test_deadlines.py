"""A clerk extends a deadline, with a reason that the history keeps."""

from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from adapters.catalogue.public_holidays import public_holidays
from adapters.days_in_english import IN_ENGLISH
from domain.working_days import WorkingCalendar
from tests.api.library_card import Case, Counter, done, in_pages
from tests.api.problems import pointers, require_problem
from tests.api.visitors import GELSENKIRCHEN, Visitor

WHY = "Das Melderegister hat noch nicht geantwortet."


@pytest.fixture
def case(counter: Counter) -> Case:
    return counter.claimed()


def extended(case: Case, days: int = 3) -> dict[str, Any]:
    return case.decide("extension", {"days": days, "reason": WHY})


def asked_for(case: Case, days: Any) -> httpx.Response:
    body = {"days": days, "reason": WHY}
    return case.clerk.post(f"{case.path}/extension", body, version=case.see()["version"])


def test_an_extended_deadline_is_later_and_explained(case: Case, counter: Counter) -> None:
    before = case.see()
    after = extended(case)
    assert date.fromisoformat(after["due_on"]) > date.fromisoformat(before["due_on"])
    steps = case.see()["derivation"]
    assert [step["number"] for step in steps if step["number"]] == [1, 2, 3, 4, 5]
    history = done(counter.visitors.auditor().get(f"/applications/{case.id}/history"))
    said = history["events"][-1]
    assert said["name"] == "DeadlineExtended"
    assert (said["data"]["was_due_on"], said["data"]["reason"]) == (before["due_on"], WHY)


def test_the_worklist_shows_the_new_day(case: Case) -> None:
    after = extended(case)
    rows = in_pages(case.clerk, "/worklist", "applications", after=after["position"], limit=200)
    (row,) = [one for one in rows if one["application_id"] == case.id]
    assert (row["due_on"], row["urgency"]) == (after["due_on"], None)
    counts = done(case.clerk.get("/worklist/counts"))
    assert {"due_soon", "overdue", "escalated"} <= set(counts)


@pytest.mark.parametrize("days", [0, 201, "3"])
def test_an_extension_of_no_or_too_many_days_is_refused(case: Case, days: Any) -> None:
    require_problem(asked_for(case, days), 422, "form-has-problems")


def test_while_the_clock_stands_nothing_is_extended(case: Case) -> None:
    case.decide("corrections", {"message": "Welche Hausnummer?"})
    require_problem(asked_for(case, 3), 409, "correction-is-open")


def due(case: Case, **query: Any) -> dict[str, Any]:
    after = case.see()["position"]
    return dict(done(case.clerk.get("/worklist/due", after=after, limit=200, **query)))


def row_of(case: Case, **query: Any) -> dict[str, Any] | None:
    after = case.see()["position"]
    rows = in_pages(case.clerk, "/worklist/due", "due", after=after, limit=200, **query)
    return next((row for row in rows if row["application_id"] == case.id), None)


def test_what_comes_due_is_listed_with_how_its_day_was_counted(case: Case) -> None:
    seen, row = case.see(), row_of(case)
    assert row is not None
    assert (row["due_on"], row["derivation"]) == (seen["due_on"], seen["derivation"])
    assert (row["set_by"], row["working_days_left"]) == ("ApplicationReceived", 2)
    assert (row["version"], row["claimed_by"]) == (seen["version"], case.clerk.subject)
    extended(case)
    row = row_of(case)
    assert row is not None
    assert (row["set_by"], row["working_days_left"]) == ("DeadlineExtended", 5)
    assert row["derivation"] == case.see()["derivation"]


def test_it_is_asked_for_the_next_days_and_says_until_when(case: Case) -> None:
    told = due(case, within=2)
    assert told["until"] == case.see()["due_on"]
    assert row_of(case, within=2) is not None
    assert row_of(case, within=1) is None
    assert due(case, within=0)["until"] == due(case)["today"]
    assert due(case)["until"] is None


def test_what_has_no_day_does_not_come_due(case: Case) -> None:
    case.decide("corrections", {"message": "Welche Hausnummer?"})
    assert row_of(case) is None


@pytest.mark.parametrize("urgency", ["due-soon", "overdue", "escalated"])
def test_what_is_in_time_is_not_among_the_late(case: Case, urgency: str) -> None:
    assert row_of(case, urgency=urgency) is None
    assert row_of(case, service="library-card", unclaimed="false") is not None


def test_another_branch_does_not_see_it(case: Case, counter: Counter) -> None:
    case.decide("release")
    horst = counter.visitors.clerk(GELSENKIRCHEN, "horst")
    found = done(horst.get("/worklist/due", after=case.see()["position"], limit=200))
    assert all(row["branch"] in (None, "horst") for row in found["due"])


def test_pages_of_what_comes_due_are_linked(case: Case, counter: Counter) -> None:
    counter.claimed()
    first = case.clerk.get("/worklist/due", limit=1)
    cursor = done(first)["next_cursor"]
    assert f"cursor={cursor}" in first.headers["link"]
    second = done(case.clerk.get("/worklist/due", limit=1, cursor=cursor))
    assert second["due"] != done(first)["due"]
    worklist_cursor = done(case.clerk.get("/worklist", limit=1, sort="oldest"))["next_cursor"]
    answer = case.clerk.get("/worklist/due", cursor=worklist_cursor)
    require_problem(answer, 400, "cursor-malformed")


@pytest.mark.parametrize(
    ("name", "value"),
    [("within", "-1"), ("within", "201"), ("urgency", "late"), ("limit", "201"), ("sort", "due")],
)
def test_a_question_that_makes_no_sense_is_refused(case: Case, name: str, value: str) -> None:
    answer = case.clerk.get("/worklist/due", **{name: value})
    assert pointers(require_problem(answer, 422, "form-has-problems")) == [f"query:/{name}"]


def test_the_derivation_is_read_in_english_where_that_is_preferred(case: Case) -> None:
    received, *counted = case.see()["derivation"]
    assert received["why_not"] == "Tag des Eingangs"
    english = replace(case, **{who: in_english(getattr(case, who)) for who in ("auditor", "clerk")})
    told, row = english.see()["derivation"], row_of(english)
    assert told[0] == {**received, "why_not": "day of receipt"}
    assert [step["why_not"] for step in told[1:]] == [
        IN_ENGLISH.get(step["why_not"], step["why_not"]) for step in counted
    ]
    assert row is not None
    assert row["derivation"] == told


def in_english(visitor: Visitor) -> Visitor:
    return replace(visitor, headers={**visitor.headers, "Accept-Language": "en-GB, de;q=0.5"})


def test_weekends_and_public_holidays_are_all_known_in_english() -> None:
    public = {name for year in range(2016, 2040) for name in public_holidays(year).values()}
    weekend = {
        WorkingCalendar().why_closed(date(2021, 6, day), saturday_counts=False) for day in (5, 6)
    }
    assert (public | weekend) - IN_ENGLISH.keys() == set()
