"""A dog is registered (a decision) and deregistered (a notification)."""

from typing import Any

import pytest

from tests.api.library_card import Counter
from tests.api.lives.applying import (
    ACKNOWLEDGED,
    ADDRESS,
    AT_COUNTER,
    CANARY,
    MAIL,
    MISSING,
    application,
    as_shown,
    claimed,
    day,
    pointed_at,
    proven,
    refused,
    with_answers,
)
from tests.api.visitors import GELSENKIRCHEN

IBAN = "DE89 3704 0044 0532 0130 00"
DOG = {
    "residence": GELSENKIRCHEN,
    "address": ADDRESS,
    "dog_name": "Waldi",
    "breed": "Dackel",
    "dog_birth_date": day(-700),
    "dog_class": "ordinary",
    "kept_since": day(-30),
    "dogs_in_household": 1,
    "relief": "none",
    "pays_by": "direct-debit",
    "account_holder": "Kim Bauer",
    "iban": IBAN,
    "sepa_mandate": True,
}
GONE = {
    "residence": GELSENKIRCHEN,
    "tax_number": "12.345-6",
    "dog_name": "Waldi",
    "reason": "died",
    "ended_on": day(-3),
}


def registration(fulfilment: dict[str, str] = MAIL, **changes: Any) -> dict[str, Any]:
    body = application("dog-tax-registration", DOG, fulfilment=fulfilment)
    return with_answers(body, **changes)


def deregistration(**changes: Any) -> dict[str, Any]:
    body = application("dog-tax-deregistration", GONE, fulfilment=ACKNOWLEDGED)
    return with_answers(body, **changes)


def test_a_dog_is_registered_without_a_payment_and_the_tag_is_sent(counter: Counter) -> None:
    case = counter.submit(registration())
    seen = case.see()
    assert (seen["status"], seen["fee"]["cents"], seen["fee"]["due"]) == ("received", 0, False)
    claimed(case)
    case.decide("approval")
    assert case.decide("dispatch")["status"] == "dispatched"
    case.gets_mail("Mit der Post unterwegs")
    assert case.subjects() == ["Ihr Antrag ist eingegangen", "Mit der Post unterwegs"]


def test_the_tag_can_be_picked_up(counter: Counter) -> None:
    case = claimed(counter.submit(registration(AT_COUNTER)))
    case.decide("approval")
    case.decide("ready-for-pickup", {})
    assert case.decide("pickup")["status"] == "picked-up"


CHIPPED = {"chip_number": "276098106123456"}


@pytest.mark.parametrize(
    ("line", "cents", "changes"),
    [
        ("one-dog", 15600, {}),
        ("one-dog", 15600, {"dog_class": "large", **CHIPPED}),
        ("two-dogs", 2 * 18000, {"dogs_in_household": 2}),
        ("more-dogs", 4 * 20400, {"dogs_in_household": 4}),
        ("exempt", 0, {"relief": "assistance-dog"}),
        ("reduced", 7800, {"relief": "social-benefit"}),
        ("reduced", 7800, {"relief": "rescue-dog"}),
        ("listed", 60000, {"dog_class": "listed", **CHIPPED}),
    ],
)
def test_what_the_notice_will_demand_is_announced(
    counter: Counter, line: str, cents: int, changes: dict[str, Any]
) -> None:
    announced = counter.submit(registration(**changes)).see()["announced_fee"]
    assert (announced["tariff"], announced["cents"]) == (line, cents)


@pytest.mark.parametrize(
    "changes",
    [
        {"relief": "assistance-dog", "dogs_in_household": 3},
        {"relief": "rescue-dog", "dogs_in_household": 2},
        {"relief": "social-benefit", "dog_class": "listed", **CHIPPED},
        {"dogs_in_household": 2, "dog_class": "listed", **CHIPPED},
    ],
)
def test_what_the_form_cannot_know_of_the_other_dogs_is_not_announced(
    counter: Counter, changes: dict[str, Any]
) -> None:
    case = counter.submit(registration(**changes))
    assert case.see()["announced_fee"] is None


def test_the_yearly_amounts_of_the_town_are_shown_to_anybody(counter: Counter) -> None:
    shown = as_shown(counter, "dog-tax-registration")
    assert shown["tariff"] == []
    assert {line["name"]: line["cents"] for line in shown["announced"]} == {
        "exempt": 0,
        "reduced": 7800,
        "listed": 60000,
        "one-dog": 15600,
        "two-dogs": 18000,
        "more-dogs": 20400,
    }


