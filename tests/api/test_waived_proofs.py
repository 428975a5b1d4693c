"""What a town does not ask for at submission is not asked for by a correction either."""

from typing import Any

import httpx
import pytest

from tests.api.library_card import Case, Counter, done
from tests.api.lives.applying import claimed
from tests.api.lives.test_dog_tax import registration
from tests.api.operating import Stream, municipality
from tests.api.problems import require_problem
from tests.api.visitors import Visitor, Visitors

LEVERKUSEN, DOGS, OFFICE = "05316000", "dog-tax-registration", "Steueramt"
WAIVED = {"version": 1, "office": OFFICE, "waived_proofs": ["liability-insurance"]}
ASKED_FOR = {"version": 1, "office": OFFICE}
LARGE = {"dog_class": "large", "chip_number": "276098102345678"}
LISTED = {**LARGE, "dog_class": "listed"}


@pytest.fixture(scope="module")
def operator(visitors: Visitors) -> Visitor:
    return visitors.new("operator")


@pytest.fixture(scope="module")
def town(operator: Visitor) -> Stream:
    body = {"name": "Leverkusen", "kind": "kreisfrei", "region": "r", "sender": "n@lev.example"}
    done(operator.post("/catalogue/municipalities", {**body, "ags": LEVERKUSEN}))
    leverkusen = municipality(operator, LEVERKUSEN)
    leverkusen.does("offices", {"office": OFFICE})
    leverkusen.does("mailbox", {"address": "steueramt@lev.example"})
    leverkusen.does("branches", {"key": "rathaus", "name": "Rathaus", "address": "Markt 1"})
    leverkusen.does(f"services/{DOGS}/adoption", WAIVED)
    leverkusen.does(f"services/{DOGS}/going-live", {})
    return leverkusen


def registered(counter: Counter, **changes: Any) -> Case:
    body = registration(residence=LEVERKUSEN, **changes)
    return claimed(counter.submit({**body, "municipality": LEVERKUSEN}))


def corrected(case: Case, changes: dict[str, Any]) -> httpx.Response:
    asked = case.decide("corrections", {"message": "Bitte die Art des Hundes prüfen."})
    path = f"{case.path}/corrections/{asked['open_correction']}/answer"
    return case.citizen.post(path, {"message": "So.", "changes": changes})


def require_bound(answer: httpx.Response) -> None:
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert error["pointer"] == "/changes/dog_class"


def test_a_correction_is_judged_by_what_the_town_waived_at_submission(
    town: Stream, counter: Counter
) -> None:
    running = registered(counter)
    refused = registered(counter)
    town.does(f"services/{DOGS}/adoption", ASKED_FOR)
    answer = done(corrected(running, LARGE))
    assert (answer["open_correction"], running.see()["missing_proofs"]) == (None, [])
    require_bound(corrected(refused, LISTED))  # of a listed dog, the permit is asked for as well
    later = registered(counter)
    town.does(f"services/{DOGS}/adoption", WAIVED)
    require_bound(corrected(later, LARGE))
