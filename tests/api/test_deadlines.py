"""A clerk extends a deadline, with a reason that the history keeps."""

from datetime import date
from typing import Any

import httpx
import pytest

from tests.api.library_card import Case, Counter, done
from tests.api.problems import require_problem

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
    found = done(case.clerk.get("/worklist", after=after["position"], limit=200))
    (row,) = [one for one in found["applications"] if one["application_id"] == case.id]
    assert (row["due_on"], row["urgency"]) == (after["due_on"], None)
    counts = done(case.clerk.get("/worklist/counts"))
    assert {"due_soon", "overdue", "escalated"} <= set(counts)


@pytest.mark.parametrize("days", [0, 201, "3"])
def test_an_extension_of_no_or_too_many_days_is_refused(case: Case, days: Any) -> None:
    require_problem(asked_for(case, days), 422, "form-has-problems")


def test_while_the_clock_stands_nothing_is_extended(case: Case) -> None:
    case.decide("corrections", {"message": "Welche Hausnummer?"})
    require_problem(asked_for(case, 3), 409, "correction-is-open")
