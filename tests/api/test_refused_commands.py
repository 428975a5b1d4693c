"""Each command in the wrong moment is refused by name, and nothing of it reaches the log."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.library_card import PICKUP, Case, Counter, form, photo
from tests.api.problems import TRACE, TRACED, Database, nothing_appended, require_problem
from tests.api.visitors import GLADBECK

CORRECTION = "corrections/018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"
CLERKS: dict[str, Any] = {
    "claim": None,
    "release": None,
    "corrections": {"message": "Welche Hausnummer?"},
    f"{CORRECTION}/cancellation": None,
    "approval": None,
    "rejection": {"reason": "Kein Wohnsitz."},
    "forwarding": {"to_municipality": GLADBECK, "reason": "Dort gemeldet."},
    "office": {"to_office": "Stadtbibliothek", "reason": "Dort bekannt."},
    "ready-for-pickup": {},
    "pickup": None,
    "dispatch": None,
    "reopening": {"reason": "Neue Belege."},
}
TO_DECIDE = ("corrections", "approval", "rejection", "forwarding", "office")
NEVER_WAITING = dict.fromkeys([f"{CORRECTION}/cancellation"], "no-open-correction")
NOT_FULFILLED = {
    "ready-for-pickup": "not-approved",
    "pickup": "not-ready-for-pickup",
    "dispatch": "not-approved",
    "reopening": "not-ended",
}
AHEAD = {**NEVER_WAITING, **NOT_FULFILLED}
# What is not named here is allowed in that moment.
REFUSED: dict[str, dict[str, str]] = {
    "submitted": {**AHEAD, **dict.fromkeys(("claim", *TO_DECIDE), "not-received-yet")},
    "received": {**AHEAD, **dict.fromkeys(TO_DECIDE, "not-claimed")},
    "claimed": AHEAD,
    "claimed-by-another": {
        **AHEAD,
        **dict.fromkeys(("claim", "release", *TO_DECIDE), "claimed-by-another"),
    },
    "correction-open": {
        **AHEAD,
        **dict.fromkeys(("corrections", "approval", "rejection"), "correction-is-open"),
    },
    "approved": {
        **AHEAD,
        **dict.fromkeys(TO_DECIDE, "already-decided"),
        "ready-for-pickup": "",
        "dispatch": "fulfilment-not-chosen",
    },
    "ready-for-pickup": {**AHEAD, **dict.fromkeys(TO_DECIDE, "already-decided"), "pickup": ""},
    "withdrawn": {
        **NEVER_WAITING,
        **dict.fromkeys(
            ("claim", *TO_DECIDE, "ready-for-pickup", "pickup", "dispatch"), "already-ended"
        ),
    },
}
MOMENTS = [(moment, what, kind) for moment, all_ in REFUSED.items() for what, kind in all_.items()]
NEED_IF_MATCH = [what for what in CLERKS if what not in ("claim", "release")]


@pytest.fixture(scope="module")
def cases(counter: Counter) -> dict[str, Case]:
    """One application in each moment of its life."""
    cases = {moment: counter.claimed(fulfilment=PICKUP) for moment in REFUSED}
    cases["submitted"] = counter.submit(form(None, {"reduction": "student"}))
    cases["received"].decide("release")
    another = cases["claimed-by-another"]
    another.decide("release")
    another.clerk.http.post(
        f"{another.path}/claim", headers=counter.visitors.clerk().headers
    ).raise_for_status()
    cases["correction-open"].decide("corrections", {"message": "Welche Hausnummer?"})
    cases["approved"].decide("approval")
    cases["ready-for-pickup"].decide("approval")
    cases["ready-for-pickup"].decide("ready-for-pickup", {})
    cases["withdrawn"].ask("withdrawal", {})
    return cases


@pytest.fixture(autouse=True)
def nothing_is_appended(database: Database, cases: dict[str, Case]) -> Iterator[None]:
    with nothing_appended(database):
        yield


@pytest.mark.parametrize(("moment", "what", "kind"), [m for m in MOMENTS if m[2]])
def test_a_clerk_command_in_the_wrong_moment_is_refused(
    cases: dict[str, Case], moment: str, what: str, kind: str
) -> None:
    case = cases[moment]
    version = case.see()["version"]
    answer = case.clerk.post(f"{case.path}/{what}", CLERKS[what], version=version, headers=TRACED)
    assert require_problem(answer, 409, kind)["trace_id"] == TRACE


@pytest.mark.parametrize(
    ("moment", "what", "next_step"),
    [
        ("received", "ready-for-pickup", "decide it first"),
        ("received", "approval", "Claim the application"),
        ("withdrawn", "approval", "the office can reopen it with a reason"),
    ],
)
def test_a_clerk_is_told_the_next_step(
    cases: dict[str, Case], moment: str, what: str, next_step: str
) -> None:
    case = cases[moment]
    answer = case.clerk.post(f"{case.path}/{what}", CLERKS[what], version=case.see()["version"])
    assert next_step in answer.json()["detail"]


def test_who_has_claimed_it_is_named(cases: dict[str, Case]) -> None:
    case = cases["claimed-by-another"]
    holder = case.see()["claimed_by"]
    assert holder != case.clerk.subject
    for what in ("claim", "approval"):
        answer = case.clerk.post(f"{case.path}/{what}", CLERKS[what], version=case.see()["version"])
        assert answer.json()["detail"].endswith(f"ask them to release it. ({holder})")


@pytest.mark.parametrize(
    ("moment", "what", "body", "kind"),
    [
        ("approved", "withdrawal", {}, "too-late-to-withdraw"),
        ("withdrawn", "withdrawal", {}, "already-ended"),
        ("received", f"{CORRECTION}/answer", {"message": "Hier."}, "no-open-correction"),
        ("correction-open", f"{CORRECTION}/answer", {"message": "Hier."}, "no-open-correction"),
        ("received", "payments", None, "no-fee-due"),
        ("withdrawn", "payments", None, "no-fee-due"),
    ],
)
def test_a_citizen_command_in_the_wrong_moment_is_refused(
    cases: dict[str, Case], moment: str, what: str, body: Any, kind: str
) -> None:
    answer = cases[moment].citizen.post(f"{cases[moment].path}/{what}", body)
    require_problem(answer, 409, kind)


@pytest.mark.parametrize(
    ("moment", "status", "kind"),
    [("received", 409, "proofs-are-closed"), ("withdrawn", 409, "already-ended"),
     ("correction-open", 422, "proof-not-asked-for")],
)  # fmt: skip
def test_a_proof_in_the_wrong_moment_is_refused(
    cases: dict[str, Case], moment: str, status: int, kind: str
) -> None:
    path = f"{cases[moment].path}/proofs/reduction-proof"
    require_problem(cases[moment].citizen.upload(path, photo()), status, kind)


@pytest.mark.parametrize("what", NEED_IF_MATCH)
def test_a_decision_needs_to_say_what_it_is_based_on(cases: dict[str, Case], what: str) -> None:
    case = cases["claimed"]
    answer = case.clerk.post(f"{case.path}/{what}", CLERKS[what])
    require_problem(answer, 428, "if-match-missing")


@pytest.mark.parametrize("what", NEED_IF_MATCH)
def test_a_decision_on_old_facts_is_refused(cases: dict[str, Case], what: str) -> None:
    case = cases["claimed"]
    answer = case.clerk.post(f"{case.path}/{what}", CLERKS[what], version=1)
    require_problem(answer, 412, "stale-version")


@pytest.mark.parametrize(
    "etag", ["7", "*", 'W/"7"', '"x"', '"7', '"-1"', '""', '"1", "2"', '"' + "9" * 19 + '"']
)
def test_what_is_no_etag_of_ours_is_refused(cases: dict[str, Case], etag: str) -> None:
    case = cases["claimed"]
    answer = case.clerk.post(f"{case.path}/approval", headers={"If-Match": etag})
    require_problem(answer, 400, "if-match-malformed")


@pytest.mark.parametrize("what", ["corrections", "rejection", "forwarding", "office", "reopening"])
@pytest.mark.parametrize("text", ["", "   ", "\0", "x" * 4001, 7, None])
def test_a_decision_needs_words_that_can_be_read(
    cases: dict[str, Case], what: str, text: Any
) -> None:
    body = {name: text for name in CLERKS[what] if name in ("message", "reason")}
    case = cases["claimed"]
    answer = case.clerk.post(f"{case.path}/{what}", CLERKS[what] | body, version=3)
    require_problem(answer, 422, "form-has-problems")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"phone": "call me"}, "/changes/phone"),
        ({"accepts_terms": False}, "/changes/accepts_terms"),
        ({"shoe_size": 42}, "/changes/shoe_size"),
    ],
)
def test_an_answer_to_a_correction_keeps_to_the_form(
    cases: dict[str, Case], changes: dict[str, Any], pointer: str
) -> None:
    case = cases["correction-open"]
    what = f"corrections/{case.see()['open_correction']}/answer"
    answer = case.citizen.post(f"{case.path}/{what}", {"message": "Hier.", "changes": changes})
    problem = require_problem(answer, 422, "form-has-problems")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
