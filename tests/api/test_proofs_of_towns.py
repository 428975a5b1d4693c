"""What a town asks for at submission, and what it waives, holds for corrections as well."""

from typing import Any

import httpx
import pytest

from tests.api.library_card import Case, Counter, done
from tests.api.lives.applying import claimed, proven
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


def own(**when: Any) -> dict[str, Any]:
    title = {"de": "Sachkundenachweis", "en": "Certificate of competence"}
    return {**ASKED_FOR, "own_proofs": [{"kind": "competence", "title": title, "when": when}]}


def test_a_town_asks_for_a_proof_of_its_own_until_it_says_otherwise(
    town: Stream, counter: Counter, http: httpx.Client
) -> None:
    town.does(f"services/{DOGS}/adoption", own(dogs_in_household={"at_least": 2}))
    two = {"dogs_in_household": 2}
    case = counter.submit({**registration(residence=LEVERKUSEN, **two), "municipality": LEVERKUSEN})
    one = registered(counter)
    shown = done(http.get(f"/municipalities/{LEVERKUSEN}/services/{DOGS}"))["proofs"]
    assert [proof["kind"] for proof in shown][-1] == "competence"
    town.does(f"services/{DOGS}/adoption", ASKED_FOR)
    assert case.see()["missing_proofs"] == ["competence"]
    proven(case, "competence")
    claimed(case)
    (error,) = require_problem(corrected(one, two), 422, "form-has-problems")["errors"]
    assert error["pointer"] == "/changes/dogs_in_household"
    assert done(corrected(registered(counter), two))["open_correction"] is None


@pytest.mark.parametrize(
    ("when", "pointer", "said"),
    [
        ({"shoe_size": 42}, "shoe_size", "is no fact"),
        ({"dog_class": ["large", "huge"]}, "dog_class", "can never be huge"),
        ({"dog_class": {"at_least": 1}}, "dog_class", "has no range"),
    ],
)
def test_a_proof_that_could_never_be_asked_for_is_refused(
    town: Stream, when: dict[str, Any], pointer: str, said: str
) -> None:
    answer = town.ask(f"services/{DOGS}/adoption", own(**when))
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert error["pointer"] == f"/own_proofs/0/when/{pointer}"
    assert said in error["detail"]


def test_a_proof_is_asked_for_once(town: Stream) -> None:
    twice = own()
    twice["own_proofs"][0]["kind"] = "keeping-permit"
    answer = town.ask(f"services/{DOGS}/adoption", twice)
    require_problem(answer, 422, "proof-asked-for-already")
