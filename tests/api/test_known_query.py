"""A mistyped parameter is refused everywhere, so that nobody takes the whole for a part."""

import re
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.known_query import OTHERS_ADD
from tests.api.house import House
from tests.api.library_card import Counter, form
from tests.api.operations import MATRIX, NOWHERE, V1
from tests.api.problems import pointers, require_problem

OURS = [one for one in MATRIX if one.split(" ")[1].startswith(f"{V1}/")]
REFUSING = [one for one in OURS if one.split(" ")[1] not in OTHERS_ADD]


def ask(house: House, operation: str, query: dict[str, Any]) -> httpx.Response:
    method, path = operation.split(" ")
    address = re.sub(r"\{\w+\}", NOWHERE, path)
    return httpx.request(method, f"{house.api}{address}", params=query, timeout=60)


@pytest.mark.parametrize("operation", REFUSING)
def test_an_unknown_parameter_is_refused(house: House, operation: str) -> None:
    answer = ask(house, operation, {"versoin": "2"})
    problem = require_problem(answer, 422, "form-has-problems")
    assert pointers(problem) == ["query:/versoin"]
    assert problem["errors"][0]["detail"].startswith("leave this out")


@pytest.mark.parametrize("operation", sorted(set(OURS) - set(REFUSING)))
def test_where_others_write_the_address_they_may_add_to_it(house: House, operation: str) -> None:
    assert ask(house, operation, {"versoin": "2"}).status_code in (401, 404)


def test_each_exception_is_an_operation_with_a_reason() -> None:
    assert set(OTHERS_ADD) <= {one.split(" ")[1] for one in OURS}
    assert all(OTHERS_ADD.values())


def test_what_an_operation_declares_is_no_stranger_to_it(house: House) -> None:
    paths = create_app(house.settings, house.database).openapi()["paths"]
    for operation in REFUSING:
        method, path = operation.split(" ")
        described = paths[path][method.lower()].get("parameters", ())
        query = {one["name"]: "" for one in described if one["in"] == "query"}
        answer = ask(house, operation, query)
        assert "leave this out" not in answer.text, (operation, answer.text)


def test_an_auditor_who_mistypes_is_not_shown_the_whole_history(counter: Counter) -> None:
    case = counter.submit(form())
    answer = case.auditor.get(f"{case.path}/history", versoin="1")
    assert pointers(require_problem(answer, 422, "form-has-problems")) == ["query:/versoin"]
    assert len(case.auditor.get(f"{case.path}/history", version="1").json()["events"]) == 1


def test_a_link_to_a_page_for_people_may_carry_what_a_network_adds(house: House) -> None:
    assert httpx.get(f"{house.api}/portal?fbclid=x", timeout=60).status_code == 200
