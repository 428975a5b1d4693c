"""What came to the wrong town goes on in the right one, as filed on the day it came."""

from typing import Any

from tests.api.library_card import (
    PICKUP,
    REDUCED,
    Case,
    Counter,
    done,
    for_free,
    form,
    photo,
    until,
)
from tests.api.lives.applying import day, paid
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK

THERE = {"to_municipality": GLADBECK, "reason": "Sie wohnen dort."}


def there(counter: Counter, case: Case) -> dict[str, Any]:
    """The application as the other town has it, once it is there."""
    path = f"/applications/{case.see()['goes_on_as']}"
    auditor = counter.visitors.auditor(GLADBECK)
    until(lambda: auditor.get(path).is_success)
    return dict(done(auditor.get(path)))


def test_it_goes_on_there_as_filed_on_the_day_it_was_received_first(counter: Counter) -> None:
    body = {**for_free(), "channel": "post", "received_at": f"{day(-20)}T09:00:00+01:00"}
    case = counter.submit(body)
    case.decide("claim")
    case.decide("forwarding", THERE)
    assert case.see()["status"] == "forwarded"
    seen = there(counter, case)
    assert (seen["municipality"], seen["channel"], seen["office"]) == (
        GLADBECK,
        "forwarded",
        "Stadtbücherei",
    )
    assert (seen["filed_on"], seen["forwarded_from"]) == (day(-20), GELSENKIRCHEN)
    assert seen["status"] == "received"
    assert seen["due_on"] > day(0)  # its days there begin there
    assert seen["applicant"] == case.see()["applicant"]
    assert seen["answers"] == case.see()["answers"]


def test_proofs_go_along_and_what_was_paid_is_paid_back(counter: Counter) -> None:
    case = counter.submit(form(answers=REDUCED, fulfilment=PICKUP))
    content = photo("green")
    case.prove(content)
    until(lambda: not case.see()["missing_proofs"])
    paid(case)
    case.becomes("received")
    case.decide("claim")
    forwarded = case.decide("forwarding", THERE)
    assert [row["cents"] for row in case.owed(after=forwarded["position"])] == [1000]
    there(counter, case)
    clerk = counter.visitors.clerk(GLADBECK)
    path = f"/applications/{case.see()['goes_on_as']}"

    def proven() -> dict[str, Any] | None:
        seen = dict(done(case.citizen.get(path)))
        return None if seen["missing_proofs"] else seen

    seen = until(proven) or {}
    assert (seen["status"], seen["fee"]["due"]) == ("submitted", True)
    assert seen["branch"] is not None
    (proof,) = seen["proofs"]
    here, elsewhere = (
        case.clerk.get(f"{case.path}/proofs/{case.see()['proofs'][0]['proof_id']}"),
        clerk.get(f"{path}/proofs/{proof['proof_id']}"),
    )
    assert here.content == elsewhere.content
    again = done(case.citizen.upload(f"{path}/proofs/reduction-proof", content))
    assert again["version"] == seen["version"]  # the same file is the same proof


def test_the_applicant_finds_it_and_is_told_that_nothing_is_to_be_sent_again(
    counter: Counter,
) -> None:
    case = counter.claimed()
    case.decide("forwarding", THERE)
    seen = there(counter, case)
    until(lambda: _mine(case, seen["application_id"]))
    text = until(lambda: _letter(case))
    assert "nicht noch einmal zu stellen" in text
    assert seen["application_id"] in text


def _mine(case: Case, application_id: str) -> bool:
    rows = done(case.citizen.get("/applications"))["applications"]
    return application_id in {row["application_id"] for row in rows}


def _letter(case: Case) -> str:
    subject = "Ihr Antrag gehört zu einer anderen Stelle"
    return case.text_of(subject) if subject in case.subjects() else ""


def test_nobody_of_the_first_town_reads_on_there_nor_reopens_it_here(counter: Counter) -> None:
    case = counter.claimed()
    case.decide("forwarding", THERE)
    there(counter, case)
    path = f"/applications/{case.see()['goes_on_as']}"
    require_problem(case.clerk.get(path), 404, "not-found")
    version = case.see()["version"]
    answer = case.clerk.post(f"{case.path}/reopening", {"reason": "Doch hier."}, version=version)
    require_problem(answer, 409, "goes-on-elsewhere")


def test_it_is_counted_where_it_was_filed(counter: Counter) -> None:
    case = counter.claimed()
    case.decide("forwarding", THERE)
    position = there(counter, case)["position"]
    query = {"by": ["municipality", "channel"], "all_channels": True, "include_pilot": True}
    analyst = counter.visitors.analyst()
    counts = done(analyst.get("/statistics/applications", after=position, **query))["counts"]
    assert "forwarded" not in {row["channel"] for row in counts}
    told = done(analyst.get("/statistics/applications", channel="forwarded", include_pilot=True))
    assert {row["municipality"] for row in told["counts"]} == {GLADBECK}
