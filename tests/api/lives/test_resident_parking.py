"""A resident parking permit: approved first, paid then, and only then handed out."""

from typing import Any

import pytest

from tests.api.library_card import ONLINE_ONLY, Counter
from tests.api.lives.applying import (
    ADDRESS,
    AT_COUNTER,
    MAIL,
    application,
    claimed,
    day,
    paid,
    pointed_at,
    proven,
    refused,
    refused_to_clerk,
    with_answers,
)
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK

CAR = {
    "residence": GELSENKIRCHEN,
    "address": ADDRESS,
    "number_plate": "GE-AB 123",
    "keeper": "self",
    "years": 1,
    "valid_from": day(7),
}


def permit(
    fulfilment: dict[str, str] = ONLINE_ONLY, variant: str = "new", **changes: Any
) -> dict[str, Any]:
    body = application("resident-parking-permit", CAR, fulfilment=fulfilment, variant=variant)
    return with_answers(body, **changes)


def approved(counter: Counter, body: dict[str, Any]) -> Any:
    case = counter.submit(body)
    proven(case, "car-registration")
    claimed(case)
    case.decide("approval")
    return case


def test_it_is_paid_after_approval_and_issued_at_once(counter: Counter) -> None:
    case = approved(counter, permit())
    fee = case.see()["fee"]
    assert (case.see()["status"], fee["cents"], fee["due"]) == ("approved", 3000, True)
    case.gets_mail("Bewilligt, bitte noch bezahlen")
    assert "30,00 Euro" in case.text_of("Bewilligt, bitte noch bezahlen")
    case.pay()
    seen = case.becomes("issued-online")
    case.gets_mail("Online freigeschaltet")
    assert seen["card_number"].startswith(GELSENKIRCHEN)
    assert case.history()[-2:] == ["ApplicationPaid", "OnlineOnlyIssued"]


def test_it_is_sent_once_it_is_paid(counter: Counter) -> None:
    case = approved(counter, permit(MAIL, years=2))
    assert case.see()["fee"]["cents"] == 6000
    refused_to_clerk(case, "dispatch", 409, "fee-not-paid")
    paid(case)
    assert case.decide("dispatch")["status"] == "dispatched"


def test_it_is_picked_up_once_it_is_paid(counter: Counter) -> None:
    case = approved(counter, permit(AT_COUNTER))
    refused_to_clerk(case, "ready-for-pickup", 409, "fee-not-paid", {})
    paid(case)
    case.decide("ready-for-pickup", {})
    assert case.decide("pickup")["status"] == "picked-up"


def test_nothing_is_to_be_paid_before_it_is_approved(counter: Counter) -> None:
    case = counter.submit(permit())
    require_problem(case.citizen.post(f"{case.path}/payments"), 409, "no-fee-due")
    proven(case, "car-registration")
    claimed(case)
    require_problem(case.citizen.post(f"{case.path}/payments"), 409, "no-fee-due")


def test_it_is_not_complete_without_the_car_registration(counter: Counter) -> None:
    case = counter.submit(permit(keeper="company"))
    assert case.see()["missing_proofs"] == ["car-registration", "keeper-consent"]
    proven(case, "car-registration")
    refused_to_clerk(case, "claim", 409, "not-received-yet")
    proven(case, "keeper-consent")
    case.becomes("received")


def test_a_rejection_costs_nothing(counter: Counter) -> None:
    case = counter.submit(permit())
    proven(case, "car-registration")
    claimed(case)
    rejected = case.decide("rejection", {"reason": "Die Wohnung liegt in keiner Parkzone."})
    assert (rejected["status"], case.owed(after=rejected["position"])) == ("rejected", [])


@pytest.mark.parametrize(
    ("variant", "years", "cents"), [("renewal", 2, 6000), ("vehicle-change", 1, 1000)]
)
def test_a_present_permit_is_named_where_there_is_one(
    counter: Counter, variant: str, years: int, cents: int
) -> None:
    assert list(pointed_at(counter, permit(variant=variant))) == ["/answers/card_number"]
    body = permit(variant=variant, years=years, card_number="GE-P-4711")
    assert counter.submit(body).see()["fee"]["cents"] == cents


@pytest.mark.parametrize(
    ("changes", "pointer", "said"),
    [
        ({"number_plate": "GE AB 123"}, "number_plate", "GE-AB 123"),
        ({"number_plate": "ge-ab 123"}, "number_plate", "GE-AB 123"),
        ({"number_plate": "GE-AB 0123"}, "number_plate", "GE-AB 123"),
        ({"valid_from": day(-2)}, "valid_from", "not in the past"),
        ({"valid_from": day(200)}, "valid_from", "earlier date"),
        ({"valid_from": "2027-02-29"}, "valid_from", "a date that exists"),
        ({"years": 3}, "years", "at most 2"),
        ({"zone": "A 1; B"}, "zone", "on the sign"),
    ],
)
def test_a_wrong_answer_is_pointed_at(
    counter: Counter, changes: dict[str, Any], pointer: str, said: str
) -> None:
    problems = pointed_at(counter, permit(**changes))
    assert list(problems) == [f"/answers/{pointer}"]
    assert said in problems[f"/answers/{pointer}"]


def test_a_child_gets_no_permit(counter: Counter) -> None:
    body = permit()
    body["applicant"]["birth_date"] = day(-5 * 365)
    problems = pointed_at(counter, body)
    assert list(problems) == ["/applicant/birth_date"]
    assert "age of 18 and over" in problems["/applicant/birth_date"]


def test_a_library_hands_out_no_permit(counter: Counter) -> None:
    at_library = permit({"mode": "pickup", "branch": "zentralbibliothek"})
    refused(counter, at_library, 422, "branch-not-offered")


def test_a_correction_cannot_move_the_home_to_another_town(counter: Counter) -> None:
    case = counter.submit(permit())
    proven(case, "car-registration")
    claimed(case)
    case.decide("corrections", {"message": "Bitte die Gemeinde prüfen."})
    correction = case.see()["open_correction"]
    body = {"message": "Ich wohne in Gladbeck.", "changes": {"residence": GLADBECK}}
    answer = case.citizen.post(f"{case.path}/corrections/{correction}/answer", body)
    problem = require_problem(answer, 422, "not-responsible")
    assert [error["pointer"] for error in problem["errors"]] == ["/changes/residence"]
    assert problem["responsible"]["name"] == "Gladbeck"
    assert "andere Stelle zuständig" in problem["detail"]
    assert case.see()["open_correction"]
