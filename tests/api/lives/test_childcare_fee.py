"""The yearly review of the income that the childcare fee depends on."""

from typing import Any

import pytest

from tests.api.library_card import Counter
from tests.api.lives.applying import (
    ADDRESS,
    AT_COUNTER,
    MISSING,
    application,
    as_shown,
    claimed,
    day,
    pointed_at,
    proven,
    refused,
    refused_to_clerk,
    with_answers,
)
from tests.api.visitors import GELSENKIRCHEN

KINDS = {
    "employment": "wage-tax-statement",
    "self_employment": "tax-assessment",
    "benefits": "benefit-notice",
    "maintenance": "maintenance-proof",
    "rent_or_capital": "other-income-proof",
}
INCOME: dict[str, Any] = {
    "residence": GELSENKIRCHEN,
    "address": ADDRESS,
    "child": {"name": "Mia Bauer", "birth_date": day(-4 * 365)},
    "facility": "Kita Sonnenblume",
    "period_from": day(-400),
    "period_until": day(-35),
    "highest_fee": False,
    **dict.fromkeys(KINDS, False),
}
EMPLOYED = {"employment": True}


def review(**changes: Any) -> dict[str, Any]:
    return with_answers(application("childcare-fee-review", INCOME), **changes)


def child(**changes: Any) -> dict[str, Any]:
    return {**INCOME["child"], **changes}


def test_it_is_proven_decided_and_the_notice_is_sent(counter: Counter) -> None:
    case = counter.submit(review(**EMPLOYED, benefits=True))
    assert case.see()["missing_proofs"] == ["wage-tax-statement", "benefit-notice"]
    proven(case, "wage-tax-statement")
    refused_to_clerk(case, "claim", 409, "not-received-yet")
    proven(case, "benefit-notice")
    claimed(case)
    case.decide("approval")
    assert case.decide("dispatch")["status"] == "dispatched"


@pytest.mark.parametrize(("income", "proof"), KINDS.items())
def test_each_kind_of_income_has_its_proof(counter: Counter, income: str, proof: str) -> None:
    assert counter.submit(review(**{income: True})).see()["missing_proofs"] == [proof]


def test_who_accepts_the_highest_fee_proves_nothing(counter: Counter) -> None:
    seen = counter.submit(review(**EMPLOYED, highest_fee=True)).see()
    assert (seen["status"], seen["missing_proofs"], seen["fee"]["cents"]) == ("received", [], 0)


def test_who_names_no_income_accepts_the_highest_fee(counter: Counter) -> None:
    problems = pointed_at(counter, review(), "de")
    assert list(problems) == ["/answers/highest_fee"]
    assert "den höchsten Beitrag anerkennen" in problems["/answers/highest_fee"]


def test_it_is_due_in_calendar_days_on_a_day_that_is_open(counter: Counter) -> None:
    seen = counter.submit(review(highest_fee=True)).see()
    assert day(41) <= seen["due_on"] <= day(50)
    counted = [step["number"] for step in seen["derivation"]]
    assert counted[1:43] == list(range(1, 43))


def test_it_is_a_duty_of_every_year(counter: Counter) -> None:
    assert as_shown(counter, "childcare-fee-review")["yearly"] is True
    assert as_shown(counter, "library-card")["yearly"] is False


@pytest.mark.parametrize(
    ("changes", "pointer", "said"),
    [
        ({"period_until": day(2)}, "period_until", "not in the future"),
        ({"period_until": day(-500)}, "period_until", "ends before it begins"),
        ({"period_from": "2026-00-01"}, "period_from", "a date that exists"),
        ({"child": child(birth_date=day(3))}, "child/birth_date", "not in the future"),
        ({"child": child(birth_date=day(-16 * 365))}, "child/birth_date", "at most 14"),
        ({"child": {"name": "Mia"}}, "child/birth_date", "Fill in: Date of birth"),
        ({"facility": MISSING}, "facility", "Fill in: Day care facility."),
    ],
)
def test_a_wrong_answer_is_pointed_at(
    counter: Counter, changes: dict[str, Any], pointer: str, said: str
) -> None:
    problems = pointed_at(counter, review(**EMPLOYED, **changes))
    assert list(problems) == [f"/answers/{pointer}"]
    assert said in problems[f"/answers/{pointer}"]


def test_a_correction_is_checked_by_the_same_form(counter: Counter) -> None:
    case = counter.submit(review(highest_fee=True))
    claimed(case)
    asked = case.decide("corrections", {"message": "Bitte das Geburtsdatum des Kindes prüfen."})
    path = f"{case.path}/corrections/{asked['open_correction']}/answer"
    wrong = {"message": "So?", "changes": {"child": child(birth_date=day(9))}}
    answer = case.citizen.post(path, wrong)
    assert answer.json()["errors"][0]["pointer"] == "/changes/child/birth_date"
    right = {"message": "So.", "changes": {"child": child(birth_date=day(-1000))}}
    assert case.citizen.post(path, right).json()["open_correction"] is None


def test_a_notice_is_not_picked_up(counter: Counter) -> None:
    refused(counter, {**review(**EMPLOYED), "fulfilment": AT_COUNTER}, 422, "choice-not-offered")
