"""The treasury works its list off: paid back, charged back, assigned, corrected."""

from typing import Any

from tests.api.library_card import PICKUP, Case, Counter, done, form, until
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, Visitors


def rejected(counter: Counter) -> tuple[Case, dict[str, Any]]:
    """A case whose fee is due back, and its row in the treasury's list."""
    case = counter.submit(form())
    case.pay()
    case.becomes("received")
    case.decide("claim")
    case.decide("rejection", {"reason": "Kein Wohnsitz."})
    (row,) = until(case.owed)
    return case, row


def unmatched(counter: Counter) -> tuple[Case, dict[str, Any]]:
    """A case that was withdrawn before its money came."""
    case = counter.submit(form())
    payment = case.begin_payment()
    case.ask("withdrawal", {})
    case.press(payment)
    (row,) = until(case.owed)
    return case, row


def record(case: Case, row: dict[str, Any], what: str, **body: Any) -> Any:
    return case.clerk.post(f"{case.path}/payments/{row['payment_id']}/{what}", body)


def ledger(case: Case, row: dict[str, Any]) -> dict[str, Any]:
    return dict(done(case.clerk.get(f"/treasury/payments/{row['payment_id']}")))


def entries(case: Case, row: dict[str, Any]) -> list[str]:
    return [entry["name"] for entry in ledger(case, row)["entries"]]


def test_a_refund_is_worked_off_and_booked(counter: Counter) -> None:
    case, row = rejected(counter)
    assert (row["kind"], row["cents"], row["currency"]) == ("refund", 2000, "EUR")
    answer = done(record(case, row, "refund", reference="KA-2026/17"))
    assert case.owed(after=answer["position"]) == []
    until(lambda: ledger(case, row)["account"] == "refunded")
    seen = ledger(case, row)
    assert (seen["received"], seen["balance"], seen["status"]) == (2000, 0, "succeeded")
    assert entries(case, row) == [
        "PaymentRequested",
        "PaymentOpened",
        "PaymentSucceeded",
        "PaymentRefundDue",
        "PaymentRefunded",
    ]
    require_problem(record(case, row, "refund", reference="KA-2"), 409, "money-has-gone")


def test_an_office_works_off_what_is_of_its_applications(
    counter: Counter, visitors: Visitors
) -> None:
    case, row = rejected(counter)
    own = visitors.clerk(GELSENKIRCHEN, office=case.see()["office"])
    other = visitors.clerk(GELSENKIRCHEN, office="Standesamt")
    for clerk, sees in ((own, True), (other, False)):
        listed = done(clerk.get("/treasury", limit=500))["open"]
        assert (row["payment_id"] in {one["payment_id"] for one in listed}) == sees


def test_a_refund_booked_by_mistake_is_due_again(counter: Counter) -> None:
    case, row = rejected(counter)
    done(record(case, row, "refund", reference="KA-1"))
    answer = done(record(case, row, "correction", ground="booked-by-mistake"))
    (again,) = case.owed(after=answer["position"])
    assert (again["kind"], again["reason"]) == ("refund", "corrected")
    until(lambda: entries(case, row)[-2:] == ["PaymentCorrected", "PaymentRefundDue"])


def test_what_was_paid_back_before_a_reopening_is_owed_again(counter: Counter) -> None:
    case, row = rejected(counter)
    case.decide("reopening", {"reason": "Die Meldebescheinigung kam nach."})
    seen = done(record(case, row, "refund", reference="KA-1"))
    assert (seen["fee"]["paid"], seen["fee"]["due"]) == (False, True)
    case.pay()
    assert until(lambda: case.see()["fee"]["paid"])


