"""Roles by our register: what was changed there holds from the next request on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from adapters.identity.actor import Role
from adapters.identity.issuer_settings import IssuerSettings
from adapters.identity.trusted_issuer import RolesFrom
from api.app import create_app
from api.sandbox.issuer import DevelopmentIssuer
from tests.api.house import House, open_app
from tests.api.library_card import Case, Counter, form
from tests.api.problems import Database, nothing_appended, pointers, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors
from tests.service_login import new_login

OFFICE, ANOTHER_OFFICE = "Stadtbibliothek", "Bürgerbüro"


@pytest.fixture(scope="module")
def by_register(house: House, portal: BlockingPortal) -> Iterator[httpx.Client]:
    """The same house, to which the provider's tokens only say who somebody is."""
    issuer = IssuerSettings(
        issuer=f"{house.sandbox}/issuer", roles=frozenset(Role), roles_from=RolesFrom.REGISTER
    )
    settings = house.settings.model_copy(update={"issuers": (issuer,)})
    with (
        new_login(house.database) as login,
        portal.wrap_async_context_manager(open_app(create_app(settings, login))) as api,
        httpx.Client(base_url=f"{api}/api/v1", timeout=60) as http,
    ):
        yield http


@pytest.fixture(scope="module")
def operator(visitors: Visitors) -> Visitor:
    return visitors.new("operator")


@pytest.fixture
def case(counter: Counter) -> Case:
    case = counter.submit(form(fulfilment={"mode": "pickup", "branch": "buer"}))
    case.pay()
    case.becomes("received")
    return case


def grant(operator: Visitor, who: Visitor, **wanted: object) -> httpx.Response:
    body = {"role": "clerk", "municipality": GELSENKIRCHEN, **wanted, "subject": who.subject}
    return operator.post("/staff/grants", body)


def revoke(operator: Visitor, who: Visitor, **wanted: object) -> httpx.Response:
    body = {"municipality": GELSENKIRCHEN, "reason": "Ausgeschieden.", **wanted}
    return operator.post("/staff/revocations", {**body, "subject": who.subject})


def test_without_a_grant_a_token_s_own_word_lets_nobody_in(
    by_register: httpx.Client, visitors: Visitors
) -> None:
    clerk = replace(visitors.clerk(), http=by_register)
    problem = require_problem(clerk.get("/worklist"), 403, "no-role-granted")
    assert clerk.subject in problem["detail"]


def test_the_sandbox_s_newcomer_works_once_a_role_is_granted(
    house: House, portal: BlockingPortal, operator: Visitor
) -> None:
    issuer = IssuerSettings(
        issuer=f"{house.sandbox}/issuer", roles=frozenset(Role), roles_from=RolesFrom.EITHER
    )
    settings = house.settings.model_copy(update={"issuers": (issuer,)})
    token = DevelopmentIssuer(settings.sandbox_home, issuer.issuer).sign(
        "newcomer", datetime.now(UTC)
    )
    with (
        new_login(house.database) as login,
        portal.wrap_async_context_manager(open_app(create_app(settings, login))) as api,
        httpx.Client(base_url=f"{api}/api/v1", timeout=60) as http,
    ):
        newcomer = Visitor(http, {"Authorization": f"Bearer {token}"}, "newcomer")
        require_problem(newcomer.get("/worklist"), 403, "no-role-granted")
        assert grant(operator, newcomer).status_code == 201
        assert newcomer.get("/worklist").status_code == 200
        with_role = replace(operator, http=http)
        assert with_role.get("/staff").status_code == 200
    revoke(operator, newcomer)


def test_a_role_holds_from_the_next_request_on_and_its_end_stops_the_next_decision(
    by_register: httpx.Client,
    visitors: Visitors,
    operator: Visitor,
    case: Case,
    database: Database,
) -> None:
    # The token still says auditor, of another town: nobody asks it.
    clerk = replace(visitors.auditor(GLADBECK), http=by_register)
    path = f"/applications/{case.id}"
    assert clerk.get(path).status_code == 403
    assert grant(operator, clerk).status_code == 201
    claimed = clerk.post(f"{path}/claim")
    assert claimed.status_code == 200
    assert revoke(operator, clerk).json()["barred"] == [GELSENKIRCHEN]
    with nothing_appended(database):
        refused = clerk.post(f"{path}/approval", version=claimed.json()["version"])
        require_problem(refused, 403, "role-revoked")
    assert grant(operator, clerk).json()["barred"] == []
    assert clerk.post(f"{path}/approval", version=claimed.json()["version"]).status_code == 200


@pytest.mark.parametrize("municipality", [GELSENKIRCHEN, None])
def test_a_revocation_stops_who_is_let_in_by_their_token_too(
    visitors: Visitors, operator: Visitor, case: Case, municipality: str | None
) -> None:
    clerk = visitors.clerk()
    assert clerk.get(f"/applications/{case.id}").status_code == 200
    assert revoke(operator, clerk, municipality=GLADBECK).status_code == 201
    assert clerk.get(f"/applications/{case.id}").status_code == 200
    assert revoke(operator, clerk, municipality=municipality).status_code == 201
    for answer in (clerk.get("/worklist"), clerk.post(f"/applications/{case.id}/claim")):
        require_problem(answer, 403, "role-revoked")


