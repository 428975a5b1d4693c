"""Nobody gets in, or gets to see, what is not theirs: each operation against each stranger."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI

from api.app import create_app
from tests.api.house import House, open_app
from tests.api.library_card import Case, Counter, form, until
from tests.api.operations import (
    ANALYST,
    AUDITOR,
    CITIZEN,
    CLERK,
    MATRIX,
    OPERATOR,
    ROLES,
    Access,
    Place,
    operations,
)
from tests.api.places import place_of, submitted_and_proven
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

DOCS = {"/docs", "/docs/{name}", "/openapi.json"}
STRANGERS = {
    "another citizen": CITIZEN,
    "a clerk of the other town": CLERK,
    "a clerk of another branch": CLERK,
    "a clerk of another office": CLERK,
    "an auditor of the other town": AUDITOR,
    "an analyst of the other town": ANALYST,
    "an operator of the other town": OPERATOR,
    "an analyst": ANALYST,
    "an operator": OPERATOR,
    "an analyst barred here": ANALYST,
    "an operator barred here": OPERATOR,
}
COLLEAGUES = {"a clerk of another branch", "a clerk of another office"}
SECRET_NAME = "Wusterwitz"
UNKNOWN = ("nobody", "garbage", "another scheme")


@pytest.fixture(scope="module")
def case(counter: Counter) -> Case:
    """A case of Buer with all there could be to see: a proof, a payment, an open correction."""
    return submitted_and_proven(counter, {"given_name": SECRET_NAME, "family_name": SECRET_NAME})


@pytest.fixture(scope="module")
def secrets(counter: Counter, case: Case) -> Callable[[str], list[str]]:
    """What a stranger must not see; what is due back for no branch is a matter of all of them."""
    refund = counter.submit(form())
    refund.pay()
    refund.becomes("received")
    refund.decide("claim")
    refund.decide("rejection", {"reason": "Kein Wohnsitz."})
    until(refund.owed)

    def kept_from(stranger: str) -> list[str]:
        of_the_office = [] if stranger == "a clerk of another branch" else [refund.id]
        return [case.id, case.email, SECRET_NAME, *of_the_office]

    return kept_from


@pytest.fixture(scope="module")
def place(case: Case) -> Place:
    return place_of(case)


@pytest.fixture(scope="module")
def strangers(visitors: Visitors) -> Mapping[str, Visitor]:
    return {
        "nobody": visitors.nobody(),
        "garbage": Visitor(visitors.http, {"Authorization": "Bearer garbage"}),
        "another scheme": Visitor(visitors.http, {"Authorization": "Basic a2ltOmtpbQ=="}),
        "another citizen": visitors.citizen(),
        "a clerk of the other town": visitors.clerk(GLADBECK),
        "a clerk of another branch": visitors.clerk(GELSENKIRCHEN, "horst"),
        "a clerk of another office": visitors.clerk(GELSENKIRCHEN, office="Standesamt"),
        "an auditor of the other town": visitors.auditor(GLADBECK),
        "an analyst of the other town": visitors.new("analyst", GLADBECK),
        "an operator of the other town": visitors.new("operator", GLADBECK),
        "an analyst": visitors.analyst(),
        "an operator": visitors.new("operator"),
        "an analyst barred here": barred(visitors, "analyst"),
        "an operator barred here": barred(visitors, "operator"),
    }


def barred(visitors: Visitors, role: str) -> Visitor:
    """Of every town, and stopped by the one that all of this is of."""
    visitor = visitors.new(role)
    body = {"subject": visitor.subject, "municipality": GELSENKIRCHEN, "reason": "Ein Grund."}
    answer = visitors.new("operator", GELSENKIRCHEN).post("/staff/revocations", body)
    assert answer.status_code == 201
    return visitor


def addresses(routes: Iterable[Any]) -> Iterator[str]:
    """Every address that is served, in whatever router, described or not."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if router is None:
            yield route.path
        else:
            yield from addresses(router.routes)


def ask(
    api: str,
    place: Place,
    operation: str,
    visitor: Visitor,
    *,
    role: str | None = None,
) -> httpx.Response:
    """On what stood there at first. `role`: for a body of theirs."""
    method, path = place.of(operation)
    access = MATRIX.get(operation, Access(frozenset()))
    headers = visitor.headers | {"Idempotency-Key": operation.replace(" ", ":"), "If-Match": '"1"'}
    return visitor.http.request(
        method,
        api + path,
        **sent(access.body_of(role)),
        params=access.query,
        headers=headers,
    )


def sent(body: Any) -> dict[str, Any]:
    return {"content": body} if isinstance(body, str | bytes) else {"json": body}


def due(operation: str, stranger: str) -> tuple[int, ...]:
    access = MATRIX[operation]
    if access.signed:
        return (401,)
    if not access.roles:
        return access.public
    if stranger in UNKNOWN:
        return (401,)
    if STRANGERS[stranger] not in access.roles or "barred" in stranger:
        return (403,)
    elsewhere = "of the other town" in stranger
    if access.of_one or (access.of_town and elsewhere) or (access.of_all and elsewhere):
        return (404,)
    return access.own


