"""The clerk's worklist: filtered, sorted and paged, with no row twice and none lost."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from api import cursors
from tests.api.library_card import A_MINOR, GUARDED, PICKUP, Case, Counter, done, form, until
from tests.api.problems import Database, pointers, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor

A_WHILE = 30
NOBODY = "018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"
# Nothing that other tests began becomes a clerk's matter any more.
AT_REST = """SELECT min(position) >= (SELECT max(notification_id) FROM events) FROM positions
    WHERE runner IN ('payment-process', 'proof-inspection', 'going-on', 'worklist_v2')"""
Cases = dict[str, Case]


def new_name() -> str:
    return f"Müller-{uuid4().hex[:8]}"


def received(counter: Counter, name: str, **changes: Any) -> Case:
    person = {**A_MINOR, "family_name": name}
    return counter.submit(form(person, GUARDED, **{"fulfilment": PICKUP, **changes}))


@pytest.fixture(scope="module")
def name() -> str:
    return new_name()


@pytest.fixture(scope="module")
def cases(counter: Counter, name: str) -> Cases:
    waiting = ("new", "claimed", "asked", "answered", "approved", "ready")
    cases = {key: received(counter, name) for key in waiting}
    cases["online"] = received(counter, name, fulfilment={"mode": "online-only"})
    cases["typed-in"] = received(counter, name, channel="counter")
    for key in ("claimed", "asked", "answered", "approved", "ready"):
        cases[key].decide("claim")
    for key in ("asked", "answered"):
        cases[key].decide("corrections", {"message": "Welche Hausnummer?"})
    answered = cases["answered"]
    correction = answered.see()["open_correction"]
    answered.ask(f"corrections/{correction}/answer", {"message": "Hier."})
    cases["approved"].decide("approval")
    cases["ready"].decide("approval")
    cases["ready"].decide("ready-for-pickup", {})
    return cases


@pytest.fixture(scope="module")
def shown(cases: Cases, name: str) -> Callable[..., set[str]]:
    """The keys of the cases that a filter shows, of those of this module."""
    position = max(case.see()["position"] for case in cases.values())
    keys = {case.id: key for key, case in cases.items()}

    def ask(clerk: Visitor | None = None, **query: Any) -> set[str]:
        asking = clerk or cases["new"].clerk
        found = done(asking.get("/worklist", name=name, after=position, **query))
        return {keys[row["application_id"]] for row in found["applications"]}

    return ask


ALL = {"new", "claimed", "asked", "answered", "approved", "ready", "online", "typed-in"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ALL),
        ({"status": "received"}, ALL - {"approved", "ready"}),
        ({"status": "approved"}, {"approved"}),
        ({"status": "ready-for-pickup"}, {"ready"}),
        ({"unclaimed": "true"}, {"new", "online", "typed-in"}),
        ({"unclaimed": "false"}, ALL - {"new", "online", "typed-in"}),
        ({"correction": "open"}, {"asked"}),
        ({"correction": "answered"}, {"answered"}),
        ({"correction": "none"}, ALL - {"asked", "answered"}),
        ({"fulfilment": "online-only"}, {"online"}),
        ({"branch": "buer"}, ALL - {"online"}),
        ({"branch": "horst"}, set()),
        ({"service": "library-card"}, ALL),
        ({"service": "dog-tax"}, set()),
        ({"due_by": "2999-12-31"}, ALL - {"asked", "approved", "ready"}),
        ({"due_by": "2000-01-01"}, set()),
        ({"branch": "buer", "unclaimed": "true"}, {"new", "typed-in"}),
    ],
)
def test_filters_show_what_they_say(
    shown: Callable[..., set[str]], query: dict[str, str], expected: set[str]
) -> None:
    assert shown(**query) == expected


def test_a_clerk_finds_what_is_in_a_colleagues_hands(
    shown: Callable[..., set[str]], cases: Cases
) -> None:
    assert shown(claimed_by=cases["asked"].clerk.subject) == {"asked"}


def test_a_clerk_of_a_branch_sees_the_own_branch_and_what_has_none(
    counter: Counter, shown: Callable[..., set[str]]
) -> None:
    assert shown(counter.visitors.clerk(GELSENKIRCHEN, "buer")) == ALL
    assert shown(counter.visitors.clerk(GELSENKIRCHEN, "horst")) == {"online"}
    assert shown(counter.visitors.clerk(GLADBECK)) == set()


@pytest.mark.parametrize("wild", ["M%", "M_ller", "Müller\\", "%%"])
def test_a_name_is_no_pattern(counter: Counter, cases: Cases, wild: str) -> None:
    assert done(counter.visitors.clerk().get("/worklist", name=wild))["applications"] == []


def test_the_most_urgent_comes_first_and_what_has_no_due_day_last(
    cases: Cases, name: str, counter: Counter
) -> None:
    position = max(case.see()["position"] for case in cases.values())
    clerk = counter.visitors.clerk()
    rows = done(clerk.get("/worklist", name=name, after=position))["applications"]
    due = [row["due_on"] for row in rows]
    running = [day for day in due if day is not None]
    assert due == [*sorted(running), *[None] * 3]  # asked, approved, ready


@pytest.mark.parametrize("sort", ["due", "newest", "oldest"])
def test_pages_show_each_row_once_while_rows_are_added(counter: Counter, sort: str) -> None:
    name, clerk = new_name(), counter.visitors.clerk()
    there = [received(counter, name) for _ in range(5)]
    there[0].decide("claim")
    asked = there[0].decide("corrections", {"message": "Welche Hausnummer?"})
    query: dict[str, Any] = {"name": name, "sort": sort, "limit": 2, "after": asked["position"]}
    seen: list[str] = []
    for _ in range(A_WHILE):
        page = done(clerk.get("/worklist", **query))
        seen += [row["application_id"] for row in page["applications"]]
        if page["next_cursor"] is None:
            break
        if len(seen) == 2:
            query["after"] = received(counter, name).see()["position"]
        query["cursor"] = page["next_cursor"]
    assert len(seen) == len(set(seen))
    assert {case.id for case in there} <= set(seen)


def test_the_next_page_is_linked_and_repeats_no_host(counter: Counter, cases: Cases) -> None:
    clerk = counter.visitors.clerk()
    host = {**clerk.headers, "Host": "evil.example"}
    first = clerk.http.get("/worklist", params={"limit": 1, "sort": "oldest"}, headers=host)
    link, _, rest = first.headers["link"].partition(">")
    assert (link[:18], rest) == ("</api/v1/worklist?", '; rel="next"')
    second = done(clerk.get(link[1:].removeprefix("/api/v1")))
    assert second["applications"] != first.json()["applications"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "W10",
        "A" * 299,
        cursors.write("due"),
        cursors.write("due", "2026-01-01", "1"),
        cursors.write("due", "\ud800", NOBODY),
        cursors.write("due", None, None),
        cursors.write("due", "2026-99-01", NOBODY),
        cursors.write("newest", "2026-01-01T00:00:00+00:00", NOBODY),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(counter: Counter, cursor: str) -> None:
    answer = counter.visitors.clerk().get("/worklist", cursor=cursor)
    require_problem(answer, 400, "cursor-malformed")


@pytest.mark.parametrize("key", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "due"])
def test_a_cursor_out_of_time_is_refused(counter: Counter, key: str) -> None:
    cursor = cursors.write("newest", key, NOBODY)
    answer = counter.visitors.clerk().get("/worklist", cursor=cursor, sort="newest")
    require_problem(answer, 400, "cursor-malformed")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "9" * 400),
        ("sort", "name"),
        ("sort", "due; DROP TABLE events"),
        ("status", "submitted"),
        ("unclaimed", "perhaps"),
        ("due_by", "soon"),
        ("name", "x"),
        ("name", "Kim\0"),
        ("claimed_by", "\0"),
        ("branch", "' OR 1=1 --"),
        ("after", "-1"),
        ("after", "9" * 5000),
        ("cursor", "x" * 301),
        ("nonsense", "1"),
    ],
)
def test_a_question_that_cannot_be_understood_is_refused(
    counter: Counter, name: str, value: str
) -> None:
    answer = counter.visitors.clerk().get("/worklist", **{name: value})
    assert pointers(require_problem(answer, 422, "form-has-problems")) == [f"query:/{name}"]


def test_what_waits_is_counted_by_queue(counter: Counter, database: Database) -> None:
    until(lambda: database.execute(AT_REST).fetchone() == (True,))
    clerk = counter.visitors.clerk(GELSENKIRCHEN, "erle")
    before = done(clerk.get("/worklist/counts"))
    at_erle = {"mode": "pickup", "branch": "erle"}
    mine, _ = (received(counter, new_name(), fulfilment=at_erle) for _ in range(2))
    claimed = done(clerk.post(f"{mine.path}/claim"))
    after = done(clerk.get("/worklist/counts", after=claimed["position"]))
    grown = {key: after[key] - before[key] for key in ("waiting", "unclaimed", "mine", "overdue")}
    assert grown == {"waiting": 2, "unclaimed": 1, "mine": 1, "overdue": 0}
