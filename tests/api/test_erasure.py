"""Erasing a person: what happened stays, whom it was about is gone from everywhere."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.read_models.rebuild import rebuild
from projections.catalogue import PROJECTIONS
from tests.api.forgetting import (
    a_name,
    everything_in,
    files_of,
    found,
    listed,
    lived,
    operator,
    statistics,
)
from tests.api.house import House
from tests.api.library_card import (
    A_MINOR,
    GUARDED,
    Case,
    Counter,
    done,
    form,
)
from tests.api.problems import Database, require_problem
from tests.api.visitors import Visitors
from tests.keys import MAPPER

COUNTER: dict[str, Any] = {"channel": "counter"}


@pytest.fixture(scope="module")
def name() -> str:
    return a_name()


@pytest.fixture(scope="module")
def before(counter: Counter, name: str) -> Case:
    return lived(counter, name)


@pytest.fixture(scope="module")
def proof(before: Case) -> str:
    """Where it could be read before."""
    path = f"{before.path}/proofs/{before.see()['proofs'][0]['proof_id']}"
    assert before.auditor.get(path).is_success
    return path


@pytest.fixture(scope="module")
def namesake(counter: Counter, name: str) -> Case:
    """Somebody else of this name, whose application goes on."""
    case = counter.submit(form({**A_MINOR, "family_name": name}, GUARDED))
    case.decide("claim")
    return case


@pytest.fixture(scope="module")
def counts(before: Case, namesake: Case, visitors: Visitors) -> object:
    return statistics(visitors.analyst(), namesake.see()["position"])


@pytest.fixture(scope="module")
def erased(before: Case, proof: str, counts: object, visitors: Visitors) -> Case:
    """Whose account was erased, after it could be seen everywhere."""
    assert proof
    assert counts
    assert before.id in listed(before.citizen, before.see()["position"])
    assert len(before.subjects()) == 3
    told = operator(visitors).erase(before.citizen.subject)
    outcome = {"id": before.id, "fate": "erased", "until": None, "damage": None}
    assert told == {"known": True, "complete": True, "outcomes": [outcome]}
    return before


def test_their_list_is_empty(erased: Case) -> None:
    assert listed(erased.citizen) == set()
    require_problem(erased.citizen.get(erased.path), 404, "not-found")


def test_the_worklist_finds_nobody_but_who_has_the_same_name(
    erased: Case, namesake: Case, name: str
) -> None:
    assert found(namesake, name) == {namesake.id}


def test_an_auditor_sees_what_happened_and_not_to_whom(erased: Case, name: str) -> None:
    answer = erased.auditor.get(f"{erased.path}/history")
    history = done(answer)
    assert [event["name"] for event in history["events"]][-2:] == [
        "OnlineOnlyIssued",
        "ApplicantErased",
    ]
    assert history["events"][-1]["data"]["ground"] == "request"
    state = history["state"]
    assert (state["erased"], state["applicant"], state["answers"]) == (True, None, {})
    assert (state["status"], state["fee"]["paid"], state["card_number"]) == (
        "issued-online",
        True,
        None,
    )
    assert not [e for e in history["events"] if e["role"] == "citizen" and e["actor"]]
    for known in (name, erased.email, erased.citizen.subject, "1990-01-31", "0209 1690"):
        assert known not in answer.text


def test_nor_as_it_was_at_any_moment_before(erased: Case, name: str) -> None:
    last = erased.see()["version"]
    for version in range(1, last + 1):
        answer = erased.auditor.get(f"{erased.path}/history", version=version)
        assert done(answer)["state"]["erased"]
        assert name not in answer.text
    then = done(erased.auditor.get(erased.path + "/history", at=datetime.now(UTC).isoformat()))
    assert then["state"]["version"] == last


def test_the_proof_is_gone(house: House, erased: Case, proof: str) -> None:
    require_problem(erased.auditor.get(proof), 404, "not-found")
    assert files_of(house, erased) == []


def test_it_cannot_be_taken_up_again(erased: Case) -> None:
    version = erased.see()["version"]
    again = erased.clerk.post(f"{erased.path}/reopening", {"reason": "Doch."}, version=version)
    require_problem(again, 409, "applicant-was-erased")


def test_the_mail_catcher_has_none_of_their_mails(erased: Case, namesake: Case) -> None:
    assert erased.subjects() == []
    assert namesake.subjects()


def test_the_statistics_are_as_they_were(erased: Case, counts: object, visitors: Visitors) -> None:
    assert statistics(visitors.analyst(), erased.see()["position"]) == counts


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_a_read_model_made_anew_is_the_same(erased: Case, house: House, projection: object) -> None:
    assert erased.see()["erased"]
    rebuilt = asyncio.run(rebuild(house.database, projection, MAPPER, lambda *_: None))  # type: ignore[arg-type]
    assert rebuilt.differing == 0


def test_nothing_of_them_is_in_any_table(
    erased: Case, namesake: Case, name: str, database: Database
) -> None:
    everything = everything_in(database)
    assert erased.id in everything
    assert namesake.clerk.subject in everything
    for known in (name, erased.email, erased.citizen.subject, namesake.email):
        assert known not in everything


def test_twice_is_once(erased: Case, visitors: Visitors) -> None:
    version = erased.see()["version"]
    told = operator(visitors).erase(erased.citizen.subject)
    assert told == {"known": False, "complete": True, "outcomes": []}
    told = operator(visitors).erase(erased.id)
    outcome = {"id": erased.id, "fate": "erased", "until": None, "damage": None}
    assert told == {"known": True, "complete": True, "outcomes": [outcome]}, "by its id it is known"
    assert erased.see()["version"] == version
