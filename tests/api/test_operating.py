"""Definitions and municipalities by API: an operator takes a town through the seven steps."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.municipality.onboarding import Step
from tests.api.fishing import SERVICE, licence
from tests.api.library_card import Counter, done, form
from tests.api.lives.applying import claimed, proven
from tests.api.lives.test_resident_parking import permit
from tests.api.operating import Stream, municipality, service
from tests.api.problems import require_problem
from tests.api.visitors import Visitor, Visitors

ESSEN, BONN, REMSCHEID, SOLINGEN = "05113000", "05314000", "05120000", "05122000"
WUPPERTAL, DUISBURG, KREFELD = "05124000", "05112000", "05114000"
BIELEFELD, BIELEFELDS = "05711000", {"originator": "bielefeld", "endpoint": "parken"}
HAMM, HAGEN, BOCHUM, KRABBEN = "05915000", "05914000", "05911000", "crab-licence"
FILE = SERVICE.replace("fishing-licence", KRABBEN)
NEXT = FILE.replace("version = 1", "version = 2").replace("cents = 4800", "cents = 9900")
OFFICE = "Ordnungsamt"
ADOPTION = {"version": 1, "office": OFFICE, "branches": ["rathaus"]}
HAMMS = {"name": "Hamm", "kind": "kreisfrei", "region": "ruhrgebiet", "sender": "n@hamm.example"}


@pytest.fixture(scope="module")
def operator(visitors: Visitors) -> Visitor:
    return visitors.new("operator")


@pytest.fixture(scope="module")
def crabs(operator: Visitor) -> Stream:
    """A service that an operator drafted and published."""
    path = f"/catalogue/services/{KRABBEN}/versions"
    answer = operator.post(path, {"file": FILE})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    stream = service(operator, KRABBEN)
    (draft,) = stream.see()["versions"]
    assert (draft["status"], draft["sha256"]) == ("draft", sha256(FILE.encode()).hexdigest())
    stream.does("versions/1/publication", {"sha256": draft["sha256"]})
    return stream


def registered(operator: Visitor, ags: str, name: str) -> Stream:
    body = {**HAMMS, "ags": ags, "name": name}
    assert operator.post("/catalogue/municipalities", body).status_code == 201
    return municipality(operator, ags)


def furnished(town: Stream, version: int = 1) -> Stream:
    town.does("offices", {"office": OFFICE})
    town.does("branches", {"key": "rathaus", "name": "Rathaus", "address": "Markt 1, 59065 Hamm"})
    town.does("services/crab-licence/adoption", {**ADOPTION, "version": version})
    return town


@pytest.fixture(scope="module")
def hamm(operator: Visitor, crabs: Stream) -> Stream:
    return furnished(registered(operator, HAMM, "Hamm"))


def test_a_town_goes_through_the_seven_steps_to_its_first_application(
    hamm: Stream, counter: Counter, http: httpx.Client
) -> None:
    live = "services/crab-licence/going-live"
    body = licence(municipality=HAMM, service=KRABBEN)
    citizen = counter.visitors.citizen()
    require_problem(citizen.post("/applications", body), 409, "service-is-not-live-yet")
    problem = require_problem(hamm.ask(live, {}), 409, "mailbox-missing")
    assert "Step 4" in problem["detail"]
    assert hamm.see()["blocked"][KRABBEN] == problem["detail"]
    assert "where to apply" in hamm.see()["missing"]["portal_url"]
    hamm.does("mailbox", {"address": "ordnungsamt@hamm.example"})
    require_problem(hamm.ask(live, {}), 409, "payment-platform-missing")
    hamm.does("payment-account", {"originator": "hamm", "endpoint": "stadtkasse"})
    for what, body_ in (("phase", {"phase": "live"}), ("steps", {"step": "announcement"})):
        early = require_problem(hamm.ask(what, body_), 409, "steps-missing")
        assert "key-people, contract, portal-integration" in early["detail"]
    for step in ("key-people", "contract", "portal-integration", "configuration", "announcement"):
        hamm.does("steps", {"step": step})
    assert all(step["done"] for step in hamm.see()["steps"])
    hamm.does(live, {})
    hamm.does("phase", {"phase": "live"})
    # In this process it is in force at once.
    case = counter.submit(body)
    assert case.see()["pilot"] is False
    # The sandbox's platform had not heard of this town when it started.
    assert case.come_back(case.press(case.begin_payment()))["status"] == "succeeded"
    assert http.get(f"/municipalities/{HAMM}/services/{KRABBEN}").is_success
    assert hamm.history()[:3] == ["MunicipalityRegistered", "OfficeOpened", "BranchOpened"]
    assert hamm.history().count("OnboardingStepCompleted") == len(Step)


def test_a_town_that_names_no_provider_is_told_that_it_takes_everybody(
    hamm: Stream, counter: Counter
) -> None:
    assert "lets in as a citizen" in hamm.see()["missing"]["identity_providers"]
    hamm.does("identity-providers", {"issuer": f"{counter.house.sandbox}/issuer"})
    assert list(hamm.see()["missing"]) == ["portal_url"]


def test_what_changes_later_changes_nothing_for_a_running_application(
    hamm: Stream, crabs: Stream, operator: Visitor, counter: Counter
) -> None:
    body = licence(municipality=HAMM, service=KRABBEN)
    running = counter.submit(body)
    before = running.see()
    done(operator.post(f"{crabs.path}/versions", {"file": NEXT}))
    crabs.does("versions/2/publication", {"sha256": sha256(NEXT.encode()).hexdigest()})
    hamm.does("services/crab-licence/adoption", {**ADOPTION, "version": 2, "fees": {"youth": 1}})
    assert counter.submit(body).see()["fee"]["cents"] == 9900
    hamm.does("services/crab-licence/suspension", {"reason": "Umbau"})
    refusal = counter.visitors.citizen().post("/applications", body)
    assert "Umbau" in require_problem(refusal, 409, "service-is-suspended")["detail"]
    assert running.see() == before
    running.ask("withdrawal", {"reason": ""})
    assert running.see()["status"] == "withdrawn"
    hamm.does("services/crab-licence/going-live", {})
    assert counter.submit(body).see()["service_version"] == 2


def test_a_version_is_retired_once_nobody_offers_it(
    operator: Visitor, crabs: Stream, hamm: Stream
) -> None:
    versions = {one["version"]: one for one in crabs.see()["versions"]}
    newest = max(versions)
    offered = [v for v, one in versions.items() if HAMM in one["adopted_by"]]
    why = {"reason": "Neue Satzung"}
    refusal = crabs.ask(f"versions/{offered[0]}/retirement", why)
    require_problem(refusal, 409, "version-still-adopted")
    if newest == 1:
        done(operator.post(f"{crabs.path}/versions", {"file": NEXT}))
        crabs.does("versions/2/publication", {"sha256": sha256(NEXT.encode()).hexdigest()})
        hamm.does("services/crab-licence/adoption", {**ADOPTION, "version": 2})
    crabs.does("versions/1/retirement", why)
    seen = {one["version"]: one["status"] for one in crabs.see()["versions"]}
    assert seen == {1: "retired", 2: "published"}
    again = hamm.ask("services/crab-licence/adoption", ADOPTION)
    require_problem(again, 409, "version-not-published")


def test_a_published_version_is_not_edited_and_a_wrong_file_is_told_line_by_line(
    operator: Visitor, crabs: Stream
) -> None:
    path = f"{crabs.path}/versions"
    edited = FILE.replace("cents = 4800", "cents = 4900")
    refusal = operator.post(path, {"file": edited})
    require_problem(refusal, 409, "published-stays-as-it-is")
    broken = operator.post(path, {"file": FILE.replace('kind = "decision"', 'kind = "decison"')})
    (error,) = require_problem(broken, 422, "form-has-problems")["errors"]
    assert error["pointer"] == "/file"
    assert error["detail"].startswith("line 6: kind: ")
    other = operator.post("/catalogue/services/other/versions", {"file": FILE})
    assert (
        "has another key" in require_problem(other, 422, "form-has-problems")["errors"][0]["detail"]
    )


def test_only_the_draft_that_was_reviewed_is_published(operator: Visitor) -> None:
    stream = service(operator, "shrimp-licence")
    file = SERVICE.replace("fishing-licence", "shrimp-licence")
    done(operator.post(f"{stream.path}/versions", {"file": file}))
    refusal = stream.ask("versions/1/publication", {"sha256": "0" * 64})
    require_problem(refusal, 422, "form-has-problems")
    unknown = stream.ask("versions/7/publication", {"sha256": "0" * 64})
    require_problem(unknown, 404, "service-version-unknown")


def test_a_town_that_was_merged_takes_nothing_and_names_who_took_over(
    operator: Visitor, crabs: Stream, counter: Counter
) -> None:
    hagen = registered(operator, HAGEN, "Hagen")
    day = {"merged_on": "2021-01-01"}
    refusal = hagen.ask("merger", {"into": "05111000", **day})
    require_problem(refusal, 404, "municipality-unknown")
    hagen.does("merger", {"into": "05513000", **day})
    body = form(municipality=HAGEN)
    refusal = counter.visitors.citizen().post("/applications", body)
    told = require_problem(refusal, 409, "municipality-is-closed")["detail"]
    assert "Gelsenkirchen, 05513000" in told
    later = hagen.ask("offices", {"office": OFFICE})
    require_problem(later, 409, "municipality-has-ended")
    assert hagen.see()["state"]["successor"] == "05513000"
    assert hagen.history() == ["MunicipalityRegistered", "MunicipalityMerged"]


def test_what_was_begun_before_the_merger_is_paid_through_a_new_account(
    operator: Visitor, counter: Counter
) -> None:
    bielefeld = registered(operator, BIELEFELD, "Bielefeld")
    furnishing = {
        "offices": {"office": OFFICE},
        "branches": {"key": "rathaus", "name": "Rathaus", "address": "Markt 1, 33602 Bielefeld"},
        "services/resident-parking-permit/adoption": ADOPTION,
        "mailbox": {"address": "old@bielefeld.example"},
        "payment-account": BIELEFELDS,
        "services/resident-parking-permit/going-live": {},
    }
    for what, body in furnishing.items():
        bielefeld.does(what, body)
    case = counter.submit(permit(residence=BIELEFELD) | {"municipality": BIELEFELD})
    proven(case, "car-registration")
    claimed(case)
    bielefeld.does("payment-account", {**BIELEFELDS, "valid_until": "2021-01-01"})
    bielefeld.does("merger", {"into": "05513000", "merged_on": "2021-01-01"})
    case.decide("approval")
    require_problem(case.citizen.post(f"{case.path}/payments"), 409, "no-payments-today")
    bielefeld.does("payment-account", {"originator": "gelsenkirchen", "endpoint": "bielefeld"})
    bielefeld.does("mailbox", {"address": "new@bielefeld.example"})
    case.pay()
    case.becomes("issued-online")
    state = bielefeld.see()["state"]
    assert (state["mailbox"], state["payment"]["endpoint"]) == (
        "new@bielefeld.example",
        "bielefeld",
    )


def test_towns_do_not_take_over_each_other_and_whoever_took_over_is_named(
    operator: Visitor, crabs: Stream, counter: Counter, http: httpx.Client
) -> None:
    names = {WUPPERTAL: "Wuppertal", DUISBURG: "Duisburg"}
    wuppertal, duisburg = (registered(operator, ags, name) for ags, name in names.items())
    newest = max(one["version"] for one in crabs.see()["versions"])
    furnished(wuppertal, newest).does("mailbox", {"address": "a@b.example"})
    day = {"merged_on": "2099-01-01"}
    wuppertal.does("merger", {"into": DUISBURG, **day})
    back = duisburg.ask("merger", {"into": WUPPERTAL, **day})
    require_problem(back, 409, "successor-has-ended")
    # Until that day it is as it was: it changes, its services count, and people sign in.
    wuppertal.does("mailbox", {"address": "b@b.example"})
    versions = {one["version"]: one["adopted_by"] for one in crabs.see()["versions"]}
    assert WUPPERTAL in versions[newest]
    citizen = counter.visitors.citizen()
    assert citizen.post(f"/municipalities/{WUPPERTAL}/sign-ins").status_code == 204
    wuppertal.does("merger", {"into": DUISBURG, "merged_on": "2021-01-01"})
    refusal = citizen.post(f"/municipalities/{WUPPERTAL}/sign-ins")
    assert (
        f"Duisburg, {DUISBURG}" in require_problem(refusal, 409, "municipality-is-closed")["detail"]
    )
    shown = http.get(f"/municipalities/{WUPPERTAL}/services/{KRABBEN}")
    require_problem(shown, 409, "municipality-is-closed")
    told = done(citizen.get("/responsibility", service="birth-certificate", ags=WUPPERTAL))
    assert (told["place"]["takes_part"], told["body"]["ags"]) == (False, DUISBURG)


def test_a_fee_that_nobody_can_pay_is_not_asked_for_online(
    operator: Visitor, crabs: Stream, counter: Counter, http: httpx.Client
) -> None:
    essen = registered(operator, ESSEN, "Essen")
    newest = max(one["version"] for one in crabs.see()["versions"])
    furnished(essen, newest).does("mailbox", {"address": "a@b.example"})
    account = {"originator": "gelsenkirchen", "endpoint": "stadtbibliothek"}
    essen.does("payment-account", account)
    essen.does(f"services/{KRABBEN}/going-live", {})
    body = licence(municipality=ESSEN, service=KRABBEN)
    counter.submit(body)
    essen.does("payment-account", {**account, "valid_until": "2020-01-01"})
    shown = done(http.get(f"/portal/{ESSEN}", params={"lang": "de"}))
    (told,) = (
        one["availability"] for part in shown["portal"]["categories"] for one in part["services"]
    )
    assert told["state"] == "needs-payment-platform"
    refusal = counter.visitors.citizen().post("/applications", body)
    problem = require_problem(refusal, 409, "not-available-online")
    assert told["told"] in problem["detail"]
    essen.does(f"services/{KRABBEN}/suspension", {"reason": "Umbau"})
    again = essen.ask(f"services/{KRABBEN}/going-live", {})
    require_problem(again, 409, "payment-platform-missing")


def availabilities(http: httpx.Client, ags: str) -> dict[str, dict[str, Any]]:
    categories = done(http.get(f"/portal/{ags}", params={"lang": "de"}))["portal"]["categories"]
    services = [one for part in categories for one in part["services"]]
    return {one["key"]: one["availability"] | {"link": one["link"]} for one in services}


def offered(http: httpx.Client, ags: str) -> list[str]:
    """What the list of municipalities says is open today."""
    (row,) = (row for row in done(http.get("/municipalities")) if row["ags"] == ags)
    return list(row["services"])


def in_business(operator: Visitor, crabs: Stream, ags: str, since: str | None = None) -> Stream:
    town = registered(operator, ags, "Stadt")
    newest = max(one["version"] for one in crabs.see()["versions"])
    furnished(town, newest).does("mailbox", {"address": "a@b.example"})
    town.does("payment-account", {"originator": "gelsenkirchen", "endpoint": "stadtbibliothek"})
    town.does(f"services/{KRABBEN}/going-live", {"since": since} if since else {})
    return town


def test_the_portal_says_what_is_suspended_and_why(
    operator: Visitor, crabs: Stream, http: httpx.Client
) -> None:
    bonn = in_business(operator, crabs, BONN)
    assert availabilities(http, BONN)[KRABBEN]["usable"]
    linked = {"version": 1, "office": OFFICE, "link": "https://bonn.example/krabben"}
    newest = max(one["version"] for one in crabs.see()["versions"])
    bonn.does(f"services/{KRABBEN}/adoption", {**linked, "version": newest})
    assert availabilities(http, BONN)[KRABBEN]["link"] == "https://bonn.example/krabben"
    assert offered(http, BONN) == [KRABBEN]
    bonn.does(f"services/{KRABBEN}/suspension", {"reason": "Umbau bis März"})
    told = availabilities(http, BONN)[KRABBEN]
    assert (told["state"], told["usable"], told["link"]) == ("suspended", False, None)
    assert "Umbau bis März" in told["told"]
    assert offered(http, BONN) == []


def test_the_portal_says_that_a_municipality_has_closed(
    operator: Visitor, crabs: Stream, http: httpx.Client
) -> None:
    town = in_business(operator, crabs, REMSCHEID)
    town.does("closure", {"closed_on": "2999-01-01", "reason": "Neugliederung"})
    assert availabilities(http, REMSCHEID)[KRABBEN]["usable"]  # until that day all is as before
    town.does("closure", {"closed_on": "2021-01-01", "reason": "Neugliederung"})
    told = availabilities(http, REMSCHEID)[KRABBEN]
    assert (told["state"], told["usable"], told["link"]) == ("closed", False, None)
    assert offered(http, REMSCHEID) == []


def test_what_goes_live_on_a_day_to_come_is_not_open_today(
    operator: Visitor, crabs: Stream, http: httpx.Client
) -> None:
    in_business(operator, crabs, SOLINGEN, since="2999-01-01")
    told = availabilities(http, SOLINGEN)[KRABBEN]
    assert (told["state"], told["since"]) == ("from-a-day", "2999-01-01")
    assert offered(http, SOLINGEN) == []


def test_nobody_registers_a_municipality_past_its_steps(operator: Visitor) -> None:
    body = {**HAMMS, "ags": "05116000", "name": "Mönchengladbach"}
    answer = operator.post("/catalogue/municipalities", {**body, "phase": "live"})
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert error["pointer"] == "/phase"
    assert operator.post("/catalogue/municipalities", {**body, "phase": "pilot"}).is_success


def test_an_office_without_a_service_gets_a_clerk(operator: Visitor) -> None:
    registered(operator, KREFELD, "Krefeld").does("offices", {"office": "Standesamt"})
    grant = {"role": "clerk", "municipality": KREFELD, "office": "Standesamt"}
    answer = operator.post("/staff/grants", {"subject": f"clerk-{uuid4().hex}", **grant})
    assert (answer.status_code, answer.json()["office"]) == (201, "Standesamt")


def test_a_retry_gets_its_first_answer_and_stale_facts_are_refused(operator: Visitor) -> None:
    bochum, key = registered(operator, BOCHUM, "Bochum"), uuid4().hex
    path, body = f"{bochum.path}/offices", {"office": "Standesamt"}
    first = operator.post(path, body, version=1, key=key)
    second = operator.post(path, body, version=1, key=key)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    stale = operator.post(path, {"office": "Steueramt"}, version=1)
    told = require_problem(stale, 412, "stale-version")
    assert told["detail"] == "It has changed since you read it; read it again, then decide."
    blind = operator.post(path, {"office": "Steueramt"})
    require_problem(blind, 428, "if-match-missing")


@pytest.mark.parametrize(
    ("what", "body", "pointer"),
    [
        ("mailbox", {"address": "nobody"}, "/address"),
        ("steps", {"step": "party"}, "/step"),
        ("e-payment", {"since": "soon"}, "/since"),
        ("closing-days", {"rules": [{"name": "Kirmes"}]}, "/rules/0"),
        ("identity-providers", {"issuer": "servicekonto"}, "/issuer"),
        ("phase", {"phase": "pilot"}, "/phase"),
    ],
)
def test_what_makes_no_sense_is_pointed_at(
    hamm: Stream, what: str, body: dict[str, Any], pointer: str
) -> None:
    problem = require_problem(hamm.ask(what, body), 422, "form-has-problems")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_the_operator_of_one_town_touches_no_other_and_no_definition(
    visitors: Visitors, hamm: Stream, crabs: Stream
) -> None:
    own = visitors.new("operator", "05513000")
    assert [town["ags"] for town in done(own.get("/catalogue/municipalities"))] == ["05513000"]
    for path in (hamm.path, f"{hamm.path}/history"):
        require_problem(own.get(path), 404, "not-found")
    refused = own.post(f"{hamm.path}/offices", {"office": "x"}, version=1)
    require_problem(refused, 404, "not-found")
    require_problem(own.post(f"{crabs.path}/versions", {"file": FILE}), 404, "not-found")
    assert own.get("/catalogue/municipalities/05513000").is_success


def test_an_auditor_reads_what_happened_at_any_moment(
    visitors: Visitors, hamm: Stream, crabs: Stream
) -> None:
    auditor = visitors.auditor(HAMM)
    whole = done(auditor.get(f"{hamm.path}/history"))["events"]
    begun = done(auditor.get(f"{hamm.path}/history", version=1))["events"]
    assert [one["name"] for one in begun] == ["MunicipalityRegistered"]
    assert whole[0] == begun[0]
    assert done(auditor.get(f"{crabs.path}/history"))["events"][0]["role"] == "operator"
    assert auditor.post(f"{hamm.path}/offices", {"office": "x"}).status_code == 403
