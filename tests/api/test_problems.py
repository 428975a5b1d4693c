"""Bad input of every kind gets the right problem, and nothing of it reaches the log."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.library_card import form
from tests.api.problems import (
    TRACE,
    TRACED,
    Database,
    nothing_appended,
    pointers,
    require_problem,
    with_value,
    without,
)
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitors

NOBODYS = "018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"
FUTURE = (datetime.now(UTC) + timedelta(days=9)).isoformat()
LONG_AGO = (datetime.now(UTC) - timedelta(days=366)).isoformat()


@pytest.fixture(autouse=True)
def nothing_is_appended(database: Database) -> Iterator[None]:
    with nothing_appended(database):
        yield


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/municipality", "gelsenkirchen"),
        ("/municipality", 5513000),
        ("/municipality", None),
        ("/service", "Library Card"),
        ("/service", False),
        ("/variant", "gift"),
        ("/variant", 1),
        ("/applicant", "Kim"),
        ("/applicant/given_name", ""),
        ("/applicant/given_name", "   "),
        ("/applicant/given_name", "x" * 201),
        ("/applicant/given_name", "Kim\0"),
        ("/applicant/given_name", "Kim\nBcc: all@example.org"),
        ("/applicant/given_name", False),
        ("/applicant/family_name", 7),
        ("/applicant/family_name", ["Bauer"]),
        ("/applicant/birth_date", 19900131),
        ("/applicant/birth_date", True),
        ("/applicant/birth_date", "86400"),
        ("/applicant/birth_date", "31.01.1990"),
        ("/applicant/birth_date", "1990-02-30"),
        ("/applicant/birth_date", "1990-01-31T00:00:00"),
        ("/applicant/birth_date", "2990-01-31"),
        ("/applicant/birth_date", "1850-01-31"),
        ("/applicant/email", "kim"),
        ("/applicant/email", "kim()@example.org"),
        ("/applicant/email", "kim\0@example.org"),
        ("/applicant/email", "=?utf-8?q?other?=@example.org"),
        ("/applicant/email", "kim@example.org, all@example.org"),
        ("/applicant/email", "kim@" + "x" * 300 + ".org"),
        ("/applicant/email", 5),
        ("/applicant/language", "fr"),
        ("/applicant/nickname", "Kimmy"),
        ("/answers", []),
        ("/answers/address", "Ebertstraße 11"),
        ("/answers/address/street", "\0"),
        ("/answers/address/postal_code", "4587"),
        ("/answers/address/postal_code", 45879),
        ("/answers/address/floor", 3),
        ("/answers/reduction", "rich"),
        ("/answers/accepts_terms", False),
        ("/answers/accepts_terms", "yes"),
        ("/answers/phone", "call me"),
        ("/answers/shoe~1size", 42),
        ("/fulfilment", "pickup"),
        ("/fulfilment/mode", "pigeon"),
        ("/fulfilment/branch", "BUER"),
        ("/source", {"portal": "", "submission_id": "1"}),
        ("/source", {"portal": "Kim Bauer", "submission_id": "1"}),
        ("/source", {"portal": "p", "submission_id": "a\x1fb"}),
        ("/channel", "fax"),
        ("/received_at", 1700000000),
        ("/pilot", True),
    ],
)
def test_a_wrong_field_is_named_by_its_pointer(
    visitors: Visitors, pointer: str, value: Any
) -> None:
    body = with_value(form(), pointer, value)
    answer = visitors.citizen().post("/applications", body, headers=TRACED)
    problem = require_problem(answer, 422, "form-has-problems")
    assert problem["trace_id"] == TRACE
    assert all(found.startswith(pointer) for found in pointers(problem)), problem


@pytest.mark.parametrize(
    "pointer",
    [
        "/municipality",
        "/service",
        "/applicant",
        "/applicant/given_name",
        "/applicant/birth_date",
        "/answers/address",
        "/answers/address/city",
        "/answers/accepts_terms",
        "/fulfilment",
        "/fulfilment/mode",
    ],
)
def test_a_missing_field_is_named_by_its_pointer(visitors: Visitors, pointer: str) -> None:
    answer = visitors.citizen().post("/applications", without(form(), pointer))
    assert pointers(require_problem(answer, 422, "form-has-problems")) == [pointer]


def test_all_wrong_fields_are_told_at_once(visitors: Visitors) -> None:
    body = form({"given_name": "", "email": "kim"}, municipality="x", extra=1)
    problem = require_problem(
        visitors.citizen().post("/applications", body), 422, "form-has-problems"
    )
    assert len(problem["errors"]) == 4


def test_what_the_form_and_the_offer_refuse_is_told_at_once(visitors: Visitors) -> None:
    body = form(
        answers={"phone": "call me", "age": 3}, variant="spare", fulfilment={"mode": "pickup"}
    )
    answer = visitors.citizen().post("/applications", body)
    assert sorted(pointers(require_problem(answer, 422, "form-has-problems"))) == [
        "/answers/age",
        "/answers/phone",
        "/fulfilment/branch",
        "/variant",
    ]


@pytest.mark.parametrize(("language", "told"), [("de", "berechnet"), ("en", "is computed")])
def test_what_is_computed_is_not_answered(visitors: Visitors, language: str, told: str) -> None:
    body = form(applicant={"language": language}, answers={"age": 30})
    answer = visitors.citizen().post("/applications", body)
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert (error["pointer"], told in error["detail"]) == ("/answers/age", True)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ({"email": "nowhere"}, {"/applicant/email", "/answers/accepts_terms", "/answers/age"}),
        ({"email": "nowhere", "birth_date": "soon"}, {"/applicant/email", "/applicant/birth_date"}),
        ({"email": "nowhere", "birth_date": "2990-01-31"}, {"/applicant/email"}),
    ],
)
def test_what_the_form_says_is_told_beside_what_cannot_be_read(
    visitors: Visitors, person: dict[str, Any], expected: set[str]
) -> None:
    """As long as it is known what the form asks for: that may depend on the age."""
    body = form(person, {"accepts_terms": "yes", "age": 31})
    answer = visitors.citizen().post("/applications", body)
    assert set(pointers(require_problem(answer, 422, "form-has-problems"))) == expected


@pytest.mark.parametrize(
    "changes",
    [{"municipality": "05999999"}, {"service": ["library-card"]}, {"answers": []}, {"variant": {}}],
)
def test_where_the_form_is_unknown_it_says_nothing(
    visitors: Visitors, changes: dict[str, Any]
) -> None:
    body = {**form({"email": "nowhere"}), **changes}
    problem = require_problem(
        visitors.citizen().post("/applications", body), 422, "form-has-problems"
    )
    named = {f"/{name}" for name in changes} - {"/municipality"}
    assert set(pointers(problem)) == {"/applicant/email"} | named


def test_who_forgets_the_variant_is_asked_for_it_and_never_given_a_new_card(
    visitors: Visitors,
) -> None:
    for body in (without(form(), "/variant"), form({"email": "nowhere"}, variant=None)):
        answer = visitors.citizen().post("/applications", body)
        problem = require_problem(answer, 422, "form-has-problems")
        assert "/variant" in pointers(problem)
        (told,) = (one["detail"] for one in problem["errors"] if one["pointer"] == "/variant")
        assert "new, renewal" in told


def test_a_portal_is_shown_what_is_to_be_filled_in(http: httpx.Client) -> None:
    shown = http.get(f"/municipalities/{GELSENKIRCHEN}/services/library-card").json()["form"]
    assert "accepts_terms" in shown["required"]
    assert not {"variant", "age"} & set(shown["required"])
    assert shown["properties"]["age"]["readOnly"]


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"municipality": "05913000"}, 404, "municipality-unknown"),
        ({"service": "dog-tax"}, 404, "service-not-offered"),
        ({"fulfilment": {"mode": "mail"}}, 422, "choice-not-offered"),
        ({"fulfilment": {"mode": "pickup"}}, 422, "branch-not-offered"),
        ({"fulfilment": {"mode": "pickup", "branch": "brauck"}}, 422, "branch-not-offered"),
        ({"channel": "counter"}, 403, "channel-not-allowed"),
        ({"received_at": "2026-01-02T09:00:00Z"}, 403, "channel-not-allowed"),
        ({"variant": "renewal"}, 422, "form-has-problems"),
        ({"applicant": {**form()["applicant"], "birth_date": "2015-06-01"}}, 422,
         "form-has-problems"),
    ],
)  # fmt: skip
def test_what_the_rules_refuse_has_a_name(
    visitors: Visitors, changes: dict[str, Any], status: int, kind: str
) -> None:
    require_problem(visitors.citizen().post("/applications", form(**changes)), status, kind)


@pytest.mark.parametrize(
    ("changes", "pointer", "named"),
    [
        ({"fulfilment": {"mode": "mail"}}, "/fulfilment/mode", "pickup"),
        ({"fulfilment": {"mode": "pickup", "branch": "brauck"}}, "/fulfilment/branch", "buer"),
        ({"variant": None}, "/variant", "Bitte einen der folgenden Werte wählen: new, renewal."),
        ({"variant": "spare"}, "/variant", "Bitte einen der folgenden Werte wählen: new, renewal."),
        ({"municipality": "05999999"}, "/municipality", "Bitte eine Gemeinde"),
    ],
)
def test_a_wrong_choice_is_answered_with_the_choices(
    visitors: Visitors, changes: dict[str, Any], pointer: str, named: str
) -> None:
    in_german = {**form()["applicant"], "language": "de"}
    problem = visitors.citizen().post("/applications", form(applicant=in_german, **changes)).json()
    (error,) = problem["errors"]
    assert error["pointer"] == pointer
    assert named in error["detail"]


@pytest.mark.parametrize(
    ("mode", "language", "header", "told"),
    [
        ("mail", "de", "", "bitte eines davon wählen: pickup, online-only"),
        ("mail", "en", "", "choose one of: pickup, online-only"),
        ("mail", "en", "de", "choose one of: pickup, online-only"),
        ("dove", "de", "", "bitte einen dieser Werte wählen: pickup, online-only, mail"),
        ("dove", "en", "", "choose one of: pickup, online-only, mail"),
        ("mail", "de-simple", "en", "bitte eines davon wählen: pickup, online-only"),
        ("dove", "de-simple", "en", "bitte einen dieser Werte wählen: pickup, online-only, mail"),
        ("dove", "xx", "de", "bitte einen dieser Werte wählen: pickup, online-only, mail"),
        ("dove", "xx", "", "choose one of: pickup, online-only, mail"),
    ],
)
def test_choices_are_told_in_the_language_of_the_applicant(
    visitors: Visitors, mode: str, language: str, header: str, told: str
) -> None:
    body = form(applicant={"language": language}, fulfilment={"mode": mode})
    headers = {"Accept-Language": header} if header else {}
    problem = visitors.citizen().post("/applications", body, headers=headers).json()
    details = {error["pointer"]: error["detail"] for error in problem["errors"]}
    assert details["/fulfilment/mode"].startswith(told)
    assert ("bitte" in problem["detail"]) == told.startswith("bitte")


@pytest.mark.parametrize(
    ("header", "told"), [({}, "bitte"), ({"Accept-Language": "en-GB"}, "choose one of")]
)
@pytest.mark.parametrize("mode", ["mail", "dove"])
def test_who_names_no_language_is_told_in_the_one_their_browser_prefers(
    visitors: Visitors, mode: str, header: dict[str, str], told: str
) -> None:
    """The same in every round: what the validator refuses, and what the rules do."""
    body = form(fulfilment={"mode": mode})
    problem = visitors.citizen().post("/applications", body, headers=header).json()
    (error,) = problem["errors"]
    assert error["detail"].startswith(told)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({}, "/channel"),
        ({"channel": "counter", "received_at": FUTURE}, "/received_at"),
        ({"channel": "counter", "received_at": LONG_AGO}, "/received_at"),
        ({"channel": "post", "received_at": "2026-01-02T09:00:00"}, "/received_at"),
        ({"channel": "phone", "received_at": "0001-01-01T00:00:00+14:00"}, "/received_at"),
    ],
)
def test_a_clerk_says_how_and_when_it_came_in(
    visitors: Visitors, changes: dict[str, Any], pointer: str
) -> None:
    answer = visitors.clerk().post("/applications", form(**changes))
    assert pointers(require_problem(answer, 422, "form-has-problems")) == [pointer]


def test_a_clerk_types_in_for_the_own_town_only(visitors: Visitors) -> None:
    body = form(municipality=GELSENKIRCHEN, channel="counter")
    require_problem(visitors.clerk(GLADBECK).post("/applications", body), 404, "not-found")


def test_a_trust_level_that_is_too_low_is_told(visitors: Visitors) -> None:
    unknown = visitors.citizen(trust_level="hearsay")
    require_problem(unknown.post("/applications", form()), 401, "claims-incomplete")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_wrong_method_is_told_the_right_one(http: httpx.Client, method: str) -> None:
    answer = http.request(method, "/worklist")
    require_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


def test_an_unknown_address_is_a_problem_too(http: httpx.Client) -> None:
    require_problem(http.get("/dogs", headers=TRACED), 404, "not-found")


@pytest.mark.parametrize("trace", ["", "nonsense", "0" * 31, "0" * 32])
def test_without_a_readable_trace_id_there_is_one_of_ours(http: httpx.Client, trace: str) -> None:
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    problem = require_problem(http.get("/dogs", headers=headers), 404, "not-found")
    assert len(problem["trace_id"].lstrip("0")) > 20


@pytest.mark.parametrize("named", [NOBODYS, "nonsense", "%00", "1" * 500])
def test_an_application_that_is_not_there_is_not_found(visitors: Visitors, named: str) -> None:
    require_problem(visitors.citizen().get(f"/applications/{named}"), 404, "not-found")
    require_problem(visitors.clerk().post(f"/applications/{named}/claim"), 404, "not-found")


def test_a_payment_that_is_not_there_is_not_found(http: httpx.Client) -> None:
    require_problem(http.get(f"/payments/{NOBODYS}/return"), 404, "payment-unknown")


def test_a_town_or_a_service_that_is_not_there_is_not_found(http: httpx.Client) -> None:
    require_problem(http.get("/municipalities/1/services/x"), 404, "municipality-unknown")
    known = f"/municipalities/{GLADBECK}/services/dog-tax"
    require_problem(http.get(known), 404, "service-not-offered")
