"""The matrix of who may do what, held against the description of the API: nothing is left out."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.onboarding_bodies.commands import COMMANDS
from tests.api import valid_bodies
from tests.api.house import House
from tests.api.library_card import Case, Counter, form
from tests.api.operations import (
    ANALYST,
    AUDITOR,
    CATALOGUE,
    CITIZEN,
    CLERK,
    MATRIX,
    NOWHERE,
    ONE,
    OPERATOR,
    V1,
    Place,
)
from tests.api.places import place_of, submitted_and_proven
from tests.api.problems import Database, nothing_appended
from tests.api.test_access import ask, sent
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

LET_IN = [(operation, role) for operation, a in MATRIX.items() for role in sorted(a.roles)]
# A clerk does these for those who came to the counter, and for nobody else.
FOR_APPLICANTS = {
    f"POST {ONE}/proofs/{{kind}}",
    f"POST {ONE}/withdrawal",
    f"POST {ONE}/corrections/{{correction_id}}/answer",
}
# What names somebody or something else: it may be another town's.
NAMES = {"ags", "municipality", "application_id", "subject", "to_municipality", "payment_id"}
REASON = "Ein Grund."


@pytest.fixture(scope="module")
def case(counter: Counter) -> Case:
    return submitted_and_proven(counter)


@pytest.fixture(scope="module")
def place(case: Case) -> Place:
    return place_of(case)


@pytest.fixture(scope="module")
def place_for(counter: Counter, place: Place) -> Callable[[str, str], Place]:
    typed_in = counter.submit(form(None, {"reduction": "student"}, channel="counter"))
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
        "everywhere": visitors.new("operator"),
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
    access = MATRIX[operation]
    body = access.body_of(role)
    if isinstance(body, dict) and body.get("application_id") == NOWHERE:
        body = {**body, "application_id": case.id}
    visitor = concerned["everywhere" if access.of_all else role]
    headers = visitor.headers | {"Idempotency-Key": operation.replace(" ", ":"), "If-Match": '"1"'}
    answer = case.clerk.http.request(
        method, case.house.api + path, **sent(body), params=access.query, headers=headers
    )
    assert answer.status_code not in (400, 401, 403, 404, 405, 422), answer.text


def test_the_description_asks_for_a_token_where_the_matrix_does(
    description: dict[str, Any],
) -> None:
    asking = {operation for operation, about in described(description) if about.get("security")}
    signed = {operation for operation, access in MATRIX.items() if access.signed}
    assert asking - signed == {operation for operation, access in MATRIX.items() if access.roles}


def test_every_id_of_an_address_is_a_real_one_in_the_matrix(
    description: dict[str, Any], place: Place
) -> None:
    """A new kind of thing needs one of its own to be asked for by strangers."""
    parameters = [p for _, about in described(description) for p in about.get("parameters", [])]
    assert {p["name"] for p in parameters if p["in"] == "path"} == set(place.ids)


def test_each_operation_that_needs_a_body_has_a_sound_one(description: dict[str, Any]) -> None:
    """Without one everybody would be told of the form, and nobody of whose it is."""
    assert set(valid_bodies.TOWN_COMMANDS) == set(COMMANDS)
    needing = {o for o, a in described(description) if a.get("requestBody", {}).get("required")}
    having = {o for o, access in MATRIX.items() if access.body is not None or access.bodies}
    assert needing - having - {o for o in MATRIX if MATRIX[o].signed} == set()


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


def _at_address(operation: str) -> Asked:
    def ask_there(case: Case, place: Place, visitors: Visitors) -> httpx.Response:
        return ask(case.house.api, place, operation, visitors.new("operator", GLADBECK))

    return ask_there


OF_A_TOWN = [operation for operation in MATRIX if "{ags}" in operation]
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
    f"POST {CATALOGUE}/municipalities": _at_address(f"POST {CATALOGUE}/municipalities"),
    **{one: _at_address(one) for one in OF_A_TOWN if OPERATOR in MATRIX[one].roles},
}
NO_WAY_IN = {
    f"GET {V1}/adoption": "rounded counts for anybody",
    f"GET {V1}/adoption.csv": "rounded counts for anybody",
    **{one: "what anybody may see" for one in OF_A_TOWN if not MATRIX[one].roles},
    f"GET {V1}/responsibility": "what anybody may see",
    f"POST {V1}/municipalities/{{ags}}/sign-ins": "a citizen is of no town",
    f"POST {ONE}/forwarding": "the other town is where it goes, nothing is shown of it",
}


@pytest.mark.parametrize("operation", FOREIGN)
def test_naming_what_is_another_town_s_shows_and_changes_nothing_of_it(
    case: Case, place: Place, visitors: Visitors, database: Database, operation: str
) -> None:
    with nothing_appended(database):
        answer = FOREIGN[operation](case, place, visitors)
    assert answer.status_code in ((404,) if operation in OF_A_TOWN else (200, 404)), answer.text
    shown = answer.text.replace(answer.request.url.path, "")
    assert not any(secret in shown for secret in (GELSENKIRCHEN, case.id))
    assert case.clerk.get(case.path).status_code == 200


def test_whatever_can_name_something_of_another_town_is_tried(
    description: dict[str, Any],
) -> None:
    naming = {o for o, about in described(description) if NAMES & _named(description, about)}
    assert naming == set(FOREIGN) | set(NO_WAY_IN)


def _named(description: dict[str, Any], about: dict[str, Any]) -> set[str]:
    """What the query and the body of an operation may name, and a town in its address."""
    parameters = about.get("parameters", [])
    query = {p["name"] for p in parameters if p["in"] == "query" or p["name"] == "ags"}
    content = about.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    schema = description["components"]["schemas"].get(reference.rpartition("/")[2], {})
    return query | set(schema.get("properties", {}))