@pytest.mark.parametrize("role", ["auditor", "analyst", "operator"])
def test_auditors_analysts_and_operators_are_asked_for_as_well(
    by_register: httpx.Client, visitors: Visitors, operator: Visitor, case: Case, role: str
) -> None:
    may = {
        "auditor": f"/applications/{case.id}/history",
        "analyst": "/statistics/applications",
        "operator": "/staff",
    }
    person = replace(visitors.clerk(), http=by_register)
    assert grant(operator, person, role=role).status_code == 201
    for path in may.values():
        assert person.get(path).status_code == 200 or path != may[role]
    assert person.get(may[role]).status_code == 200
    revoke(operator, person, municipality=None)
    require_problem(person.get(may[role]), 403, "role-revoked")


def test_a_clerk_works_for_their_office_and_branch_only(
    by_register: httpx.Client, visitors: Visitors, operator: Visitor, case: Case
) -> None:
    here, elsewhere = (replace(visitors.clerk(), http=by_register) for _ in range(2))
    assert grant(operator, here, office=OFFICE).status_code == 201
    assert grant(operator, elsewhere, branch="horst").status_code == 201
    assert here.get(f"/applications/{case.id}").status_code == 200
    require_problem(elsewhere.get(f"/applications/{case.id}"), 404, "not-found")


def test_a_grant_narrows_what_a_token_says_and_never_widens_it(
    visitors: Visitors, operator: Visitor, case: Case
) -> None:
    path = f"/applications/{case.id}"
    here, elsewhere, auditor = visitors.clerk(), visitors.clerk(), visitors.clerk()
    assert grant(operator, here, office=OFFICE).status_code == 201
    assert grant(operator, elsewhere, branch="horst").status_code == 201
    assert grant(operator, auditor, role="auditor").status_code == 201
    assert here.get(path).status_code == 200
    require_problem(elsewhere.get(path), 404, "not-found")
    require_problem(auditor.get(path), 403, "another-role-granted")
    of_gladbeck = visitors.clerk(GLADBECK)
    grant(operator, of_gladbeck)
    require_problem(of_gladbeck.get("/worklist"), 403, "another-role-granted")
    of_one_branch = visitors.clerk(branch="horst")
    grant(operator, of_one_branch)
    require_problem(of_one_branch.get(path), 404, "not-found")


def test_an_office_that_a_token_names_narrows_the_work_too(visitors: Visitors, case: Case) -> None:
    own = {"amtsweg": {"role": "clerk", "municipality": GELSENKIRCHEN}}
    own["amtsweg"]["office"] = ANOTHER_OFFICE
    clerk = visitors.new("clerk", claims=own)
    require_problem(clerk.get(f"/applications/{case.id}"), 404, "not-found")
    require_problem(clerk.post(f"/applications/{case.id}/claim"), 404, "not-found")
    assert clerk.get("/worklist").json()["applications"] == []
    assert clerk.get("/worklist/counts").json()["waiting"] == 0
    own["amtsweg"]["office"] = OFFICE
    colleague = visitors.new("clerk", claims=own)
    assert colleague.get(f"/applications/{case.id}").status_code == 200
    assert colleague.get("/worklist").json()["applications"]
    assert colleague.get("/worklist/counts").json()["waiting"] > 0


def test_an_operator_of_one_town_grants_revokes_and_sees_there_only(
    visitors: Visitors, operator: Visitor
) -> None:
    of_gladbeck, clerk = visitors.new("operator", GLADBECK), visitors.clerk()
    for town in (GELSENKIRCHEN, None):
        require_problem(grant(of_gladbeck, clerk, municipality=town), 404, "not-found")
        require_problem(revoke(of_gladbeck, clerk, municipality=town), 404, "not-found")
    grant(operator, clerk)
    there = visitors.clerk()
    position = grant(of_gladbeck, there, municipality=GLADBECK).json()["position"]
    listed = of_gladbeck.get("/staff", after=position, municipality=GELSENKIRCHEN).json()["staff"]
    assert {row["municipality"] for row in listed} == {GLADBECK}
    assert there.subject in {row["subject"] for row in listed}
    assert {GLADBECK, GELSENKIRCHEN} <= {
        r["municipality"] for r in operator.get("/staff").json()["staff"]
    }


def test_a_retry_gets_the_first_answer(operator: Visitor, visitors: Visitors) -> None:
    body = {"subject": visitors.clerk().subject, "role": "clerk", "municipality": GELSENKIRCHEN}
    key = uuid4().hex
    first, again = (operator.post("/staff/grants", body, key=key) for _ in range(2))
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"municipality": None}, "/municipality"),
        ({"office": "waterworks"}, "/office"),
        ({"branch": "waterworks"}, "/branch"),
        ({"role": "auditor", "branch": "buer"}, "/role"),
        ({"role": "citizen"}, "/role"),
        ({"role": "mayor"}, "/role"),
    ],
)
def test_what_makes_no_sense_is_said_by_field(
    operator: Visitor, visitors: Visitors, wanted: dict[str, object], pointer: str
) -> None:
    problem = require_problem(grant(operator, visitors.clerk(), **wanted), 422, "form-has-problems")
    assert pointers(problem) == [pointer]


def test_another_role_is_refused_while_one_stands(operator: Visitor, visitors: Visitors) -> None:
    clerk = visitors.clerk()
    grant(operator, clerk)
    require_problem(grant(operator, clerk, role="auditor"), 409, "role-stands")
