"""Certificates of birth, marriage and death: ordered, paid, sent or picked up."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from api.sandbox.transactions import Transactions
from tests.api.library_card import Counter
from tests.api.lives.applying import (
    ADDRESS,
    AT_COUNTER,
    MAIL,
    MISSING,
    application,
    claimed,
    day,
    pointed_at,
    proven,
    refused,
    refused_to_clerk,
    with_answers,
)
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN

ORDER = {"relation": "child", "purpose": "estate", "copies": 1, "address": ADDRESS}
ANSWERS: dict[str, dict[str, Any]] = {
    "birth-certificate": {
        **ORDER,
        "given_names": "Erika",
        "birth_name": "Beispiel",
        "birth_date": "1950-02-28",
        "birth_place": GELSENKIRCHEN,
    },
    "marriage-certificate": {
        **ORDER,
        "first_spouse": "Erika Beispiel",
        "second_spouse": "Max Muster",
        "marriage_date": "1975-08-01",
        "marriage_place": GELSENKIRCHEN,
    },
    "death-certificate": {
        **ORDER,
        "given_names": "Max",
        "family_name": "Muster",
        "birth_date": "1948-11-11",
        "death_date": day(-40),
        "death_place": GELSENKIRCHEN,
    },
}
DATES = {
    "birth-certificate": "birth_date",
    "marriage-certificate": "marriage_date",
    "death-certificate": "death_date",
}
every_certificate = pytest.mark.parametrize("service", ANSWERS)


def order(service: str, fulfilment: dict[str, str] = MAIL, **changes: Any) -> dict[str, Any]:
    body = application(service, ANSWERS[service], variant="certificate", fulfilment=fulfilment)
    return with_answers(body, **changes)


@every_certificate
def test_it_is_ordered_paid_approved_and_sent(counter: Counter, service: str) -> None:
    case = counter.submit(order(service, copies=3))
    fee = case.see()["fee"]
    assert (fee["cents"], fee["tariff"], fee["due"]) == (1000 + 2 * 500, "first-copy", True)
    case.pay()
    claimed(case)
    assert case.decide("approval")["status"] == "approved"
    assert case.decide("dispatch")["status"] == "dispatched"


def test_two_copies_are_two_however_the_number_is_written(counter: Counter) -> None:
    fee = counter.submit(order("birth-certificate", copies=2.0)).see()["fee"]
    assert (fee["cents"], [item["quantity"] for item in fee["items"]]) == (1500, [1, 1])


def test_the_platform_is_told_of_each_copy(counter: Counter) -> None:
    case = counter.submit(order("birth-certificate", copies=3))
    begun = case.begin_payment()
    platform = Transactions(case.house.settings.sandbox_home, lambda: datetime.now(UTC))
    (asked,) = (p.request for p in platform.all() if p.request["requestId"] == begun["payment_id"])
    items = [
        (one["description"], one["quantity"], one["singleNetAmount"]) for one in asked["items"]
    ]
    assert items == [
        ("Erste Urkunde", 1, Decimal(10)),
        ("Jede weitere im selben Auftrag", 2, Decimal(5)),
    ]
    assert asked["grosAmount"] == Decimal(20)


@every_certificate
def test_it_can_be_picked_up_at_a_counter_of_the_town(counter: Counter, service: str) -> None:
    case = counter.submit(order(service, AT_COUNTER))
    case.pay()
    claimed(case)
    case.decide("approval")
    refused_to_clerk(case, "dispatch", 409, "fulfilment-not-chosen")
    case.decide("ready-for-pickup", {})
    assert case.decide("pickup")["status"] == "picked-up"


@every_certificate
def test_it_is_not_handed_over_before_it_is_paid(counter: Counter, service: str) -> None:
    case = counter.submit(order(service))
    assert case.see()["status"] == "submitted"
    refused_to_clerk(case, "claim", 409, "not-received-yet")


@every_certificate
def test_for_a_pension_it_costs_nothing(counter: Counter, service: str) -> None:
    seen = counter.submit(order(service, purpose="pension", copies=1)).see()
    assert (seen["fee"]["cents"], seen["status"]) == (0, "received")


@every_certificate
def test_a_legal_interest_has_to_be_proven(counter: Counter, service: str) -> None:
    case = counter.submit(order(service, relation="legal-interest", purpose="pension"))
    seen = case.see()
    assert (seen["status"], seen["missing_proofs"]) == ("submitted", ["legal-interest"])
    proven(case, "legal-interest")
    assert case.becomes("received")["missing_proofs"] == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"copies": 10}, "/changes/copies"),
        ({"purpose": "pension"}, "/changes/purpose"),
        ({"relation": "legal-interest"}, "/changes/relation"),
    ],
)
def test_no_correction_gets_round_the_fee_or_a_proof(
    counter: Counter, changes: dict[str, Any], pointer: str
) -> None:
    case = counter.submit(order("birth-certificate"))
    case.pay()
    claimed(case)
    asked = case.decide("corrections", {"message": "Bitte die Angaben prüfen."})
    path = f"{case.path}/corrections/{asked['open_correction']}/answer"
    answer = case.citizen.post(path, {"message": "So.", "changes": changes})
    problem = require_problem(answer, 422, "form-has-problems")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert "zurückziehen" in problem["errors"][0]["detail"]
    fine = {"message": "So.", "changes": {"given_names": "Erika Maria"}}
    assert case.citizen.post(path, fine).json()["open_correction"] is None


@every_certificate
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("copies", 0, "at least 1"),
        ("copies", 11, "at most 10"),
        ("copies", 1.5, "whole number"),
        ("copies", MISSING, "Fill in: Number of copies."),
        ("relation", "neighbour", "Choose one of these values"),
        ("address", MISSING, "Fill in: Address"),
        ("register_number", "unknown", "older certificate"),
    ],
)
def test_a_wrong_answer_is_pointed_at(
    counter: Counter, service: str, name: str, value: object, said: str
) -> None:
    problems = pointed_at(counter, order(service, **{name: value}))
    assert list(problems) == [f"/answers/{name}"]
    assert said in problems[f"/answers/{name}"]


@every_certificate
@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2021-02-30", "a date that exists"),
        ("30.06.2021", "a date that exists"),
        (day(2), "older entries are kept by the town archive"),
        ("1890-01-01", "older entries are kept by the town archive"),
    ],
)
def test_an_impossible_date_is_pointed_at(
    counter: Counter, service: str, date: str, said: str
) -> None:
    pointer = f"/answers/{DATES[service]}"
    assert said in pointed_at(counter, order(service, **{DATES[service]: date}))[pointer]


@pytest.mark.parametrize("place", ["5513000", "05999000", "05513001", "09162000", "05562", "Marl"])
def test_a_place_that_is_no_town_of_the_land_is_pointed_at(counter: Counter, place: str) -> None:
    problems = pointed_at(counter, order("birth-certificate", birth_place=place), "de")
    assert "Gemeinde in Nordrhein-Westfalen" in problems["/answers/birth_place"]


def test_nobody_dies_before_they_are_born(counter: Counter) -> None:
    body = order("death-certificate", birth_date=day(-2), death_date=day(-9))
    assert "before the date of birth" in pointed_at(counter, body)["/answers/death_date"]


@every_certificate
def test_a_child_cannot_order_one(counter: Counter, service: str) -> None:
    body = order(service)
    body["applicant"]["birth_date"] = day(-15 * 365)
    problems = pointed_at(counter, body, "de")
    assert "ab 16 Jahren" in problems["/applicant/birth_date"]


@every_certificate
def test_a_password_is_too_weak_a_sign_in(counter: Counter, service: str) -> None:
    answer = counter.visitors.citizen(trust_level="basic").post("/applications", order(service))
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (
        401,
        "step-up-needed",
    )


@every_certificate
def test_it_is_sent_or_picked_up_and_nothing_else(counter: Counter, service: str) -> None:
    refused(counter, order(service, {"mode": "online-only"}), 422, "choice-not-offered")
    refused(counter, order(service, {"mode": "pickup", "branch": "buer"}), 422,
            "branch-not-offered")  # fmt: skip
