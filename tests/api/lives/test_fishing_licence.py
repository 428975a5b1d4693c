"""A new service in a new municipality needs no code: its files are seeded, and it is lived.

API and workers have been running all the time, and follow.
"""

from pathlib import Path

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from tests.api.fishing import FISHING, HERNE, licence, seeded, written_to
from tests.api.house import House
from tests.api.library_card import Counter, done, photo, until
from tests.api.lives.applying import refused


@pytest.fixture(scope="module")
def _lived(house: House, portal: BlockingPortal, http: httpx.Client, tmp_path_factory) -> None:
    unknown = http.get(f"/municipalities/{HERNE}/services/{FISHING}")
    assert unknown.status_code == 404
    folder: Path = written_to(tmp_path_factory.mktemp("fishing"))
    changes = portal.call(seeded, house.database, folder)
    assert "fishing-licence: version 1 published" in changes
    assert "Herne: fishing-licence live" in changes
    until(lambda: http.get(f"/municipalities/{HERNE}/services/{FISHING}").is_success)
    assert portal.call(seeded, house.database, folder) == []


@pytest.mark.usefixtures("_lived")
def test_it_is_submitted_proven_paid_approved_and_picked_up(counter: Counter) -> None:
    case = counter.submit(licence())
    seen = case.see()
    assert (seen["fee"]["cents"], seen["missing_proofs"]) == (5000, ["fishing-exam"])
    case.prove(photo(), "fishing-exam")
    until(lambda: case.see()["missing_proofs"] == [])
    case.pay()
    case.becomes("received")
    case.decide("claim")
    case.decide("approval")
    case.decide("ready-for-pickup", {})
    case.gets_mail("Zur Abholung bereit")
    case.decide("pickup")
    assert case.see()["status"] == "picked-up"
    assert case.history() == [
        "ApplicationSubmitted", "ProofUploaded", "ProofFoundClean", "ApplicationPaid",
        "ApplicationReceived", "ApplicationClaimed", "ApplicationApproved",
        "ApplicationReadyForPickup", "ApplicationPickedUp",
    ]  # fmt: skip


@pytest.mark.usefixtures("_lived")
def test_its_own_rules_hold(counter: Counter) -> None:
    young = licence()
    young["applicant"]["birth_date"] = "2015-06-01"
    seen = counter.submit(young).see()
    assert (seen["fee"]["cents"], seen["missing_proofs"]) == (800, [])
    impossible = licence(answers={"exam_year": 1900})
    problem = refused(counter, impossible, 422, "form-has-problems")
    assert [error["pointer"] for error in problem["errors"]] == ["/answers/exam_year"]
    elsewhere = licence(municipality="05513000")
    refused(counter, elsewhere, 404, "service-not-offered")


@pytest.mark.usefixtures("_lived")
def test_it_is_listed_like_any_other(http: httpx.Client) -> None:
    towns = {town["ags"]: town for town in done(http.get("/municipalities"))}
    assert towns[HERNE]["services"] == [FISHING]
