"""The social ticket: free, for whoever proves that they are entitled to it."""

from typing import Any

import pytest

from tests.api.library_card import ONLINE_ONLY, Counter, photo
from tests.api.lives.applying import (
    ACKNOWLEDGED,
    ADDRESS,
    AT_COUNTER,
    MAIL,
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

BENEFIT = {
    "residence": GELSENKIRCHEN,
    "address": ADDRESS,
    "benefit": "sgb-ii",
    "benefit_until": day(120),
}


def ticket(fulfilment: dict[str, str] = ONLINE_ONLY, **changes: Any) -> dict[str, Any]:
    return with_answers(application("social-ticket", BENEFIT, fulfilment=fulfilment), **changes)


@pytest.mark.parametrize(
    ("fulfilment", "steps", "status"),
    [
        (ONLINE_ONLY, [], "issued-online"),
        (MAIL, ["dispatch"], "dispatched"),
        (AT_COUNTER, ["ready-for-pickup", "pickup"], "picked-up"),
    ],
)
def test_it_is_proven_approved_and_handed_out_for_free(
    counter: Counter, fulfilment: dict[str, str], steps: list[str], status: str
) -> None:
    case = counter.submit(ticket(fulfilment))
    assert (case.see()["status"], case.see()["fee"]["cents"]) == ("submitted", 0)
    proven(case, "benefit-notice")
    claimed(case)
    case.decide("approval")
    for step in steps:
        case.decide(step, {} if step == "ready-for-pickup" else None)
    assert case.see()["status"] == status


def test_nobody_pays_for_it(counter: Counter) -> None:
    case = counter.submit(ticket())
    require_problem(case.citizen.post(f"{case.path}/payments"), 409, "no-fee-due")


def test_it_is_not_complete_without_the_notice(counter: Counter) -> None:
    case = counter.submit(ticket())
    assert case.see()["missing_proofs"] == ["benefit-notice"]
    refused_to_clerk(case, "claim", 409, "not-received-yet")


def test_a_child_brings_the_consent_of_a_guardian(counter: Counter) -> None:
    body = ticket()
    body["applicant"]["birth_date"] = day(-10 * 365)
    case = counter.submit(body)
    assert case.see()["missing_proofs"] == ["benefit-notice", "guardian-consent"]
    proven(case, "benefit-notice", "guardian-consent")
    case.becomes("received")


def test_only_what_the_notice_is_about_is_asked_for(counter: Counter) -> None:
    case = counter.submit(ticket())
    wrong = case.citizen.upload(f"{case.path}/proofs/guardian-consent", photo())
    require_problem(wrong, 422, "proof-not-asked-for")
    assert case.see()["proofs"] == []


@pytest.mark.parametrize(
    ("changes", "pointer", "said"),
    [
        ({"benefit_until": day(-1)}, "benefit_until", "not in the past"),
        ({"benefit_until": day(4000)}, "benefit_until", "earlier date"),
        ({"benefit_until": "soon"}, "benefit_until", "a date that exists"),
        ({"benefit": "none"}, "benefit", "Choose one of"),
    ],
)
def test_a_wrong_answer_is_pointed_at(
    counter: Counter, changes: dict[str, Any], pointer: str, said: str
) -> None:
    assert said in pointed_at(counter, ticket(**changes))[f"/answers/{pointer}"]


def test_it_is_no_notification(counter: Counter) -> None:
    refused(counter, ticket(ACKNOWLEDGED), 422, "choice-not-offered")


def test_a_password_alone_is_too_weak(counter: Counter) -> None:
    answer = counter.visitors.citizen(trust_level="basic").post("/applications", ticket())
    assert answer.status_code == 401
