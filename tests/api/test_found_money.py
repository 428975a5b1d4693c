"""Money that only the treasury has stands in its queue until a clerk has settled it."""

from typing import Any
from uuid import uuid4

from anyio.from_thread import BlockingPortal

from tests.api.forgetting import operator
from tests.api.library_card import PICKUP, Case, Counter, done, form, until
from tests.api.places import paid_once_more
from tests.api.problems import require_problem
from tests.api.test_reconciling import BOOKED_ON, of, send
from tests.api.unclear import become_unclear
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors


def new_reference() -> str:
    return f"K-{uuid4().hex[:12]}"


def line_of(reference: str, amount: str = "20,00") -> str:
    return f"payment;{reference};{amount};{BOOKED_ON}"


def queued(clerk: Visitor, reference: str) -> list[dict[str, Any]]:
    rows = done(clerk.get("/treasury", kind="found", limit=500))["open"]
    return [row for row in rows if row["reference"] == reference]


def found(clerk: Visitor, amount: str = "20,00") -> dict[str, Any]:
    """A line that nothing here explains, and its row in the queue."""
    reference = new_reference()
    assert done(send(clerk, [line_of(reference, amount)]))["queued"] == 1
    (row,) = until(lambda: queued(clerk, reference))
    return row


def settle(clerk: Visitor, row: dict[str, Any], what: str, **body: Any) -> Any:
    return clerk.post(f"/treasury/found/{row['payment_id']}/{what}", body)


def ledger(clerk: Visitor, row: dict[str, Any]) -> dict[str, Any]:
    return dict(done(clerk.get(f"/treasury/payments/{row['payment_id']}")))


def paid_twice(counter: Counter) -> tuple[Case, dict[str, Any]]:
    """Pressed "pay twice" on the platform's page; the treasury's list has it twice."""
    case = counter.submit(form(fulfilment=PICKUP))
    payment = case.begin_payment()
    case.come_back(case.press(payment, "pay-twice"))
    case.becomes("received")
    row = paid_once_more(case, payment)
    listed = case.clerk.http.get(f"{case.house.sandbox}/payment/treasury.csv").text
    assert listed.count(f";{row['reference']};") == 2
    return case, row


def test_what_was_paid_twice_is_in_the_queue_until_it_is_paid_back(counter: Counter) -> None:
    case, row = paid_twice(counter)
    assert (row["reason"], row["cents"], row["beside"]) == ("twice-there", 2000, case.id)
    assert row["application_id"] is None
    answer = done(settle(case.clerk, row, "refund", reference="KA-1"))
    assert (answer["status"], answer["account"]) == ("succeeded", "refunded")
    after = done(case.clerk.get("/treasury", after=answer["position"], kind="found"))["open"]
    assert row["payment_id"] not in {one["payment_id"] for one in after}
    seen = ledger(case.clerk, row)
    assert (seen["received"], seen["balance"], seen["application_id"]) == (2000, 0, None)
    assert [entry["name"] for entry in seen["entries"]] == ["MoneyFound", "FoundMoneyGone"]
    require_problem(settle(case.clerk, row, "refund", reference="KA-2"), 409, "money-has-gone")


def test_whose_money_was_found_is_erased_once_it_was_paid_back(
    counter: Counter, visitors: Visitors
) -> None:
    case, row = paid_twice(counter)
    case.decide("claim")
    case.decide("approval")
    case.decide("ready-for-pickup", {})
    case.decide("pickup")
    assert operator(visitors).fates(case.id) == {case.id: "owed"}
    done(settle(case.clerk, row, "refund", reference="KA-1"))
    until(lambda: operator(visitors).fates(case.id) == {case.id: "erased"})


def test_found_money_pays_the_fee_of_the_application_it_was_meant_for(counter: Counter) -> None:
    case = counter.submit(form())
    row = found(case.clerk)
    answer = done(settle(case.clerk, row, "assignment", application_id=case.id))
    assert answer["application_id"] == case.id
    case.becomes("received")
    assert case.see()["fee"]["paid"]
    until(lambda: queued(case.clerk, row["reference"]) == [])
    refused = settle(case.clerk, row, "refund", reference="KA-1")
    require_problem(refused, 409, "money-matched")