def test_a_dog_of_a_listed_breed_needs_a_chip_an_insurance_and_a_permit(counter: Counter) -> None:
    problems = pointed_at(counter, registration(dog_class="listed"))
    assert list(problems) == ["/answers/chip_number"]
    case = counter.submit(registration(dog_class="listed", chip_number="276098106123456"))
    assert case.see()["missing_proofs"] == ["liability-insurance", "keeping-permit"]
    proven(case, "liability-insurance", "keeping-permit")
    case.becomes("received")


@pytest.mark.parametrize(
    "iban",
    [
        "DE89 3704 0044 0532 0130 01",  # check digits
        "DE89 3704 0044 0532 0130",  # too short
        "US64 SVBK US6S 3300 9585 07",  # no country of SEPA
        "XX00",
        CANARY,
    ],
)
def test_a_wrong_iban_is_pointed_at_and_not_repeated(counter: Counter, iban: str) -> None:
    problems = pointed_at(counter, registration(iban=iban), "de")
    assert list(problems) == ["/answers/iban"]
    assert "Bitte die IBAN prüfen" in problems["/answers/iban"]
    assert iban not in problems["/answers/iban"]


def test_a_direct_debit_needs_account_and_mandate(counter: Counter) -> None:
    without = registration(iban=MISSING, account_holder=MISSING, sepa_mandate=MISSING)
    assert set(pointed_at(counter, without)) == {
        "/answers/iban",
        "/answers/account_holder",
        "/answers/sepa_mandate",
    }
    by_transfer = with_answers(without, pays_by="transfer")
    assert counter.submit(by_transfer).see()["status"] == "received"
    assert (
        "Give the mandate"
        in pointed_at(counter, registration(sepa_mandate=False))["/answers/sepa_mandate"]
    )


@pytest.mark.parametrize(
    ("changes", "pointer", "said"),
    [
        ({"kept_since": day(2)}, "kept_since", "not in the future"),
        ({"kept_since": "2026-13-01"}, "kept_since", "a date that exists"),
        ({"kept_since": day(-900)}, "kept_since", "not born by then"),
        ({"dogs_in_household": 0}, "dogs_in_household", "at least 1"),
        ({"chip_number": "123"}, "chip_number", "15 digits"),
        ({"breed": "a\nb"}, "breed", "on one line"),
    ],
)
def test_a_wrong_answer_is_pointed_at(
    counter: Counter, changes: dict[str, Any], pointer: str, said: str
) -> None:
    problems = pointed_at(counter, registration(**changes))
    assert list(problems) == [f"/answers/{pointer}"]
    assert said in problems[f"/answers/{pointer}"]


def test_a_minor_keeps_no_dog_in_the_eyes_of_the_treasury(counter: Counter) -> None:
    body = registration()
    body["applicant"]["birth_date"] = day(-17 * 365)
    assert "18" in pointed_at(counter, body)["/applicant/birth_date"]


def test_a_deregistration_is_acknowledged_at_once(counter: Counter) -> None:
    case = counter.submit(deregistration())
    assert case.see()["status"] == "acknowledged"
    assert case.history() == [
        "ApplicationSubmitted",
        "ApplicationReceived",
        "ApplicationAcknowledged",
    ]


def test_who_gives_a_dog_away_says_to_whom(counter: Counter) -> None:
    assert set(pointed_at(counter, deregistration(reason="given-away"))) == {
        "/answers/new_keeper",
        "/answers/new_address",
    }
    told = deregistration(reason="given-away", new_keeper="Max Muster", new_address=ADDRESS)
    assert counter.submit(told).see()["status"] == "acknowledged"


@pytest.mark.parametrize(
    ("changes", "pointer", "said"),
    [
        ({"ended_on": day(2)}, "ended_on", "not in the future"),
        ({"ended_on": "1999-01-01"}, "ended_on", "later date"),
        ({"tax_number": "?"}, "tax_number", "the notice"),
        ({"reason": "bored"}, "reason", "Choose one of"),
    ],
)
def test_a_deregistration_with_a_wrong_answer_is_pointed_at(
    counter: Counter, changes: dict[str, Any], pointer: str, said: str
) -> None:
    assert said in pointed_at(counter, deregistration(**changes))[f"/answers/{pointer}"]


def test_a_notification_is_acknowledged_and_nothing_is_sent(counter: Counter) -> None:
    refused(counter, {**deregistration(), "fulfilment": MAIL}, 422, "choice-not-offered")
