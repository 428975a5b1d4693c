"""A back office fetches what is its own, by position or one by one, and says that it has it."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import httpx
import pytest

from adapters.catalogue.form import check
from adapters.catalogue.loading import load
from tests.api.house import BACK_OFFICES, House
from tests.api.library_card import Case, Counter, done, until
from tests.api.places import submitted_and_proven
from tests.api.problems import Database

OURS, OTHERS = ({"Authorization": f"Bearer {b.token.get_secret_value()}"} for b in BACK_OFFICES)


@pytest.fixture(scope="module")
def approved(counter: Counter) -> Case:
    """Paid and proven, and approved for pick-up at Buer."""
    case = submitted_and_proven(counter)
    case.pay()
    case.becomes("received")
    case.decide("claim")
    case.decide("approval")
    return case


def get(http: httpx.Client, path: str = "", office: Mapping[str, str] = OURS, **query: Any) -> Any:
    return http.get(f"/hand-overs{path}", headers=office, params=query)


@pytest.fixture(scope="module")
def row(http: httpx.Client, approved: Case) -> dict[str, Any]:
    def own() -> list[dict[str, Any]]:
        rows = done(get(http, limit=500))["hand_overs"]
        return [row for row in rows if row["application_id"] == approved.id]

    return until(own)[0]


@pytest.fixture(scope="module")
def path(row: dict[str, Any]) -> str:
    return f"/{row['hand_over_id']}"


def acknowledge(
    http: httpx.Client, path: str, body: Any, office: Mapping[str, str] = OURS
) -> httpx.Response:
    return http.post(f"/hand-overs{path}/acknowledgement", json=body, headers=office)


def test_it_lists_by_position_and_goes_on_from_there(http: httpx.Client, row: Any) -> None:
    before = done(get(http, after=row["position"] - 1, limit=1))
    assert before["hand_overs"] == [row]
    assert before["next"] == row["position"]
    assert row not in done(get(http, after=row["position"]))["hand_overs"]
    assert row in done(get(http, unacknowledged=True, limit=500))["hand_overs"]
    assert done(get(http, after=2**62)) == {"hand_overs": [], "next": 2**62}


def test_it_fetches_the_data_set_and_the_proof_it_names(
    http: httpx.Client, house: House, approved: Case, path: str
) -> None:
    answer = get(http, path)
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["type"], told["data"]["application_id"]) == ("application.approved", approved.id)
    assert told["data"]["applicant"]["email"] == approved.email
    (proof,) = told["data"]["proofs"]
    assert proof["url"].startswith(house.api)
    file = http.get(proof["url"], headers=OURS)
    assert file.headers["content-type"] == proof["media_type"]
    assert sha256(file.content).hexdigest() == proof["sha256"]
    accesses = done(approved.auditor.get(f"{approved.path}/accesses"))["accesses"]
    assert ("library-system", "back-office") in {(a["reader"], a["role"]) for a in accesses}


def test_its_answers_are_as_the_definition_it_names_asks_for_them(
    http: httpx.Client, path: str
) -> None:
    data = get(http, path).json()["data"]
    (asked,) = [
        one
        for one in load().definitions
        if (one.key, one.version) == (data["service"], data["service_version"])
    ]
    assert data["answers"].keys() <= asked.form["properties"].keys()
    known = {**data["answers"], "variant": data["variant"], "age": 30}
    today = date.fromisoformat(data["filed_on"])
    assert check(asked, known, today=today) == []
    assert check(asked, {**known, "no_such_field": 1}, today=today)


def test_another_back_office_finds_nothing_of_it(http: httpx.Client, row: Any, path: str) -> None:
    rows = done(get(http, office=OTHERS, limit=500))["hand_overs"]
    assert row["hand_over_id"] not in {one["hand_over_id"] for one in rows}
    proof_id = get(http, path).json()["data"]["proofs"][0]["proof_id"]
    for answer in (
        get(http, path, OTHERS),
        get(http, f"{path}/proofs/{proof_id}", OTHERS),
        acknowledge(http, path, {}, OTHERS),
    ):
        assert answer.status_code == 404


def test_a_token_of_a_clerk_is_not_one_of_a_back_office(
    http: httpx.Client, approved: Case, path: str
) -> None:
    answer = get(http, path, approved.clerk.headers)
    assert (answer.status_code, answer.json()["type"]) == (
        401,
        "urn:amtsweg:problem:back-office-unknown",
    )
    assert http.get("/worklist", headers=OURS).status_code == 401


def test_a_proof_of_something_else_is_not_there(http: httpx.Client, path: str) -> None:
    nowhere = "018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"
    assert get(http, f"{path}/proofs/{nowhere}").status_code == 404


@pytest.mark.parametrize("body", [{"reference": "x" * 201}, {"reference": "a\nb"}, {"ref": "1"}])
def test_a_reference_is_a_line(http: httpx.Client, path: str, body: Any) -> None:
    assert acknowledge(http, path, body).status_code == 422


def test_it_says_that_it_has_it_as_often_as_it_likes(
    http: httpx.Client, approved: Case, path: str, row: Any
) -> None:
    """First without a number, then with one; the first one stands."""
    said = [acknowledge(http, path, body) for body in ({}, {}, {"reference": "L-1"})]
    said += [acknowledge(http, path, {"reference": "L-2"})]
    assert [done(one)["reference"] for one in said] == ["", "", "L-1", "L-1"]
    assert approved.history().count("ApplicationHandedOver") == 2
    (now,) = done(get(http, after=row["position"] - 1, limit=1))["hand_overs"]
    assert now["state"] == "delivered"
    waiting = done(get(http, after=row["position"] - 1, unacknowledged=True))["hand_overs"]
    assert now not in waiting


def test_of_who_was_erased_nothing_is_there(
    http: httpx.Client, counter: Counter, visitors: Any, database: Database
) -> None:
    case = counter.claimed()
    case.decide("approval")
    case.becomes("issued-online")

    def own() -> list[str]:
        rows = done(get(http, limit=500))["hand_overs"]
        return [row["hand_over_id"] for row in rows if row["application_id"] == case.id]

    path = f"/{until(own)[0]}"
    assert get(http, path).status_code == 200
    operator = visitors.new("operator")
    assert done(operator.post("/erasures", {"subject": case.id}))["complete"]
    assert own() == []
    assert get(http, path).status_code == acknowledge(http, path, {}).status_code == 404
