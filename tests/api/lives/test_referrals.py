"""Who is sent to the Bundesamt für Justiz is counted, and is no application."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.house import House
from tests.api.library_card import Counter, done, until
from tests.api.problems import Database, nothing_appended, pointers, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitors

SERVICE = "criminal-record-certificate"
PATH = f"/municipalities/{GELSENKIRCHEN}/services/{SERVICE}/referrals"
COUNTED = """SELECT coalesce(sum(counted), 0) FROM referrals_counted_v1
    WHERE span = 'day' AND service = %s"""
FACTS = """SELECT convert_from(state, 'UTF8') FROM events WHERE topic = 'ApplicantReferred'
    ORDER BY notification_id DESC LIMIT 1"""


def referrals(database: Database) -> int:
    return int(database.execute(COUNTED, (SERVICE,)).fetchone()[0])


def test_anybody_is_sent_on_and_counted(counter: Counter, database: Database) -> None:
    before = referrals(database)
    sent = done(counter.visitors.nobody().post(PATH, {}))
    assert sent["link"] == "https://www.fuehrungszeugnis.bund.de"
    assert sent["body"]["de"] == "Bundesamt für Justiz"
    until(lambda: referrals(database) == before + 1)


def test_a_retry_counts_once_and_two_portals_do_not_meet(
    visitors: Visitors, database: Database
) -> None:
    before, key = referrals(database), uuid4().hex
    first = visitors.nobody().post(PATH, {}, key=key)
    again = visitors.nobody().post(PATH, {}, key=key)
    other = visitors.nobody().post(PATH, {"source_portal": "kommunalportal"}, key=key)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first.json()
    assert other.status_code == 201
    until(lambda: referrals(database) == before + 2)


def test_without_a_key_each_referral_counts(house: House, database: Database, http: Any) -> None:
    before = referrals(database)
    for _ in range(3):
        assert http.post(PATH, json={}).status_code == 201
    until(lambda: referrals(database) == before + 3)


def test_nobody_is_told_from_the_log(counter: Counter, database: Database) -> None:
    citizen = counter.visitors.citizen()
    done(citizen.post(PATH, {"source_portal": "stadtportal"}))
    (fact,) = database.execute(FACTS).fetchone()
    assert "stadtportal" in fact
    assert citizen.subject not in fact


@pytest.mark.parametrize(
    ("ags", "service", "status", "kind"),
    [
        (GELSENKIRCHEN, "library-card", 409, "service-is-not-external"),
        (GELSENKIRCHEN, "identity-card", 409, "service-is-not-external"),
        (GELSENKIRCHEN, "fishing-licence", 404, "service-not-offered"),
        (GLADBECK[:5] + "999", SERVICE, 404, "municipality-unknown"),
    ],
)
def test_nobody_is_sent_away_from_what_is_applied_for_here(
    visitors: Visitors, database: Database, ags: str, service: str, status: int, kind: str
) -> None:
    with nothing_appended(database):
        path = f"/municipalities/{ags}/services/{service}/referrals"
        require_problem(visitors.nobody().post(path, {}), status, kind)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "Kim Bauer"}, "/name"),
        ({"source_portal": "x" * 101}, "/source_portal"),
        ({"source_portal": "a\nb"}, "/source_portal"),
        ({"source_portal": 5}, "/source_portal"),
    ],
)
def test_nothing_else_is_taken(
    visitors: Visitors, database: Database, body: dict[str, Any], pointer: str
) -> None:
    with nothing_appended(database):
        answer = visitors.nobody().post(PATH, body)
        assert pointers(require_problem(answer, 422, "form-has-problems")) == [pointer]
