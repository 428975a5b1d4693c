"""A portal reports who signed in; the first time in a municipality counts, once for ever."""

import pytest

from tests.api.forgetting import operator
from tests.api.library_card import Counter, for_free, until
from tests.api.problems import Database, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

FOUND = """SELECT count(*) FROM events WHERE topic = 'PortalFirstUsed'
    AND convert_from(state, 'UTF8')::json -> 'data' ->> 'municipality' = %s"""


def first_users(database: Database, ags: str = GELSENKIRCHEN) -> int:
    (row,) = database.execute(FOUND.encode(), (ags,)).fetchall()
    return int(row[0])


def sign_in(citizen: Visitor, ags: str = GELSENKIRCHEN) -> None:
    answer = citizen.post(f"/municipalities/{ags}/sign-ins")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_sign_in_counts_the_first_time_only(visitors: Visitors, database: Database) -> None:
    citizen, before = visitors.citizen(), first_users(database)
    for _ in range(3):
        sign_in(citizen)
    assert first_users(database) == before + 1


def test_in_another_municipality_it_is_a_first_time_again(
    visitors: Visitors, database: Database
) -> None:
    citizen = visitors.citizen()
    before = [first_users(database, ags) for ags in (GELSENKIRCHEN, GLADBECK)]
    for ags in (GELSENKIRCHEN, GLADBECK):
        sign_in(citizen, ags)
    after = [first_users(database, ags) for ags in (GELSENKIRCHEN, GLADBECK)]
    assert after == [n + 1 for n in before]


def test_whoever_applies_without_a_sign_in_reported_is_counted_as_well(
    counter: Counter, database: Database
) -> None:
    before = first_users(database)
    counter.received()
    until(lambda: first_users(database) > before)


def test_an_erased_person_stays_counted_and_is_not_counted_twice(
    counter: Counter, visitors: Visitors, database: Database
) -> None:
    citizen = visitors.citizen()
    sign_in(citizen)
    counted = first_users(database)
    application = citizen.post("/applications", for_free()).json()["application_id"]
    citizen.post(f"/applications/{application}/withdrawal", {"reason": ""})
    assert operator(visitors).fates(citizen.subject) == {application: "erased"}
    sign_in(citizen)
    assert first_users(database) == counted


@pytest.mark.parametrize("ags", ["05999999", "gelsenkirchen"])
def test_an_unknown_municipality_is_named_as_such(visitors: Visitors, ags: str) -> None:
    answer = visitors.citizen().post(f"/municipalities/{ags}/sign-ins")
    require_problem(answer, 404, "municipality-unknown")
