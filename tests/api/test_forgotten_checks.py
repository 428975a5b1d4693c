"""A check that somebody forgets is noticed by what the matrix asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI

from api.app import create_app
from api.desk import Clerk, Operator
from api.onboarding_bodies.town import ClosureBody
from tests.api.house import House, open_app
from tests.api.library_card import Counter
from tests.api.operations import CATALOGUE, MATRIX, ONE, Place, operations
from tests.api.places import place_of, submitted_and_proven
from tests.api.test_access import ask, barred, due
from tests.api.visitors import GLADBECK, Visitors


@pytest.fixture(scope="module")
def place(counter: Counter) -> Place:
    return place_of(submitted_and_proven(counter))


OPERATORS = {"an operator of the other town", "an operator barred here"}
Forgotten = tuple[str, Any, set[str]]
CLOSURE = f"POST {CATALOGUE}/municipalities/{{ags}}/closure"


async def forgetful(application_id: UUID, clerk: Clerk) -> dict[str, str]:
    """Asks for the role, and forgets to ask whose application it is."""
    return {"application_id": str(application_id), "reader": clerk.subject}


async def forgets_the_town(ags: str, body: ClosureBody, operator: Operator) -> dict[str, str]:
    """Asks for the role, and forgets to ask whose town it is."""
    return {"ags": ags, "reason": body.reason, "by": operator.subject}


async def careless(application_id: UUID) -> dict[str, str]:
    """Asks nobody for anything."""
    return {"application_id": str(application_id)}


@contextmanager
def planted(
    house: House, portal: BlockingPortal, operation: str, route: Any
) -> Iterator[tuple[FastAPI, str]]:
    app = create_app(house.settings, house.database)
    method, path = operation.split(" ")
    app.add_api_route(path, route, methods=[method])
    app.router.routes.insert(0, app.router.routes.pop())
    with portal.wrap_async_context_manager(open_app(app)) as api:
        yield app, api


@pytest.mark.parametrize(
    "forgotten",
    [
        (f"GET {ONE}", forgetful, {"another citizen", "a clerk of the other town"}),
        (
            f"GET {ONE}",
            careless,
            {"nobody", "another citizen", "a clerk of the other town", "an analyst", *OPERATORS},
        ),
        (CLOSURE, forgets_the_town, OPERATORS),
    ],
)
def test_a_route_that_forgets_its_check_is_noticed(
    house: House, portal: BlockingPortal, place: Place, visitors: Visitors, forgotten: Forgotten
) -> None:
    operation, route, strangers = forgotten
    people = {
        "nobody": visitors.nobody(),
        "another citizen": visitors.citizen(),
        "a clerk of the other town": visitors.clerk(GLADBECK),
        "an analyst": visitors.analyst(),
        "an operator of the other town": visitors.new("operator", GLADBECK),
        "an operator barred here": barred(visitors, "operator"),
    }
    with planted(house, portal, operation, route) as (app, api):
        assert operations(app) == set(MATRIX)  # its name tells nothing: what it answers does
        noticed = set()
        for stranger, visitor in people.items():
            answer = ask(api, place, operation, visitor)
            if answer.status_code not in due(operation, stranger):
                noticed.add(stranger)
    assert noticed == strangers