@pytest.mark.parametrize("stranger", [*UNKNOWN, *STRANGERS])
@pytest.mark.parametrize("operation", MATRIX)
def test_a_stranger_gets_what_is_due_and_no_data(
    house: House,
    secrets: Callable[[str], list[str]],
    place: Place,
    strangers: Mapping[str, Visitor],
    operation: str,
    stranger: str,
) -> None:
    role = STRANGERS.get(stranger)
    answer = ask(house.api, place, operation, strangers[stranger], role=role)
    assert answer.status_code in due(operation, stranger), answer.text
    shown = answer.text.replace(answer.request.url.path, "")
    assert not any(secret in shown for secret in secrets(stranger))


@pytest.mark.parametrize("operation", MATRIX)
def test_whoever_is_not_let_in_is_told_how_to_sign_in(
    house: House, place: Place, strangers: Mapping[str, Visitor], operation: str
) -> None:
    answer = ask(house.api, place, operation, strangers["nobody"])
    assert answer.status_code != 401 or answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", [o for o, access in MATRIX.items() if access.of_one])
def test_what_is_anothers_looks_like_what_is_not_there(
    house: House, place: Place, strangers: Mapping[str, Visitor], operation: str
) -> None:
    """Never 403, and the same words: nobody learns that it exists."""
    nowhere = Place({**place.ids, "application_id": "018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"})
    for stranger, role in STRANGERS.items():
        if role in MATRIX[operation].roles:
            asked = [ask(house.api, at, operation, strangers[stranger]) for at in (place, nowhere)]
            assert len({(a.status_code, a.json()["type"], a.json()["detail"]) for a in asked}) == 1


def test_those_concerned_do_get_in(house: House, case: Case, place: Place) -> None:
    buer = Visitors(case.clerk.http, house.settings).clerk(GELSENKIRCHEN, "buer")
    for visitor in (case.citizen, case.clerk, case.auditor, buer):
        for operation in ("GET {one}", "GET {one}/proofs/{{proof_id}}"):
            one = operation.format(one="/api/v1/applications/{application_id}")
            assert ask(house.api, place, one, visitor).status_code == 200


def test_every_operation_is_in_the_matrix(house: House) -> None:
    assert operations(create_app(house.settings, house.database)) == set(MATRIX)


def test_no_address_is_left_out_of_the_description(house: House) -> None:
    app = create_app(house.settings, house.database)
    assert set(addresses(app.routes)) - set(app.openapi()["paths"]) == DOCS


@contextmanager
def planted(house: House, portal: BlockingPortal, path: str) -> Iterator[tuple[FastAPI, str]]:
    """A copy of the app in which somebody has forgotten to ask who is there."""
    app = create_app(house.settings, house.database)
    app.add_api_route(path, lambda: {"given_name": SECRET_NAME}, methods=["GET"])
    app.router.routes.insert(0, app.router.routes.pop())
    with portal.wrap_async_context_manager(open_app(app)) as api:
        yield app, api


def test_a_route_that_nobody_thought_about_is_noticed(house: House, portal: BlockingPortal) -> None:
    with planted(house, portal, "/api/v1/secrets") as (app, _):
        assert operations(app) - set(MATRIX) == {"GET /api/v1/secrets"}


def test_a_route_without_a_check_is_noticed(
    house: House, portal: BlockingPortal, place: Place, strangers: Mapping[str, Visitor]
) -> None:
    operation = "GET /api/v1/treasury"
    with planted(house, portal, "/api/v1/treasury") as (_, api):
        for stranger in (*UNKNOWN, "an analyst"):
            answer = ask(api, place, operation, strangers[stranger])
            assert answer.status_code not in due(operation, stranger)


@pytest.mark.parametrize("role", ROLES)
def test_a_token_of_another_issuer_is_not_believed(visitors: Visitors, role: str) -> None:
    stranger = visitors.new(role, GELSENKIRCHEN, claims={"iss": "https://evil.example/issuer"})
    answer = stranger.get("/worklist")
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "urn:amtsweg:problem:issuer-not-trusted",
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": "soon"},
        {"exp": None},
        {"exp": 1e400},
        {"iat": "today"},
        {"nbf": 2**60},
        {"aud": "another-service"},
        {"aud": 5},
        {"sub": None},
        {"sub": 5},
        {"sub": ["kim"]},
        {"sub": "kim\0"},
        {"trust_level": {}},
        {"trust_level": 4},
        {"trust_level": "hearsay"},
        {"amtsweg": {}},
        {"amtsweg": "citizen"},
        {"amtsweg": {"role": ["citizen"]}},
        {"amtsweg": {"role": "mayor"}},
        {"amtsweg": {"role": "clerk", "municipality": 5513000}},
        {"amtsweg": {"role": "clerk", "municipality": "05513000", "branch": 5}},
    ],
)
def test_a_token_that_does_not_hold_lets_nobody_in(
    visitors: Visitors, claims: dict[str, object]
) -> None:
    assert visitors.citizen(**claims).get("/applications").status_code == 401


@pytest.mark.parametrize("token", ["ü", "a.b.c", "..", "x" * 9000, "\x80", "a" * 60_000])
def test_what_is_no_token_at_all_lets_nobody_in(http: httpx.Client, token: str) -> None:
    headers = {b"Authorization": b"Bearer " + token.encode("latin-1")}
    assert http.get("/applications", headers=headers).status_code == 401
