"""The matrix of who may do what, held against the description of the API: nothing is left out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI

from api.app import create_app
from api.desk import Clerk
from tests.api.house import House, open_app
from tests.api.library_card import Case, Counter, form
from tests.api.operations import (
    ANALYST,
    AUDITOR,
    CITIZEN,
    CLERK,
    MATRIX,
    NOWHERE,
    ONE,
    OPERATOR,
    V1,
    Place,
    operations,
)
from tests.api.places import place_of, submitted_and_proven
from tests.api.test_access import due
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

LET_IN = [(operation, role) for operation, a in MATRIX.items() for role in sorted(a.roles)]
# A clerk does these for those who came to the counter, and for nobody else.
FOR_APPLICANTS = {
    f"POST {ONE}/proofs/{{kind}}",
    f"POST {ONE}/withdrawal",
    f"POST {ONE}/corrections/{{correction_id}}/answer",
}
# What names somebody or something else in a body or a query: it may be another town's.
NAMES = {"municipality", "application_id", "subject", "to_municipality", "payment_id"}
REASON = "Ein Grund."


@pytest.fixture(scope="module")
def case(counter: Counter) -> Case:
    return submitted_and_proven(counter)


@pytest.fixture(scope="module")
def place(case: Case) -> Place:
    return place_of(case)


@pytest.fixture(scope="module")
def place_for(counter: Counter, place: Place) -> Callable[[str, str], Place]:
    typed_in = counter.submit(form(channel="counter"))
    at_counter = Place({**place.ids, "application_id": typed_in.id})

    def found(operation: str, role: str) -> Place:
        return at_counter if role == CLERK and operation in FOR_APPLICANTS else place

    return found


@pytest.fixture(scope="module")
def concerned(case: Case, visitors: Visitors) -> Mapping[str, Visitor]:
    """Those whose application, town or installation it is."""
    return {
        CITIZEN: case.citizen,
        CLERK: case.clerk,
        AUDITOR: case.auditor,
        ANALYST: visitors.new("analyst", GELSENKIRCHEN),
        OPERATOR: visitors.new("operator", GELSENKIRCHEN),
    }


@pytest.fixture(scope="module")
def description(house: House) -> dict[str, Any]:
    return dict(create_app(house.settings, house.database).openapi())


def described(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, about in methods.items():
            yield f"{method.upper()} {path}", about


@pytest.mark.parametrize(("operation", "role"), LET_IN)
def test_whom_it_concerns_is_let_in_everywhere(
    case: Case,
    place_for: Callable[[str, str], Place],
    concerned: Mapping[str, Visitor],
    operation: str,
    role: str,
) -> None:
    """The matrix lets nobody in by keeping everybody out: what is theirs is found."""
    method, path = place_for(operation, role).of(operation)
    body = MATRIX[operation].body
    if isinstance(body, dict) and body.get("application_id") == NOWHERE:
        body = {**body, "application_id": case.id}
    headers = concerned[role].headers | {"Idempotency-Key": operation, "If-Match": '"1"'}
    answer = case.clerk.http.request(method, case.house.api + path, json=body, headers=headers)
    assert answer.status_code not in (401, 403, 404, 405), answer.text


def test_the_description_asks_for_a_token_where_the_matrix_does(
    description: dict[str, Any],
) -> None:
    asking = {operation for operation, about in described(description) if about.get("security")}
    assert asking == {operation for operation, access in MATRIX.items() if access.roles}


def test_every_id_of_an_address_is_a_real_one_in_the_matrix(
    description: dict[str, Any], place: Place
) -> None:
    """A new kind of thing needs one of its own to be asked for by strangers."""
    parameters = [p for _, about in described(description) for p in about.get("parameters", [])]
    assert {p["name"] for p in parameters if p["in"] == "path"} == set(place.ids)


Asked = Callable[[Case, Place, Visitors], httpx.Response]


def _erasure(case: Case, _: Place, visitors: Visitors) -> httpx.Response:
    body = {"subject": case.citizen.subject, "municipality": GELSENKIRCHEN}
    return visitors.new("operator", GLADBECK).post("/erasures", body)


def _grant(case: Case, _: Place, visitors: Visitors) -> httpx.Response:
    body = {"subject": case.clerk.subject, "role": "clerk", "municipality": GELSENKIRCHEN}
    return visitors.new("operator", GLADBECK).post("/staff/grants", body)


def _revocation(case: Case, _: Place, visitors: Visitors) -> httpx.Response:
    body = {"subject": case.clerk.subject, "municipality": GELSENKIRCHEN, "reason": REASON}
    return visitors.new("operator", GLADBECK).post("/staff/revocations", body)


def _staff(_: Case, __: Place, visitors: Visitors) -> httpx.Response:
    return visitors.new("operator", GLADBECK).get("/staff", municipality=GELSENKIRCHEN)


def _typed_in(_: Case, __: Place, visitors: Visitors) -> httpx.Response:
    return visitors.clerk(GLADBECK).post("/applications", form(channel="counter"))


def _statistics(name: str) -> Asked:
    def ask(_: Case, __: Place, visitors: Visitors) -> httpx.Response:
        query = {"municipality": GELSENKIRCHEN, "by": "municipality"}
        return visitors.new("analyst", GLADBECK).get(f"/statistics/{name}", **query)

    return ask


def _assignment(_: Case, place: Place, visitors: Visitors) -> httpx.Response:
    one, payment = place.ids["application_id"], place.ids["payment_id"]
    path = f"/applications/{one}/payments/{payment}/assignment"
    return visitors.clerk(GLADBECK).post(path, {"application_id": one})


def _found_assignment(_: Case, place: Place, visitors: Visitors) -> httpx.Response:
    path = f"/treasury/found/{place.ids['found_id']}/assignment"
    return visitors.clerk(GLADBECK).post(path, {"application_id": place.ids["application_id"]})


# Somebody of Gladbeck names what is Gelsenkirchen's, in each way there is.
FOREIGN: Mapping[str, Asked] = {
    f"POST {V1}/erasures": _erasure,
    f"POST {V1}/staff/grants": _grant,
    f"POST {V1}/staff/revocations": _revocation,
    f"GET {V1}/staff": _staff,
    f"POST {V1}/applications": _typed_in,
    f"GET {V1}/statistics/applications": _statistics("applications"),
    f"GET {V1}/statistics/applications.csv": _statistics("applications.csv"),
    f"GET {V1}/statistics/adoption": _statistics("adoption"),
    f"GET {V1}/statistics/adoption.csv": _statistics("adoption.csv"),
    f"POST {ONE}/payments/{{payment_id}}/assignment": _assignment,
    f"POST {V1}/treasury/found/{{found_id}}/assignment": _found_assignment,
}
NO_WAY_IN = {
    f"GET {V1}/adoption": "rounded counts for anybody",
    f"GET {V1}/adoption.csv": "rounded counts for anybody",
    f"POST {ONE}/forwarding": "the other town is where it goes, nothing is shown of it",
}


@pytest.mark.parametrize("operation", FOREIGN)
def test_naming_what_is_another_town_s_shows_and_changes_nothing_of_it(
    case: Case, place: Place, visitors: Visitors, operation: str
) -> None:
    answer = FOREIGN[operation](case, place, visitors)
    assert answer.status_code in (200, 404), answer.text
    assert GELSENKIRCHEN not in answer.text
    assert case.id not in answer.text.replace(answer.request.url.path, "")
    assert case.clerk.get(case.path).status_code == 200


def test_whatever_can_name_something_of_another_town_is_tried(
    description: dict[str, Any],
) -> None:
    naming = {o for o, about in described(description) if NAMES & _named(description, about)}
    assert naming == set(FOREIGN) | set(NO_WAY_IN)


def _named(description: dict[str, Any], about: dict[str, Any]) -> set[str]:
    """What the query and the body of an operation may name."""
    query = {p["name"] for p in about.get("parameters", []) if p["in"] == "query"}
    content = about.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = description["components"]["schemas"].get(reference.rpartition("/")[2], {})
    return query | set(schema.get("properties", {}))


async def forgetful(application_id: UUID, clerk: Clerk) -> dict[str, str]:
    """Asks for the role, and forgets to ask whose application it is."""
    return {"application_id": str(application_id), "reader": clerk.subject}


async def careless(application_id: UUID) -> dict[str, str]:
    """Asks nobody for anything."""
    return {"application_id": str(application_id)}


@contextmanager
def planted(house: House, portal: BlockingPortal, route: Any) -> Iterator[tuple[FastAPI, str]]:
    app = create_app(house.settings, house.database)
    app.add_api_route(ONE, route, methods=["GET"])
    app.router.routes.insert(0, app.router.routes.pop())
    with portal.wrap_async_context_manager(open_app(app)) as api:
        yield app, api


@pytest.mark.parametrize(
    ("route", "strangers"),
    [
        (forgetful, {"another citizen", "a clerk of the other town"}),
        (careless, {"nobody", "another citizen", "a clerk of the other town", "an analyst"}),
    ],
)
def test_a_route_that_forgets_its_check_is_noticed(
    house: House, portal: BlockingPortal, place: Place, visitors: Visitors,
    route: Any, strangers: set[str],
) -> None:  # fmt: skip
    people = {
        "nobody": visitors.nobody(),
        "another citizen": visitors.citizen(),
        "a clerk of the other town": visitors.clerk(GLADBECK),
        "an analyst": visitors.analyst(),
    }
    operation = f"GET {ONE}"
    with planted(house, portal, route) as (app, api):
        assert operations(app) == set(MATRIX)  # its name tells nothing: what it answers does
        noticed = set()
        for stranger, visitor in people.items():
            _, path = place.of(operation)
            answer = visitor.http.get(api + path, headers=visitor.headers)
            if answer.status_code not in due(operation, stranger):
                noticed.add(stranger)
    assert noticed == strangers
