"""What the description says of `Idempotency-Key` and `If-Match` is what the operations do."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.described_headers import KEY_UNREAD
from api.onboarding_bodies.commands import COMMANDS
from tests.api.house import House
from tests.api.library_card import Case, Counter, form, photo
from tests.api.operations import (
    AUDITOR,
    CATALOGUE,
    CITIZEN,
    CLERK,
    MATRIX,
    NOWHERE,
    OPERATOR,
    V1,
    Place,
)
from tests.api.places import place_of, submitted_and_proven
from tests.api.visitors import GELSENKIRCHEN, Visitor, Visitors

BOTH = {"Idempotency-Key", "If-Match"}
GOOD = {"Idempotency-Key": "headers-1", "If-Match": '"1"'}
BAD = {"Idempotency-Key": "not one", "If-Match": "7"}
PROBLEMS = {
    "idempotency-key-missing": "Idempotency-Key",
    "idempotency-key-malformed": "Idempotency-Key",
    "if-match-missing": "If-Match",
    "if-match-malformed": "If-Match",
}
TOWN = f"POST {CATALOGUE}/municipalities/{{ags}}"
SOMEBODY = {"subject": "nobody-of-that-name", "municipality": GELSENKIRCHEN}
# What has to be in a body, so that the headers come to be looked at.
BODIES: Mapping[str, Any] = {
    f"POST {V1}/applications": form(),
    f"POST {V1}/applications/{{application_id}}/proofs/{{kind}}": photo(),
    f"POST {V1}/erasures": {"subject": "nobody-of-that-name"},
    f"POST {V1}/staff/grants": {**SOMEBODY, "role": "clerk"},
    f"POST {V1}/staff/revocations": {**SOMEBODY, "reason": "Test."},
    f"POST {CATALOGUE}/services/{{service}}/versions/{{version}}/retirement": {"reason": "Test."},
    f"{TOWN}/phase": {"phase": "live"},
    f"{TOWN}/steps": {"step": "contract"},
    f"{TOWN}/offices": {"office": "Bauamt"},
    f"{TOWN}/services/{{service}}/suspension": {"reason": "Test."},
}
# They go through the same functions as those above, and need more than any body will do for.
LIKE_OTHERS = {
    f"POST {V1}/municipalities/{{ags}}/services/{{service}}/referrals",
    f"POST {V1}/treasury/reconciliations",
    f"POST {CATALOGUE}/services/{{service}}/versions",
    f"POST {CATALOGUE}/services/{{service}}/versions/{{version}}/publication",
    f"POST {V1}/treasury/found/{{found_id}}/assignment",
    f"POST {CATALOGUE}/municipalities",
    *(f"{TOWN}/{name}" for name in COMMANDS),
    *(f"{TOWN}/services/{{service}}/{name}" for name in ("adoption", "going-live")),
} - set(BODIES)
SHOWN = [o for o in MATRIX if o.startswith(f"POST {V1}") and o not in LIKE_OTHERS]


@pytest.fixture(scope="module")
def case(counter: Counter) -> Case:
    return submitted_and_proven(counter)


@pytest.fixture(scope="module")
def place(case: Case) -> Place:
    return place_of(case)


@pytest.fixture(scope="module")
def concerned(case: Case, visitors: Visitors) -> Mapping[str, Visitor]:
    return {
        CITIZEN: case.citizen, CLERK: case.clerk, AUDITOR: case.auditor,
        OPERATOR: visitors.new("operator"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def declared(house: House) -> Mapping[str, Mapping[str, bool]]:
    """By operation: the headers that are declared, and whether they are required."""
    paths = create_app(house.settings, house.database).openapi()["paths"]
    return {
        f"POST {path}": {
            p["name"]: p["required"]
            for p in methods["post"].get("parameters", ())
            if p["name"] in BOTH
        }
        for path, methods in paths.items()
        if "post" in methods
    }


Ask = Callable[[str, dict[str, str]], str | None]


@pytest.fixture(scope="module")
def ask(house: House, case: Case, place: Place, concerned: Mapping[str, Visitor]) -> Ask:
    """Ask as who may, and return which of the two headers it is refused for."""

    def asking(operation: str, headers: dict[str, str]) -> str | None:
        method, path = place.of(operation)
        access = MATRIX[operation]
        role = next((one for one in (CITIZEN, CLERK, OPERATOR) if one in access.roles), None)
        who = concerned[role].headers if role else {}
        body = BODIES.get(operation, access.body)
        if isinstance(body, dict) and body.get("application_id") == NOWHERE:
            body = {**body, "application_id": case.id}
        given: Any = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer: httpx.Response = case.clerk.http.request(
            method, house.api + path, headers=who | headers, **given
        )
        problem = answer.json().get("type", "") if answer.is_error else ""
        return PROBLEMS.get(problem.removeprefix("urn:amtsweg:problem:"))

    return asking


@pytest.mark.parametrize("operation", SHOWN)
def test_a_header_is_declared_where_it_is_read(
    declared: Mapping[str, Mapping[str, bool]], ask: Ask, operation: str
) -> None:
    """Each is spoiled in turn: who reads it refuses, and has done nothing yet."""
    own = declared[operation]
    assert ask(operation, BAD | {"If-Match": '"1"'}) == own_or_none(own, "Idempotency-Key")
    assert ask(operation, GOOD | {"If-Match": "7"}) == own_or_none(own, "If-Match")


def own_or_none(declared: Mapping[str, bool], name: str) -> str | None:
    return name if name in declared else None


@pytest.mark.parametrize("operation", SHOWN)
def test_a_header_is_required_where_it_cannot_be_left_out(
    declared: Mapping[str, Mapping[str, bool]], ask: Ask, operation: str
) -> None:
    for name, required in declared[operation].items():
        if required:
            assert ask(operation, {k: v for k, v in GOOD.items() if k != name}) == name


def test_the_catalogue_needs_a_version_and_staff_a_key(
    declared: Mapping[str, Mapping[str, bool]],
) -> None:
    for name in COMMANDS:
        assert declared[f"POST {CATALOGUE}/municipalities/{{ags}}/{name}"]["If-Match"]
    assert declared[f"POST {V1}/staff/grants"]["Idempotency-Key"]
    assert {path for path in KEY_UNREAD if declared[f"POST {path}"]} == set()
