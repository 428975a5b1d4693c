"""Who is sent to the Bundesamt für Justiz is counted, and is no application."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.app import create_app
from api.rationing import Ration
from tests.api.house import House, open_app
from tests.api.library_card import Counter, done, until
from tests.api.problems import Database, nothing_appended, pointers, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitors

SERVICE = "criminal-record-certificate"
PATH = f"/municipalities/{GELSENKIRCHEN}/services/{SERVICE}/referrals"
COUNTED = """SELECT coalesce(sum(counted), 0) FROM referrals_counted_v1
    WHERE span = 'day' AND service = %s"""
ALL_COUNTED = """SELECT position >= (SELECT coalesce(max(notification_id), 0) FROM events
        WHERE topic = 'ApplicantReferred')
    FROM positions WHERE runner = %s"""
FACTS = """SELECT convert_from(state, 'UTF8') FROM events WHERE topic = 'ApplicantReferred'
    ORDER BY notification_id DESC LIMIT 1"""


def referrals(database: Database) -> int:
    """As soon as all those are counted that were sent on by now."""
    until(lambda: database.execute(ALL_COUNTED, ("referrals_counted_v1",)).fetchone() == (True,))
    return int(database.execute(COUNTED, (SERVICE,)).fetchone()[0])


def test_anybody_is_sent_on_and_counted(counter: Counter, database: Database) -> None:
    before = referrals(database)
    sent = done(counter.visitors.nobody().post(PATH, {}))
    assert sent["link"] == "https://www.fuehrungszeugnis.bund.de"
    assert sent["body"]["de"] == "Bundesamt für Justiz"
    assert referrals(database) == before + 1


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
    assert referrals(database) == before + 2


def test_without_a_key_each_referral_counts(house: House, database: Database, http: Any) -> None:
    before = referrals(database)
    for _ in range(3):
        assert http.post(PATH, json={}).status_code == 201
    assert referrals(database) == before + 3


def test_a_portal_is_named_by_its_address_too(visitors: Visitors) -> None:
    body = {"source_portal": "serviceportal.gelsenkirchen.de"}
    assert visitors.nobody().post(PATH, body).status_code == 201


async def test_who_sends_very_many_on_is_asked_to_wait(house: House, database: Database) -> None:
    app = create_app(house.settings, house.database)
    app.state.referrals = Ration(each=2, clock=lambda: 6030.0)  # the minute never ends
    async with open_app(app) as url, httpx.AsyncClient(base_url=url, timeout=90) as client:
        address = f"/api/v1{PATH}"
        sent = [(await client.post(address, json={})).status_code for _ in range(2)]
        assert sent == [201, 201]
        with nothing_appended(database):
            refused = await client.post(address, json={})
        require_problem(refused, 429, "too-many-referrals")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert (await client.get(f"/api/v1/portal/{GELSENKIRCHEN}")).status_code == 200


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
        ({"source_portal": "x" * 65}, "/source_portal"),
        ({"source_portal": "Kim Bauer"}, "/source_portal"),
        ({"source_portal": "kim_bauer@example.org"}, "/source_portal"),
        ({"source_portal": ""}, "/source_portal"),
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
