"""A portal reports who signed in; the first time in a municipality counts, once for ever."""

from collections.abc import Callable

import pytest

from adapters.first_use import first_use_id
from adapters.personal_data.key_file import KeyFile
from adapters.personal_data.people import subject_digest
from tests.api.forgetting import operator
from tests.api.house import House
from tests.api.library_card import Counter, for_free, form, until
from tests.api.problems import Database, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

FOUND = """SELECT count(*) FROM events WHERE topic = 'PortalFirstUsed' AND originator_id = %s
    AND convert_from(state, 'UTF8')::json -> 'data' ->> 'municipality' = %s"""
PILOT = """SELECT convert_from(state, 'UTF8')::json -> 'data' ->> 'pilot' = 'true' FROM events
    WHERE topic = 'PortalFirstUsed' AND originator_id = %s"""
FirstUsesOf = Callable[..., int]


@pytest.fixture
def first_uses(house: House, database: Database) -> FirstUsesOf:
    """How often it was a first time for somebody, in a town: others use portals meanwhile."""
    keys = KeyFile(house.settings.key_file)

    def counted(citizen: Visitor, ags: str = GELSENKIRCHEN) -> int:
        subject = subject_digest(keys, citizen.subject)
        stream_id = first_use_id(keys, subject, ags)
        (row,) = database.execute(FOUND, (stream_id, ags)).fetchall()
        return int(row[0])

    return counted


def sign_in(citizen: Visitor, ags: str = GELSENKIRCHEN) -> None:
    answer = citizen.post(f"/municipalities/{ags}/sign-ins")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_sign_in_counts_the_first_time_only(visitors: Visitors, first_uses: FirstUsesOf) -> None:
    citizen = visitors.citizen()
    assert first_uses(citizen) == 0
    for _ in range(3):
        sign_in(citizen)
        assert first_uses(citizen) == 1


def test_in_another_municipality_it_is_a_first_time_again(
    visitors: Visitors, first_uses: FirstUsesOf
) -> None:
    citizen = visitors.citizen()
    for ags in (GELSENKIRCHEN, GLADBECK):
        assert first_uses(citizen, ags) == 0
        sign_in(citizen, ags)
        assert first_uses(citizen, ags) == 1


def test_whoever_applies_without_a_sign_in_reported_is_counted_as_well(
    counter: Counter, first_uses: FirstUsesOf
) -> None:
    case = counter.received()
    until(lambda: first_uses(case.citizen) == 1)


def test_a_newcomer_of_gladbeck_is_a_pilot_whether_or_not_the_portal_reports_sign_ins(
    visitors: Visitors, counter: Counter, house: House, database: Database
) -> None:
    """Its portal is in its pilot phase; that of Gelsenkirchen is not."""
    keys = KeyFile(house.settings.key_file)

    def pilots(citizen: Visitor, ags: str) -> list[bool]:
        stream_id = first_use_id(keys, subject_digest(keys, citizen.subject), ags)
        return [bool(pilot) for (pilot,) in database.execute(PILOT, (stream_id,)).fetchall()]

    for ags, expected in ((GLADBECK, True), (GELSENKIRCHEN, False)):
        signed_in, applied = visitors.citizen(), counter.submit(form(municipality=ags)).citizen
        sign_in(signed_in, ags)
        until(lambda applied=applied, ags=ags: pilots(applied, ags))
        assert pilots(signed_in, ags) == pilots(applied, ags) == [expected]


def test_an_erased_person_stays_counted_and_is_not_counted_twice(
    visitors: Visitors, first_uses: FirstUsesOf
) -> None:
    citizen = visitors.citizen()
    sign_in(citizen)
    assert first_uses(citizen) == 1
    application = citizen.post("/applications", for_free()).json()["application_id"]
    citizen.post(f"/applications/{application}/withdrawal", {"reason": ""})
    assert operator(visitors).fates(citizen.subject) == {application: "erased"}
    sign_in(citizen)
    assert first_uses(citizen) == 1


@pytest.mark.parametrize("ags", ["05999999", "gelsenkirchen"])
def test_an_unknown_municipality_is_named_as_such(visitors: Visitors, ags: str) -> None:
    answer = visitors.citizen().post(f"/municipalities/{ags}/sign-ins")
    require_problem(answer, 404, "municipality-unknown")
