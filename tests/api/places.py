"""An application with all there could be to see, and the ids that every address needs."""

from typing import Any

from tests.api.library_card import Case, Counter, form, photo, until
from tests.api.operations import Place
from tests.api.visitors import GELSENKIRCHEN

AT_BUER = {"mode": "pickup", "branch": "buer"}


def submitted_and_proven(counter: Counter, person: dict[str, Any] | None = None) -> Case:
    """A case of Buer with a proof that was found clean; the fee is due."""
    case = counter.submit(form(person, {"reduction": "student"}, fulfilment=AT_BUER))
    case.prove(photo())
    until(lambda: case.see()["missing_proofs"] == [])
    return case


def place_of(case: Case) -> Place:
    """Pay, claim and ask back, so that there is one of each kind; return all ids."""
    payment = case.begin_payment()
    case.come_back(case.press(payment))
    case.becomes("received")
    case.decide("claim")
    seen = case.decide("corrections", {"message": "Welche Hausnummer?"})
    return Place(
        {
            "application_id": case.id,
            "correction_id": seen["open_correction"],
            "payment_id": payment["payment_id"],
            "proof_id": case.see()["proofs"][0]["proof_id"],
            "kind": "reduction-proof",
            "ags": GELSENKIRCHEN,
            "service": "library-card",
            "version": "1",
        }
    )
