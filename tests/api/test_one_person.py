"""One person in two towns, by a provider that is not ours: nobody but they can join the two."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psycopg
import pytest
from anyio.from_thread import BlockingPortal

from adapters.identity.actor import Role
from adapters.identity.issuer_settings import IssuerSettings
from adapters.identity.trusted_issuer import RolesFrom
from api.app import create_app
from tests.api.house import House, open_app
from tests.api.library_card import PICKUP, done, for_free, until
from tests.api.problems import pointers, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors
from tests.real_provider import RealProvider, real_provider
from tests.service_login import new_login

# What the provider calls them: distinctive, so that it would be found wherever it is kept.
LENA, ANNA, OLGA = "lena-5f2c81d0", "anna-77ab10e3", "olga-10e377ab"
PEOPLE = {LENA: {"amtsweg": {"role": "citizen"}, "trust_level": "high"}, ANNA: {}, OLGA: {}}
FAMILY_NAME = "Zwiebelfisch"
ANYWHERE = """SELECT (SELECT count(*) FROM events WHERE position(%(name)s::bytea IN state) > 0)
    + (SELECT count(*) FROM staff_v1 WHERE subject LIKE '%%' || convert_from(%(name)s, 'UTF8'))"""


@dataclass(frozen=True, slots=True)
class Town:
    api: httpx.Client
    provider: RealProvider

    def visitor(self, login: str) -> Visitor:
        token = self.provider.access_token(login)
        return Visitor(self.api, {"Authorization": f"Bearer {token}"}, login)


@pytest.fixture(scope="module")
def there(house: House, portal: BlockingPortal) -> Iterator[Town]:
    """The same house, into which a real OIDC server signs people in."""
    with real_provider(PEOPLE) as provider, new_login(house.database) as login:
        real = IssuerSettings(
            issuer=provider.issuer,
            roles=frozenset(Role),
            subject_prefix="real/",
            roles_from=RolesFrom.REGISTER,
            pairwise=True,
        )
        settings = house.settings.model_copy(update={"issuers": (real,)})
        with (
            portal.wrap_async_context_manager(open_app(create_app(settings, login))) as api,
            httpx.Client(base_url=f"{api}/api/v1", timeout=60) as http,
        ):
            yield Town(http, provider)


@pytest.fixture(scope="module")
def applications(there: Town) -> dict[str, str]:
    """Lena applies in both towns."""
    lena = there.visitor(LENA)
    found = {}
    for town, branch in ((GELSENKIRCHEN, "buer"), (GLADBECK, None)):
        body = for_free(municipality=town)
        body["applicant"]["family_name"] = FAMILY_NAME
        body["fulfilment"] = PICKUP if branch else {"mode": "online-only"}
        found[town] = done(lena.post("/applications", body))["application_id"]
    return found


def test_the_person_sees_both(there: Town, applications: dict[str, str]) -> None:
    def both() -> bool:
        mine = done(there.visitor(LENA).get("/applications"))["applications"]
        return {row["application_id"] for row in mine} == set(applications.values())

    assert until(both)


def test_a_clerk_whom_the_register_names_sees_one_of_them_however_they_ask(
    there: Town, applications: dict[str, str], visitors: Visitors
) -> None:
    body = {"subject": f"real/{ANNA}", "role": "clerk", "municipality": GELSENKIRCHEN}
    clerk = there.visitor(ANNA)
    assert clerk.get("/worklist").status_code == 403
    done(visitors.new("operator").post("/staff/grants", body))
    here, other = applications[GELSENKIRCHEN], applications[GLADBECK]
    until(lambda: here in clerk.get("/worklist", name=FAMILY_NAME).text)
    for path, query in (
        ("/worklist", {}),
        ("/worklist", {"name": FAMILY_NAME}),
        ("/worklist", {"sort": "newest", "limit": 200}),
        ("/worklist/counts", {}),
        ("/treasury", {}),
        (f"/applications/{here}", {}),
        (f"/applications/{other}", {}),
    ):
        answer = clerk.get(path, **query)
        assert other not in answer.text.replace(path, "")
    assert clerk.get(f"/applications/{other}").status_code == 404
    (row,) = done(clerk.get("/worklist", name=FAMILY_NAME))["applications"]
    assert row["application_id"] == here


def test_what_the_provider_calls_her_is_kept_nowhere(
    house: House, applications: dict[str, str]
) -> None:
    assert applications
    with psycopg.connect(house.database) as database:
        assert database.execute(ANYWHERE, {"name": LENA.encode()}).fetchone() == (0,)


def test_she_is_erased_by_the_name_that_her_provider_knows(
    there: Town, applications: dict[str, str], visitors: Visitors
) -> None:
    lena = there.visitor(LENA)
    for one in applications.values():
        done(lena.post(f"/applications/{one}/withdrawal", {}))
    body = {"subject": f"real/{OLGA}", "role": "operator"}
    done(visitors.new("operator").post("/staff/grants", body))
    olga = there.visitor(OLGA)
    unknown = {"subject": LENA, "issuer": "https://unknown.example"}
    problem = require_problem(olga.post("/erasures", unknown), 422, "form-has-problems")
    assert pointers(problem) == ["/issuer"]
    assert done(olga.post("/erasures", {"subject": LENA}))["known"] is False
    asked = {"subject": LENA, "issuer": there.provider.issuer}
    erased = done(olga.post("/erasures", asked))
    assert erased["complete"]
    assert {one["id"] for one in erased["outcomes"]} == set(applications.values())