def test_a_chargeback_makes_the_fee_owed_again_and_it_is_paid_anew(counter: Counter) -> None:
    case = counter.submit(form(fulfilment=PICKUP))
    payment = case.begin_payment()
    case.come_back(case.press(payment))
    case.becomes("received")
    case.decide("claim")
    answer = done(record(case, payment, "chargeback", reference="RL-1"))
    assert answer["fee"]["due"]
    (row,) = case.owed(after=answer["position"])
    assert (row["kind"], row["reason"], row["reference"]) == ("fee-owed", "charged-back", "RL-1")
    version = answer["version"]
    refused = case.clerk.post(f"{case.path}/approval", version=version)
    require_problem(refused, 409, "not-received-yet")
    case.pay()
    until(lambda: case.see()["fee"]["paid"])
    until(lambda: case.owed() == [])
    case.decide("approval")


def test_money_that_went_twice_is_a_claim_until_it_is_settled(counter: Counter) -> None:
    case, row = rejected(counter)
    done(record(case, row, "refund", reference="KA-1"))
    answer = done(record(case, row, "chargeback", reference="RL-1"))
    (claim,) = case.owed(after=answer["position"])
    assert (claim["kind"], claim["reason"], claim["reference"]) == ("claim", "charged-back", "RL-1")
    answer = done(record(case, row, "correction", ground="chargeback-reversed"))
    assert case.owed(after=answer["position"]) == []


def test_unmatched_money_is_assigned_to_the_application_it_was_meant_for(
    counter: Counter,
) -> None:
    case, row = unmatched(counter)
    other = counter.submit(form())
    done(record(case, row, "assignment", application_id=other.id))
    other.becomes("received")
    until(lambda: case.owed() == [])
    until(lambda: ledger(case, row)["application_id"] == other.id)
    require_problem(record(case, row, "refund", reference="KA-1"), 409, "money-matched")


def test_money_is_not_assigned_where_it_does_not_fit(counter: Counter, visitors: Visitors) -> None:
    case, row = unmatched(counter)
    reduced = counter.submit(form(answers={"reduction": "student"}))
    refused = record(case, row, "assignment", application_id=reduced.id)
    require_problem(refused, 409, "money-does-not-fit")
    nowhere = "018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"
    require_problem(record(case, row, "assignment", application_id=nowhere), 404, "not-found")
    assert case.owed() == [row]


def test_unmatched_money_is_paid_back(counter: Counter) -> None:
    case, row = unmatched(counter)
    answer = done(record(case, row, "refund", reference="KA-9"))
    assert case.owed(after=answer["position"]) == []
    until(lambda: ledger(case, row)["balance"] == 0)


def test_what_is_taken_at_the_counter_has_a_ledger_too(counter: Counter) -> None:
    case = counter.submit(form(fulfilment=PICKUP, channel="counter"))
    done(case.clerk.post(f"{case.path}/counter-payments", {"method": "cash", "receipt": "B-1"}))
    case.becomes("received")
    case.decide("claim")
    case.decide("rejection", {"reason": "Kein Wohnsitz."})
    (row,) = until(case.owed)
    # The list follows the application, and so does the ledger: either may be there first.
    until(lambda: case.clerk.get(f"/treasury/payments/{row['payment_id']}").is_success)
    until(lambda: entries(case, row) == ["PaymentTakenAtCounter", "PaymentRefundDue"])
    done(record(case, row, "refund", reference="KA-3"))


def test_nobody_records_a_booking_without_a_sound_reference(counter: Counter) -> None:
    case, row = rejected(counter)
    require_problem(record(case, row, "refund", reference=""), 422, "form-has-problems")
    require_problem(record(case, row, "correction", ground="weil"), 422, "form-has-problems")


def test_the_list_is_read_page_by_page_to_its_end(counter: Counter, visitors: Visitors) -> None:
    cases = [unmatched(counter)[0] for _ in range(3)]
    clerk, seen, cursor = visitors.clerk(GELSENKIRCHEN), list[str](), None
    while True:
        query = {"limit": 2, "kind": "unmatched", **({"cursor": cursor} if cursor else {})}
        page = done(clerk.get("/treasury", **query))
        seen += [row["application_id"] for row in page["open"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert {case.id for case in cases} <= set(seen)


def test_a_cursor_of_somebody_s_own_making_is_refused(visitors: Visitors) -> None:
    require_problem(visitors.clerk().get("/treasury", cursor="abc"), 400, "cursor-malformed")
