"""Who may erase whom, and what happens when it is asked twice, too early, or cut off."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from anyio.from_thread import BlockingPortal

from adapters.bootstrap import open_parts
from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from domain.application.commands import EraseApplicant
from domain.application.decisions import APPLICATION
from domain.application.events import ErasureGround
from tests.api.forgetting import (
    files_of,
    is_forgotten,
    listed,
    operator,
    submitted_by,
    withdrawn,
)
from tests.api.house import House
from tests.api.library_card import (
    REDUCED,
    Case,
    Counter,
    done,
    for_free,
    form,
    photo,
    until,
)
from tests.api.problems import Database, require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitors

COUNTER: dict[str, Any] = {"channel": "counter"}


def test_the_same_request_twice_is_answered_twice(counter: Counter, visitors: Visitors) -> None:
    case, asks = withdrawn(counter.received()), visitors.new("operator")
    body = {"subject": case.citizen.subject}
    first, again = (asks.post("/erasures", body, key="once") for _ in range(2))
    assert [one["id"] for one in done(first)["outcomes"]] == [case.id]
    assert done(again)["complete"]
    assert case.history().count("ApplicantErased") == 1


def test_a_late_retry_of_the_submission_brings_nobody_back(
    counter: Counter, visitors: Visitors, database: Database
) -> None:
    citizen, body = visitors.citizen(), for_free()
    first = done(citizen.post("/applications", body, key="submitted-once"))
    case = Case(
        counter.house, citizen, visitors.clerk(), visitors.auditor(), first["application_id"], ""
    )
    case.ask("withdrawal", {"reason": ""})
    assert operator(visitors).fates(citizen.subject) == {case.id: "erased"}
    version = case.see()["version"]
    again = citizen.post("/applications", body, key="submitted-once")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert done(again) == first
    assert (listed(citizen), case.see()["version"]) == (set(), version)
    assert is_forgotten(database, case)


def test_a_town_that_takes_no_part_is_not_said_to_be_clean(visitors: Visitors) -> None:
    """Whoever mistypes the key would take it for the answer of the right town."""
    body = {"subject": str(uuid4()), "municipality": "05999999"}
    for asks in (visitors.new("operator"), visitors.new("operator", "05999999")):
        require_problem(asks.post("/erasures", body), 404, "municipality-unknown")
    known = {**body, "municipality": GLADBECK}
    assert done(visitors.new("operator").post("/erasures", known))["complete"]


def test_in_one_town_or_in_all(counter: Counter, visitors: Visitors) -> None:
    citizen = visitors.citizen()
    here, there = (
        withdrawn(submitted_by(counter, citizen, for_free(municipality=town)))
        for town in (GELSENKIRCHEN, GLADBECK)
    )
    assert operator(visitors).fates(citizen.subject, GLADBECK) == {there.id: "erased"}
    assert (here.see()["erased"], there.see()["erased"]) == (False, True)
    assert listed(citizen, there.see()["position"]) == {here.id}
    assert operator(visitors).fates(citizen.subject) == {here.id: "erased"}
    assert here.see()["erased"]


def test_an_operator_of_one_town_cannot_erase_in_another(
    counter: Counter, visitors: Visitors
) -> None:
    citizen = visitors.citizen()
    here, there = (
        withdrawn(submitted_by(counter, citizen, for_free(municipality=town)))
        for town in (GELSENKIRCHEN, GLADBECK)
    )
    asks = visitors.new("operator", GLADBECK)
    body = {"subject": citizen.subject, "municipality": GELSENKIRCHEN}
    require_problem(asks.post("/erasures", body), 404, "not-found")
    assert operator(visitors, GLADBECK).fates(here.id) == {}
    assert operator(visitors, GLADBECK).fates(citizen.subject) == {there.id: "erased"}
    assert not here.see()["erased"]


def test_what_came_without_an_account_is_found_by_its_id(
    counter: Counter, visitors: Visitors
) -> None:
    case = counter.submit(for_free(**COUNTER))
    other = counter.submit(for_free(**COUNTER))
    case.decide("claim")
    case.decide("rejection", {"reason": "Kein Wohnsitz."})
    assert operator(visitors).fates(case.id.upper()) == {case.id: "erased"}
    assert (case.see()["erased"], other.see()["erased"]) == (True, False)


def test_what_has_not_ended_stays_and_is_told(counter: Counter, visitors: Visitors) -> None:
    citizen = visitors.citizen()
    ended, open_ = (submitted_by(counter, citizen, for_free()) for _ in range(2))
    withdrawn(ended)
    told = operator(visitors).erase(citizen.subject)
    assert {one["id"]: one["fate"] for one in told["outcomes"]} == {
        ended.id: "erased",
        open_.id: "open",
    }
    assert not told["complete"]
    assert open_.see()["applicant"]["family_name"] == "Bauer"
    assert listed(citizen, ended.see()["position"]) == {open_.id}
    withdrawn(open_)
    assert operator(visitors).erase(citizen.subject)["complete"]


@pytest.mark.parametrize("role", ["citizen", "clerk", "auditor", "analyst"])
def test_only_an_operator_erases(visitors: Visitors, role: str) -> None:
    asks = visitors.new(role, None if role == "citizen" else GELSENKIRCHEN)
    answer = asks.post("/erasures", {"subject": asks.subject})
    require_problem(answer, 403, "role-not-allowed")


@pytest.mark.parametrize("subject", ["", "a\nb", "x" * 256, None, 5])
def test_a_subject_that_cannot_be_one_is_refused(visitors: Visitors, subject: object) -> None:
    answer = operator(visitors).visitor.post("/erasures", {"subject": subject})
    require_problem(answer, 422, "form-has-problems")


def test_a_stranger_leaves_no_trace(visitors: Visitors) -> None:
    for subject in ("nobody", str(uuid4()), str(UUID(int=0))):
        assert operator(visitors).erase(subject) == {
            "known": False,
            "complete": True,
            "outcomes": [],
        }


def test_a_proof_that_no_event_tells_of_goes_too(
    house: House, counter: Counter, visitors: Visitors
) -> None:
    """Its upload was cut off between the file and the event."""
    case = counter.submit(form(answers=REDUCED))
    case.prove(photo())
    (house.settings.files / case.id / "cut-off").write_bytes(photo())
    withdrawn(case)
    assert operator(visitors).fates(case.id) == {case.id: "erased"}
    assert files_of(house, case) == []


def test_what_was_cut_off_after_the_fact_is_finished(
    house: House, portal: BlockingPortal, counter: Counter, database: Database
) -> None:
    case = counter.submit(form(answers=REDUCED))
    case.prove(photo())
    withdrawn(case)
    command = EraseApplicant(ground=ErasureGround.REQUEST, by="op", now=datetime.now(UTC))
    metadata = Metadata(uuid4(), ActorStamp("op", "operator"), "trace")

    async def only_the_fact() -> None:
        async with open_parts(house.settings, house.database) as parts:
            await parts.office.carry_out(APPLICATION, Order(UUID(case.id), command, metadata))

    assert files_of(house, case)
    portal.call(only_the_fact)
    until(lambda: is_forgotten(database, case))
    until(lambda: not files_of(house, case) and not case.subjects())
    assert case.see()["erased"]


def test_a_proof_that_arrives_while_its_person_is_erased_leaves_no_file(
    counter: Counter, visitors: Visitors, house: House
) -> None:
    case = counter.submit(form({}, REDUCED))
    content = photo()

    def slowly() -> Iterator[bytes]:
        yield content[:100]
        withdrawn(case)
        assert operator(visitors).fates(case.citizen.subject) == {case.id: "erased"}
        yield content[100:]

    answer = case.citizen.upload(f"{case.path}/proofs/reduction-proof", slowly())
    assert answer.status_code == 404
    assert files_of(house, case) == []


def test_whose_payment_page_is_open_is_erased_once_that_has_ended(
    counter: Counter, visitors: Visitors
) -> None:
    case = counter.submit(form())
    payment = case.begin_payment()
    withdrawn(case)
    assert operator(visitors).fates(case.id) == {case.id: "paying"}
    case.come_back(case.press(payment, "cancel"))
    assert operator(visitors).fates(case.id) == {case.id: "erased"}


def test_who_pays_while_they_ask_to_be_erased_gets_the_money_back_first(
    counter: Counter, visitors: Visitors
) -> None:
    case = counter.submit(form())
    payment = case.begin_payment()
    withdrawn(case)
    case.come_back(case.press(payment))
    assert operator(visitors).fates(case.id)[case.id] in {"paying", "owed"}
    (row,) = until(case.owed)
    assert operator(visitors).fates(case.id) == {case.id: "owed"}
    done(case.clerk.post(f"{case.path}/payments/{row['payment_id']}/refund", {"reference": "KA-1"}))
    assert operator(visitors).fates(case.id) == {case.id: "erased"}