def test_found_money_that_does_not_fit_stays_in_the_queue(counter: Counter) -> None:
    case = counter.submit(form())
    row = found(case.clerk, "19,99")
    refused = settle(case.clerk, row, "assignment", application_id=case.id)
    require_problem(refused, 409, "money-does-not-fit")
    assert queued(case.clerk, row["reference"]) == [row]


def test_what_is_no_money_is_dismissed_and_found_again_if_it_is_listed_again(
    visitors: Visitors,
) -> None:
    clerk = visitors.clerk()
    row = found(clerk)
    lines = [line_of(row["reference"])]
    done(settle(clerk, row, "dismissal", ground="listed-by-mistake"))
    until(lambda: queued(clerk, row["reference"]) == [])
    until(lambda: of(send(clerk, lines), row["reference"]) != [])
    (again,) = until(lambda: queued(clerk, row["reference"]))
    assert again["payment_id"] == row["payment_id"]


def test_a_wrong_entry_is_corrected_and_the_money_is_in_the_queue_again(
    visitors: Visitors,
) -> None:
    clerk = visitors.clerk()
    row = found(clerk)
    require_problem(settle(clerk, row, "correction", ground="refund-returned"), 409,
                    "money-is-here")  # fmt: skip
    done(settle(clerk, row, "chargeback", reference="RL-1"))
    until(lambda: queued(clerk, row["reference"]) == [])
    done(settle(clerk, row, "correction", ground="chargeback-reversed"))
    (again,) = until(lambda: queued(clerk, row["reference"]))
    assert again["payment_id"] == row["payment_id"]
    require_problem(settle(clerk, row, "dismissal", ground="weil"), 422, "form-has-problems")


def test_the_same_list_again_finds_nothing_new(visitors: Visitors) -> None:
    clerk = visitors.clerk()
    row = found(clerk)
    lines = [line_of(row["reference"])]
    until(lambda: of(send(clerk, lines), row["reference"]) == [])
    assert queued(clerk, row["reference"]) == [row]
    assert [e["name"] for e in ledger(clerk, row)["entries"]] == ["MoneyFound"]


def test_a_list_may_be_looked_at_only(visitors: Visitors) -> None:
    clerk, reference = visitors.clerk(), new_reference()
    told = done(send(clerk, [line_of(reference)], queue=False))
    assert (told["queued"], told["too_many"]) == (0, False)
    position = found(clerk) and queued(clerk, reference)
    assert position == []


def test_a_list_of_something_else_does_not_flood_the_queue(visitors: Visitors) -> None:
    clerk, other = visitors.clerk(GLADBECK), new_reference()
    told = done(send(clerk, [line_of(f"{other}-{n}") for n in range(1001)]))
    assert (told["queued"], told["too_many"]) == (0, True)
    assert told["count"] >= 1001


def test_the_queue_is_of_the_own_town_and_the_own_office(
    counter: Counter, visitors: Visitors
) -> None:
    case, row = paid_twice(counter)
    for stranger in (visitors.clerk(GLADBECK), visitors.clerk(GELSENKIRCHEN, office="Standesamt")):
        assert queued(stranger, row["reference"]) == []
        refused = settle(stranger, row, "refund", reference="KA-1")
        require_problem(refused, 404, "not-found")
        assert stranger.get(f"/treasury/payments/{row['payment_id']}").status_code == 404
    own = visitors.clerk(GELSENKIRCHEN, office=case.see()["office"])
    assert queued(own, row["reference"]) == [row]


def test_what_the_platform_does_not_tell_readably_the_treasury_does(
    counter: Counter, portal: BlockingPortal
) -> None:
    case = counter.submit(form())
    payment = case.begin_payment()
    path = f"{case.path}/payments/{payment['payment_id']}/clarification"
    require_problem(case.clerk.post(path, {"money": None}), 409, "nothing-to-clarify")
    become_unclear(portal, case, payment["payment_id"])
    (row,) = until(case.owed)
    assert (row["kind"], row["payment_id"]) == ("unclear", payment["payment_id"])
    money = {"cents": 2000, "reference": "K-1", "booked_on": str(BOOKED_ON)}
    require_problem(case.clerk.post(path, {"money": {**money, "cents": 0}}), 422,
                    "form-has-problems")  # fmt: skip
    answer = done(case.clerk.post(path, {"money": money}))
    assert (answer["status"], answer["received"]) == ("succeeded", 2000)
    case.becomes("received")
    until(lambda: case.owed() == [])
