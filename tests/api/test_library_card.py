"""The whole life of a library card, from the form to the counter, through HTTP."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.api.library_card import (
    GUARDED,
    ONLINE_ONLY,
    PICKUP,
    REDUCED,
    Counter,
    done,
    for_free,
    form,
    photo,
    until,
    virus,
)
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitors

TOWNS = [(GELSENKIRCHEN, "buer", 2000, 1000), (GLADBECK, "brauck", 1500, 750)]


def answer(seen: dict[str, Any], **changes: Any) -> tuple[str, dict[str, Any]]:
    body = {"message": "Hier, bitte.", "changes": changes}
    return f"corrections/{seen['open_correction']}/answer", body


def test_a_reduced_card_is_proven_paid_approved_and_picked_up(counter: Counter) -> None:
    case = counter.submit(form(None, REDUCED, fulfilment=PICKUP))
    assert case.see()["missing_proofs"] == ["reduction-proof"]
    case.prove(photo())
    case.pay()
    assert case.becomes("received")["due_on"]
    case.decide("claim")
    assert case.decide("approval")["status"] == "approved"
    assert case.decide("ready-for-pickup")["status"] == "ready-for-pickup"
    assert case.decide("pickup")["status"] == "picked-up"
    assert "unstaffed-branches" in case.see()["entitlements"]


def test_an_online_only_card_is_issued_at_once_on_approval(counter: Counter) -> None:
    case = counter.claimed(fulfilment=ONLINE_ONLY)
    assert case.decide("approval")["status"] == "issued-online"
    seen = case.see()
    assert seen["entitlements"] == ["onleihe", "databases"]
    assert seen["card_number"].startswith(GELSENKIRCHEN)


def test_a_renewal_keeps_its_number(counter: Counter) -> None:
    case = counter.submit(for_free({"card_number": "GE-4711"}, variant="renewal"))
    case.decide("claim")
    case.decide("approval")
    assert case.see()["card_number"] == "GE-4711"


def test_a_minor_pays_nothing_and_is_received_at_once(counter: Counter) -> None:
    seen = counter.submit(form({"birth_date": "2015-06-01"}, REDUCED | GUARDED)).see()
    assert (seen["status"], seen["fee"]["cents"], seen["missing_proofs"]) == ("received", 0, [])


@pytest.mark.parametrize(("town", "branch", "adult", "reduced"), TOWNS)
def test_each_town_has_its_own_fees_and_branches(
    counter: Counter, town: str, branch: str, adult: int, reduced: int
) -> None:
    at = {"mode": "pickup", "branch": branch}
    full = counter.submit(form(municipality=town, fulfilment=at)).see()
    less = counter.submit(form(None, REDUCED, municipality=town, fulfilment=at)).see()
    assert (full["fee"]["cents"], less["fee"]["cents"]) == (adult, reduced)
    assert (full["branch"], full["municipality"]) == (branch, town)


def test_the_clock_stands_still_while_a_correction_is_open(counter: Counter) -> None:
    case = counter.claimed()
    due = case.see()["due_on"]
    asked = case.decide("corrections", {"message": "Welche Hausnummer?"})
    assert (asked["due_on"], case.see()["corrections"][0]["state"]) == (None, "open")
    what, body = answer(asked, phone="0209 1690")
    answered = case.ask(what, body)
    assert (answered["open_correction"], answered["due_on"] >= due) == (None, True)
    assert case.see()["answers"]["phone"] == "0209 1690"


def test_a_correction_can_be_cancelled_and_the_clock_goes_on(counter: Counter) -> None:
    case = counter.claimed()
    asked = case.decide("corrections", {"message": "Welche Hausnummer?"})
    going_on = case.decide(f"corrections/{asked['open_correction']}/cancellation")
    assert going_on["due_on"]
    assert case.see()["corrections"][0]["state"] == "cancelled"


def test_a_proof_can_be_added_while_a_correction_is_open(counter: Counter) -> None:
    case = counter.submit(form(None, REDUCED))
    case.prove(photo())
    case.pay()
    case.becomes("received")
    case.decide("claim")
    case.decide("corrections", {"message": "Bitte ein neueres Bild."})
    case.prove(photo("tomato"))
    until(lambda: [proof["state"] for proof in case.see()["proofs"]] == ["clean", "clean"])


def test_what_was_paid_is_due_back_after_a_rejection(counter: Counter) -> None:
    case = counter.submit(form())
    case.pay()
    case.becomes("received")
    case.decide("claim")
    rejected = case.decide("rejection", {"reason": "Kein Wohnsitz."})
    (owed,) = case.owed(after=rejected["position"])
    assert (owed["kind"], owed["cents"], owed["reason"]) == ("refund", 2000, "rejected")


def test_reopening_cancels_the_refund_and_the_case_goes_on(counter: Counter) -> None:
    case = counter.submit(form())
    case.pay()
    case.becomes("received")
    case.decide("claim")
    case.decide("rejection", {"reason": "Kein Wohnsitz."})
    reopened = case.decide("reopening", {"reason": "Der Wohnsitz ist belegt."})
    assert (reopened["status"], case.owed(after=reopened["position"])) == ("received", [])
    case.decide("claim")
    assert case.decide("approval")["status"] == "issued-online"


def test_a_withdrawal_without_a_payment_owes_nothing(counter: Counter) -> None:
    case = counter.submit(form())
    withdrawn = case.ask("withdrawal", {"reason": "Umzug"})
    assert (withdrawn["status"], case.owed(after=withdrawn["position"])) == ("withdrawn", [])


def test_a_forwarded_application_has_ended_here(counter: Counter) -> None:
    case = counter.claimed()
    body = {"to_municipality": GLADBECK, "reason": "Dort gemeldet."}
    assert case.decide("forwarding", body)["status"] == "forwarded"


@pytest.mark.parametrize(
    ("ags", "names"),
    [("05562099", "No municipality"), ("05562", "does not offer"), (GELSENKIRCHEN, "")],
)
def test_an_application_is_forwarded_only_to_another_municipality_that_offers_the_service(
    counter: Counter, ags: str, names: str
) -> None:
    case = counter.claimed()
    body = {"to_municipality": ags, "reason": "Dort gemeldet."}
    answer = case.clerk.post(f"{case.path}/forwarding", body, version=case.see()["version"])
    if not names:
        require_problem(answer, 422, "same-municipality")
        return
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert error["pointer"] == "/to_municipality"
    assert names in error["detail"]


def test_an_application_is_passed_only_to_another_office_that_there_is(counter: Counter) -> None:
    case = counter.claimed()
    assert case.see()["office"] == "Stadtbibliothek"
    for office, kind in (("Standesamt auf Schalke", "office-unknown"),
                         ("Stadtbibliothek", "same-office")):  # fmt: skip
        body = {"to_office": office, "reason": "Dort bekannt."}
        answer = case.clerk.post(f"{case.path}/office", body, version=case.see()["version"])
        require_problem(answer, 422, kind)
    assert case.see()["claimed_by"] == case.clerk.subject


def test_an_application_goes_on_in_the_office_it_is_passed_to(counter: Counter) -> None:
    case = counter.claimed()
    before = case.see()
    body = {"to_office": "Standesamt", "reason": "Es geht um eine Urkunde."}
    passed = case.decide("office", body)
    assert (passed["status"], passed["office"]) == ("received", "Standesamt")
    assert (passed["claimed_by"], passed["due_on"]) == (None, before["due_on"])

    def listed(office: str) -> bool:
        query = {"office": office, "sort": "newest", "after": passed["position"], "limit": 200}
        rows = done(case.clerk.get("/worklist", **query))["applications"]
        return case.id in [row["application_id"] for row in rows]

    assert listed("Standesamt")
    assert not listed("Stadtbibliothek")
    case.decide("claim")
    assert case.decide("approval")["status"] == "issued-online"
    assert "ApplicationPassedToOffice" in case.history()


def test_a_clerk_types_in_what_came_by_counter_and_its_own_day_counts(counter: Counter) -> None:
    came_in = datetime.now(UTC) - timedelta(days=14)
    case = counter.submit(for_free(channel="counter", received_at=came_in.isoformat()))
    seen = case.see()
    assert (seen["channel"], seen["status"]) == ("counter", "received")
    assert seen["due_on"] < datetime.now(UTC).date().isoformat()


def test_a_released_application_can_be_claimed_by_another(counter: Counter) -> None:
    case = counter.claimed()
    case.decide("release")
    other = counter.visitors.clerk()
    assert done(other.post(f"{case.path}/claim"))["claimed_by"] == other.subject


def test_a_clerk_sees_the_proof_only_once_it_was_found_clean(counter: Counter) -> None:
    case = counter.submit(form(None, REDUCED))
    case.prove(photo())
    proof = until(lambda: [p for p in case.see()["proofs"] if p["state"] == "clean"])[0]
    handed_out = case.clerk.get(f"{case.path}/proofs/{proof['proof_id']}")
    assert handed_out.headers["content-type"] == "image/png"
    assert sha256(handed_out.content).hexdigest() == proof["clean_sha256"]
    assert handed_out.headers["x-content-type-options"] == "nosniff"


def test_a_proof_that_was_refused_is_handed_to_nobody(counter: Counter) -> None:
    case = counter.submit(form(None, REDUCED))
    case.prove(virus(case.house))
    proof = until(lambda: [p for p in case.see()["proofs"] if p["state"] == "refused"])[0]
    for visitor in (case.citizen, case.clerk, case.auditor):
        answer = visitor.get(f"{case.path}/proofs/{proof['proof_id']}")
        require_problem(answer, 409, "proof-was-refused")


def test_what_came_by_post_is_proven_and_paid_at_the_counter(counter: Counter) -> None:
    case = counter.submit(form(None, REDUCED, channel="post"))
    done(case.clerk.upload(f"{case.path}/proofs/reduction-proof", photo()))
    until(lambda: case.see()["missing_proofs"] == [])
    case.decide("counter-payments", {"method": "cash", "receipt": "2026/17"})
    assert case.see()["status"] == "received"


def test_to_withdraw_needs_no_body(visitors: Visitors) -> None:
    citizen = visitors.citizen()
    submitted = citizen.post("/applications", form()).json()
    withdrawn = citizen.post(f"/applications/{submitted['application_id']}/withdrawal")
    assert withdrawn.json()["status"] == "withdrawn"


def test_an_applicant_is_not_told_which_account_of_the_office_has_their_case(
    counter: Counter,
) -> None:
    case = counter.claimed()
    assert case.see()["claimed_by"] == case.clerk.subject
    assert done(case.citizen.get(case.path))["claimed_by"] is None
    withdrawn = case.ask("withdrawal")
    assert (withdrawn["status"], withdrawn["claimed_by"]) == ("withdrawn", None)
