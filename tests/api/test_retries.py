"""A retry is safe: the same key and the same request are one effect, and the same answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.library_card import ANSWERS, Case, Counter, done, for_free, form, photo, until
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

MALFORMED = ["", "a b", "x" * 256, "schlüssel"]


def raw(visitor: Visitor, path: str, **headers: Any) -> httpx.Response:
    return visitor.http.post(path, json=form(), headers={**visitor.headers, **headers})


def require_replay(first: httpx.Response, second: httpx.Response) -> None:
    assert first.is_success, first.text
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second.headers["etag"] == first.headers["etag"]
    replayed = [answer.headers.get("idempotent-replayed") for answer in (first, second)]
    assert replayed == [None, "true"]


def test_submitting_needs_a_key(visitors: Visitors) -> None:
    answer = raw(visitors.citizen(), "/applications")
    require_problem(answer, 400, "idempotency-key-missing")


def test_paying_needs_a_key(counter: Counter) -> None:
    case = counter.submit(form())
    answer = raw(case.citizen, f"{case.path}/payments")
    require_problem(answer, 400, "idempotency-key-missing")


@pytest.mark.parametrize("key", MALFORMED)
def test_a_key_that_cannot_be_read_is_refused(counter: Counter, key: str) -> None:
    case = counter.claimed()
    citizen = case.citizen
    for visitor, path in ((citizen, "/applications"), (case.clerk, f"{case.path}/claim")):
        answer = raw(visitor, path, **{"Idempotency-Key": key.encode("latin-1")})
        require_problem(answer, 400, "idempotency-key-malformed")


def test_the_same_submission_again_is_the_same_application(visitors: Visitors) -> None:
    citizen, body = visitors.citizen(), form()
    first, second = (citizen.post("/applications", body, key="once") for _ in range(2))
    require_replay(first, second)
    assert second.headers["location"] == first.headers["location"]


def test_ten_at_once_under_one_key_are_one_application(visitors: Visitors) -> None:
    citizen, body = visitors.citizen(), form()
    with ThreadPoolExecutor(10) as at_once:
        submit = lambda _: citizen.post("/applications", body, key="once")  # noqa: E731
        answers = list(at_once.map(submit, range(10)))
    assert len({str(answer.json()) for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 9


def test_a_key_used_for_another_submission_is_refused(visitors: Visitors) -> None:
    citizen = visitors.citizen()
    citizen.post("/applications", form(), key="once")
    answer = citizen.post("/applications", form(), key="once")
    require_problem(answer, 422, "command-id-reused")


def test_two_people_may_choose_the_same_key(visitors: Visitors) -> None:
    answers = [visitors.citizen().post("/applications", form(), key="once") for _ in range(2)]
    assert len({answer.json()["application_id"] for answer in answers}) == 2


def test_a_portals_own_number_is_one_application_under_any_key(visitors: Visitors) -> None:
    citizen = visitors.citizen()
    body = form(source={"portal": "a-portal", "submission_id": "4711"})
    first, second = (citizen.post("/applications", body) for _ in range(2))
    require_replay(first, second)


def handed_over(number: str, **changes: Any) -> dict[str, Any]:
    person = {"email": "kim@example.org"}
    return form(person, source={"portal": "a-portal", "submission_id": number}, **changes)


def another_token(visitors: Visitors, who: Visitor) -> Visitor:
    claims = {"iat": 1_600_000_000, "trust_level": "substantial"}
    token = visitors.token("citizen", who.subject, claims)
    return Visitor(who.http, {"Authorization": f"Bearer {token}"}, who.subject)


def test_a_portals_own_number_is_one_application_under_any_token_of_the_account(
    visitors: Visitors,
) -> None:
    citizen, body = visitors.citizen(), handed_over("4712")
    senders = (citizen, another_token(visitors, citizen))
    require_replay(*(sender.post("/applications", body) for sender in senders))


def test_another_account_learns_nothing_of_what_was_handed_over(visitors: Visitors) -> None:
    anna, carla, body = visitors.citizen(), visitors.citizen(), handed_over("4719")
    hers, copied = (one.post("/applications", body) for one in (anna, carla))
    assert hers.is_success
    assert "idempotent-replayed" not in copied.headers
    assert copied.json()["application_id"] != hers.json()["application_id"]
    path = f"/applications/{hers.json()['application_id']}"
    assert (anna.get(path).status_code, carla.get(path).status_code) == (200, 404)


def test_a_stranger_cannot_use_a_portals_number_up(visitors: Visitors) -> None:
    squatted = handed_over("4720", answers={**ANSWERS, "phone": "0209 1690"})
    assert visitors.citizen().post("/applications", squatted).is_success
    assert visitors.citizen().post("/applications", handed_over("4720")).status_code == 201


def test_a_portals_own_number_needs_no_key(visitors: Visitors) -> None:
    citizen, body = visitors.citizen(), handed_over("4713")
    answers = (
        visitors.http.post("/applications", json=body, headers=citizen.headers) for _ in range(2)
    )
    require_replay(*answers)


def test_many_hand_overs_of_one_number_at_once_are_one_application(visitors: Visitors) -> None:
    citizen, body = visitors.citizen(), handed_over("4714")
    senders = [another_token(visitors, citizen) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda sender: sender.post("/applications", body), senders))
    assert [answer.status_code for answer in answers] == [201] * 8
    assert len({answer.json()["application_id"] for answer in answers}) == 1


def test_a_portals_own_number_is_not_used_for_another_body(visitors: Visitors) -> None:
    citizen = visitors.citizen()
    assert citizen.post("/applications", handed_over("4715")).is_success
    other = handed_over("4715", answers={**ANSWERS, "phone": "0209 1690"})
    require_problem(citizen.post("/applications", other), 422, "source-reused")


def test_portals_of_two_municipalities_may_choose_the_same_number(visitors: Visitors) -> None:
    citizen = visitors.citizen()
    answers = [
        citizen.post("/applications", handed_over("4716", municipality=ags))
        for ags in (GELSENKIRCHEN, GLADBECK)
    ]
    assert len({answer.json()["application_id"] for answer in answers}) == 2


def test_two_portals_may_choose_the_same_number(visitors: Visitors) -> None:
    sources = [{"portal": portal, "submission_id": "4717"} for portal in ("one", "another")]
    citizen = visitors.citizen()
    answers = [citizen.post("/applications", form(source=s)) for s in sources]
    assert len({answer.json()["application_id"] for answer in answers}) == 2


def test_two_accounts_with_the_same_number_are_shown_to_the_clerk(counter: Counter) -> None:
    source = {"portal": "a-portal", "submission_id": "brought twice"}
    one, other = (counter.submit(for_free(source=source)) for _ in range(2))
    elsewhere = counter.submit(for_free(source={**source, "portal": "another"}))
    assert len({one.id, other.id, elsewhere.id}) == 3

    def named(case: Case) -> list[str]:
        return list(done(case.clerk.get(case.path))["same_source"])

    until(lambda: named(one) == [other.id])
    assert named(other) == [one.id]
    assert named(elsewhere) == []
    assert done(one.citizen.get(one.path))["same_source"] == []


def test_who_may_not_submit_it_learns_nothing_of_what_was_handed_over(visitors: Visitors) -> None:
    body = handed_over("4718")
    assert visitors.citizen().post("/applications", body).is_success
    for stranger in (visitors.clerk(GLADBECK), visitors.auditor()):
        assert stranger.post("/applications", body).status_code in {403, 404}


def test_a_key_used_for_another_operation_is_refused(counter: Counter) -> None:
    case = counter.received()
    case.clerk.post(f"{case.path}/claim", key="once")
    answer = case.clerk.post(f"{case.path}/release", key="once")
    require_problem(answer, 422, "command-id-reused")


def test_a_key_used_for_another_application_is_refused(counter: Counter) -> None:
    one, other = counter.received(), counter.received()
    one.clerk.post(f"{one.path}/claim", key="once")
    answer = one.clerk.post(f"{other.path}/claim", key="once")
    require_problem(answer, 422, "command-id-reused")


def decided_twice(case: Case, what: str, body: Any = None) -> None:
    """The second time it stands on old facts, and in the wrong moment: it is a retry."""
    version = case.see()["version"]
    path = f"{case.path}/{what}"
    require_replay(*(case.clerk.post(path, body, version=version, key=what) for _ in range(2)))


def test_every_decision_can_be_retried(counter: Counter) -> None:
    case = counter.received(fulfilment={"mode": "pickup", "branch": "buer"})
    decided_twice(case, "claim")
    decided_twice(case, "corrections", {"message": "Welche Hausnummer?"})
    decided_twice(case, f"corrections/{case.see()['open_correction']}/cancellation")
    decided_twice(case, "approval")
    decided_twice(case, "ready-for-pickup", {})
    decided_twice(case, "pickup")
    decided_twice(case, "reopening", {"reason": "Die Karte war leer."})


def test_a_rejection_and_a_forwarding_can_be_retried(counter: Counter) -> None:
    decided_twice(counter.claimed(), "rejection", {"reason": "Kein Wohnsitz."})
    decided_twice(counter.claimed(), "forwarding", {"to_municipality": GLADBECK, "reason": "Dort."})


def test_an_answer_and_a_withdrawal_can_be_retried(counter: Counter) -> None:
    case = counter.claimed()
    asked = case.decide("corrections", {"message": "Welche Hausnummer?"})
    answer = f"{case.path}/corrections/{asked['open_correction']}/answer"
    body = {"message": "Hier.", "changes": {"phone": "0209 1690"}}
    require_replay(*(case.citizen.post(answer, body, key="answer") for _ in range(2)))
    withdrawal = f"{case.path}/withdrawal"
    require_replay(*(case.citizen.post(withdrawal, {}, key="withdrawal") for _ in range(2)))


def test_an_upload_can_be_retried_after_the_application_was_handed_over(counter: Counter) -> None:
    case = counter.submit(form(answers={"reduction": "student"}))
    path, key = f"{case.path}/proofs/reduction-proof", {"Idempotency-Key": "once"}
    first = case.citizen.upload(path, photo(), key)
    case.pay()
    case.becomes("received")
    require_replay(first, case.citizen.upload(path, photo(), key))


def test_the_same_file_again_is_the_same_proof(counter: Counter) -> None:
    case = counter.submit(form(answers={"reduction": "student"}))
    case.prove(photo())
    case.prove(photo())
    assert len(case.see()["proofs"]) == 1


def test_two_decisions_at_once_on_the_same_facts_are_one(counter: Counter) -> None:
    case = counter.claimed()
    version = case.see()["version"]
    with ThreadPoolExecutor(2) as at_once:
        approve = lambda _: case.clerk.post(f"{case.path}/approval", version=version)  # noqa: E731
        answers = sorted(answer.status_code for answer in at_once.map(approve, range(2)))
    assert answers == [200, 412]
