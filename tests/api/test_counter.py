"""What came by counter, phone or post: the clerk types it in and speaks for the applicant."""

from typing import Any

import pytest

from tests.api.library_card import (
    PICKUP,
    REDUCED,
    Case,
    Counter,
    done,
    for_free,
    form,
    photo,
    until,
    virus,
)
from tests.api.problems import require_problem

COUNTER = {"channel": "counter"}


@pytest.fixture
def at_counter(counter: Counter) -> Case:
    return counter.submit(form(answers=REDUCED, fulfilment=PICKUP, **COUNTER))


def take_fee(case: Case, key: str | None = None) -> Any:
    body = {"method": "cash", "receipt": "B-2026/17"}
    return case.clerk.post(f"{case.path}/counter-payments", body, key=key)


def test_proof_and_fee_at_the_counter_make_it_complete(at_counter: Case) -> None:
    done(at_counter.clerk.upload(f"{at_counter.path}/proofs/reduction-proof", photo()))
    assert done(take_fee(at_counter))["fee"]["paid"]
    at_counter.becomes("received")
    assert "ApplicationPaid" in at_counter.history()


def test_the_same_receipt_twice_is_one_payment_and_one_answer(at_counter: Case) -> None:
    first, again = take_fee(at_counter, "k-17"), take_fee(at_counter, "k-17")
    assert done(first) == done(again)
    assert again.headers["Idempotent-Replayed"] == "true"
    require_problem(take_fee(at_counter, "k-18"), 409, "no-fee-due")


def test_a_clerk_answers_and_withdraws_for_who_has_no_account(counter: Counter) -> None:
    case = counter.submit(for_free(**COUNTER))
    case.decide("claim")
    asked = case.decide("corrections", {"message": "Welche Hausnummer?"})
    answer = f"{case.path}/corrections/{asked['open_correction']}/answer"
    assert done(case.clerk.post(answer, {"message": "Elf"}))["open_correction"] is None
    withdrawn = case.clerk.post(f"{case.path}/withdrawal", {"reason": "am Telefon"})
    assert done(withdrawn)["status"] == "withdrawn"


def test_a_clerk_does_not_speak_for_who_has_an_account(counter: Counter) -> None:
    case = counter.received()
    require_problem(case.clerk.post(f"{case.path}/withdrawal", {"reason": ""}), 404, "not-found")


def test_nobody_says_how_old_they_are(counter: Counter) -> None:
    citizen = counter.visitors.citizen()
    problem = require_problem(
        citizen.post("/applications", form(answers={"age": 12})), 422, "form-has-problems"
    )
    assert [error["pointer"] for error in problem["errors"]] == ["/answers/age"]


def test_a_proof_that_was_refused_can_be_sent_again(counter: Counter) -> None:
    case = counter.submit(form(answers=REDUCED, fulfilment=PICKUP))
    refused = virus(case.house)
    for times in (1, 2):
        case.prove(refused)
        until(lambda times=times: case.history().count("ProofRefused") == times)


def test_the_card_of_a_case_taken_up_again_opens_nothing(counter: Counter) -> None:
    case = counter.claimed()
    case.decide("approval")
    assert case.see()["entitlements"]
    reopened = case.decide("reopening", {"reason": "Verwechslung"})
    assert reopened["status"] == "received"
    assert case.see()["entitlements"] == []


def test_a_correction_that_nobody_needs_any_more_is_closed(counter: Counter) -> None:
    case = counter.claimed()
    case.decide("corrections", {"message": "Welche Hausnummer?"})
    case.ask("withdrawal", {"reason": ""})
    assert [c["state"] for c in case.see()["corrections"]] == ["closed"]
