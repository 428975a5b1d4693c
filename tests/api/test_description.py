"""The description of the API holds together: a client can be made from it."""

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.api.house import House
from tests.api.operations import METHODS

Described = dict[str, Any]


@pytest.fixture(scope="module")
def description(house: House) -> Described:
    return dict(httpx.get(f"{house.api}/openapi.json", timeout=60).json())


def operations(description: Described) -> Iterator[tuple[str, Described]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            assert method in METHODS
            yield path, operation


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from references(inner)


def test_it_is_openapi_3_1_of_this_product(description: Described) -> None:
    assert description["openapi"].startswith("3.1.")
    assert description["info"]["title"] == "Amtsweg"
    assert description["info"]["version"]


def test_every_operation_says_what_it_does(description: Described) -> None:
    silent = [p for p, o in operations(description) if not (o["summary"] and o.get("description"))]
    assert silent == []


def test_every_operation_has_a_name_of_its_own(description: Described) -> None:
    names = [operation["operationId"] for _, operation in operations(description)]
    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere(description: Described) -> None:
    for reference in references(description):
        place: Any = description
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_every_address_describes_its_parameters(description: Described) -> None:
    for path, operation in operations(description):
        described = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
        assert described == {part[1:-1] for part in path.split("/") if part.startswith("{")}


def test_every_operation_speaks_of_problems_as_they_are(description: Described) -> None:
    for _, operation in operations(description):
        problem = operation["responses"]["default"]["content"]["application/problem+json"]
        assert "trace_id" in problem["schema"]["required"]
        assert "422" not in operation["responses"]


def test_every_schema_is_a_json_schema(description: Described) -> None:
    for schema in description["components"]["schemas"].values():
        jsonschema_rs.meta.validate(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        )


def test_who_needs_a_token_is_described(description: Described) -> None:
    assert description["components"]["securitySchemes"]["accessToken"]["scheme"] == "bearer"
    secured = [path for path, operation in operations(description) if "security" in operation]
    assert "/api/v1/treasury" in secured
    assert "/healthz" not in secured
