"""An application with all there could be to see, and the ids that every address needs."""

from typing import Any

from tests.api.library_card import Case, Counter, done, form, photo, until
from tests.api.operations import NOWHERE, Place
from tests.api.visitors import GELSENKIRCHEN

AT_BUER = {"mode": "pickup", "branch": "buer"}


def submitted_and_proven(counter: Counter, person: dict[str, Any] | None = None) -> Case:
    """A case of Buer with a proof that was found clean; the fee is due."""
    case = counter.submit(form(person, {"reduction": "student"}, fulfilment=AT_BUER))
    case.prove(photo())
    until(lambda: case.see()["missing_proofs"] == [])
    return case


def paid_once_more(case: Case, payment: dict[str, Any]) -> dict[str, Any]:
    """The treasury's list has the payment twice; return what stands in the queue since."""
    entries = done(case.clerk.get(f"/treasury/payments/{payment['payment_id']}"))["entries"]
    paid = next(entry["data"] for entry in entries if entry["name"] == "PaymentSucceeded")
    amount = f"{paid['cents'] // 100}.{paid['cents'] % 100:02d}"
    line = f"{paid['reference']};{amount};{paid['paid_at'][:10]}"
    content = f"reference;amount;booked_on\n{line}\n{line}\n"

    def differences(*, queue: bool) -> list[str]:
        told = done(case.clerk.http.post(
            "/treasury/reconciliations",
            content=content,
            headers={**case.clerk.headers, "Content-Type": "text/csv"},
            params={"queue": queue},
        ))  # fmt: skip
        return [one["what"] for one in told["differences"] if one["reference"] == paid["reference"]]

    until(lambda: differences(queue=False) == ["twice-there"])  # the ledger's table may be behind
    differences(queue=True)

    def queued() -> list[dict[str, Any]]:
        rows = done(case.clerk.get("/treasury", kind="found", limit=500))["open"]
        return [row for row in rows if row["beside"] == case.id]

    return until(queued)[0]


def first_notice(case: Case) -> str:
    """The applicant was told that it is received."""

    def queued() -> list[dict[str, Any]]:
        return list(done(case.clerk.get(f"{case.path}/notices"))["notices"])

    return str(until(queued)[0]["notification_id"])


def place_of(case: Case) -> Place:
    """Pay, claim and ask back, so that there is one of each kind; return all ids."""
    payment = case.begin_payment()
    case.come_back(case.press(payment))
    case.becomes("received")
    found = paid_once_more(case, payment)
    case.decide("claim")
    seen = case.decide("corrections", {"message": "Welche Hausnummer?"})
    return Place(
        {
            "application_id": case.id,
            "correction_id": seen["open_correction"],
            "payment_id": payment["payment_id"],
            "found_id": found["payment_id"],
            "proof_id": case.see()["proofs"][0]["proof_id"],
            "notification_id": first_notice(case),
            "hand_over_id": NOWHERE,
            "kind": "reduction-proof",
            "ags": GELSENKIRCHEN,
            "service": "library-card",
            "version": "1",
            "token": "not-signed-by-anybody",
        }
    )
