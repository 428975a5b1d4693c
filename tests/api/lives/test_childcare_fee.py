"""The yearly review of the income that the childcare fee depends on."""

from typing import Any

import pytest

from tests.api.library_card import Case, Counter, done, until
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
THIS_YEAR = int(day()[:4])
LAST_YEAR = int(day(-2)[:4]) - 1  # also where the year ends meanwhile
INCOME: dict[str, Any] = {
    "residence": GELSENKIRCHEN,
    "address": ADDRESS,
    "child": {"name": "Mia Bauer", "birth_date": day(-4 * 365)},
    "facility": "Kita Sonnenblume",
    "income_year": LAST_YEAR,
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


def test_a_year_that_is_not_over_is_a_change_and_no_review(counter: Counter) -> None:
    present = review(**EMPLOYED, income_year=THIS_YEAR)
    assert "das vorbei ist" in pointed_at(counter, present, "de")["/answers/income_year"]
    change = {**present, "variant": "change"}
    assert list(pointed_at(counter, change)) == ["/answers/changed_on"]
    assert counter.submit(with_answers(change, changed_on=day(-40))).see()["variant"] == "change"


def of_parent(family_name: str, given_name: str = "Ute", **answers: Any) -> dict[str, Any]:
    body = review(highest_fee=True, **answers)
    names = {"family_name": family_name, "given_name": given_name}
    return {**body, "applicant": {**body["applicant"], **names}}


def same_year(case: Case) -> set[str]:
    return set(done(case.clerk.get(case.path))["same_year"])


def test_a_second_review_of_the_same_year_is_shown_to_the_clerk(counter: Counter) -> None:
    first, second = (counter.submit(of_parent("Zweimalig")) for _ in range(2))
    others = [
        of_parent("Zweimalig", income_year=LAST_YEAR - 1),
        of_parent("Zweimalig", given_name="Uwe"),
        {**of_parent("Zweimalig", changed_on=day(-9)), "variant": "change"},
    ]
    apart = [counter.submit(body) for body in others]
    until(lambda: same_year(first) == {second.id})
    assert same_year(second) == {first.id}
    assert [same_year(case) for case in apart] == [set(), set(), set()]
    assert done(first.citizen.get(first.path))["same_year"] == []


def test_what_came_by_post_counts_as_well(counter: Counter) -> None:
    online = counter.submit(of_parent("Von Briefen"))
    on_paper = {**of_parent("von  briefen"), "channel": "post"}
    other = done(online.clerk.post("/applications", on_paper))["application_id"]
    until(lambda: same_year(online) == {other})


def test_a_year_that_is_corrected_counts_as_it_is_now(counter: Counter) -> None:
    first = counter.submit(of_parent("Nachgebessert"))
    wrong = counter.submit(of_parent("Nachgebessert", income_year=LAST_YEAR - 1))
    claimed(wrong)
    asked = wrong.decide("corrections", {"message": "Bitte das Jahr prüfen."})
    path = f"{wrong.path}/corrections/{asked['open_correction']}/answer"
    done(wrong.citizen.post(path, {"message": "So.", "changes": {"income_year": LAST_YEAR}}))
    until(lambda: same_year(first) == {wrong.id})


@pytest.mark.parametrize(
    ("changes", "pointer", "said"),
    [
        ({"income_year": THIS_YEAR + 1}, "income_year", "Give a year"),
        ({"income_year": 2000}, "income_year", "Give a year from"),
        ({"income_year": "2020"}, "income_year", "whole number"),
        ({"period_from": day(-3)}, "period_from", "Leave this out"),
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
