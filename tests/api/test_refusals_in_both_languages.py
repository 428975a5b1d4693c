"""People are refused in the language that they ask for; a program that says nothing, in English."""

from typing import Any

import httpx
import pytest

from tests.api.library_card import Counter, form
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, Visitors

GERMAN, ENGLISH = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}, {"Accept-Language": "en"}
NOBODYS = "018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"
ELSEWHERE = "Für diese Leistung ist eine andere Stelle zuständig; bitte dort beantragen. (Bun"


def told(answer: httpx.Response, status: int, kind: str) -> tuple[str, str]:
    problem = require_problem(answer, status, kind)
    assert answer.headers["Vary"] == "Accept-Language"
    return answer.headers["Content-Language"], problem["detail"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, ("en", "There is no such address; see /docs for those there are.")),
        (ENGLISH, ("en", "There is no such address; see /docs for those there are.")),
        (GERMAN, ("de", "Diese Adresse gibt es nicht; welche es gibt, zeigt /docs.")),
    ],
)
def test_who_says_nothing_is_told_in_english(
    http: httpx.Client, headers: dict[str, str], expected: tuple[str, str]
) -> None:
    answer = http.get("/dogs", headers=headers)
    assert told(answer, 404, "not-found") == expected
    assert answer.json()["title"] == {"en": "Not Found", "de": "Nicht gefunden"}[expected[0]]


def test_a_clerk_is_refused_in_german(counter: Counter, visitors: Visitors) -> None:
    """Whatever the language of the applicant is; here it is English."""
    case = counter.received()
    clerk = visitors.clerk()
    seen = clerk.get(case.path).json()["version"]
    path = f"{case.path}/approval"
    assert told(clerk.post(path, version=seen - 1, headers=GERMAN), 412, "stale-version") == (
        "de",
        "Das hat sich geändert, seit Sie es gelesen haben; bitte neu lesen, dann entscheiden.",
    )
    assert told(clerk.post(path, version=seen, headers=GERMAN), 409, "not-claimed") == (
        "de",
        "Bitte den Antrag zuerst übernehmen, dann bearbeiten.",
    )
    assert told(clerk.post(path, version=seen), 409, "not-claimed")[0] == "en"


def test_an_applicant_is_refused_in_their_language(visitors: Visitors) -> None:
    asked = {"service": "criminal-record-certificate", "variant": "new", "answers": {}}
    body = form(applicant={"language": "de"}, **asked)
    language, detail = told(
        visitors.citizen().post("/applications", body, headers=ENGLISH), 409, "service-is-external"
    )
    assert (language, detail.startswith(ELSEWHERE)) == ("de", True)


@pytest.mark.parametrize(
    ("changes", "pointer", "advice"),
    [
        ({}, "/channel", "bitte angeben, wie es kam: counter, phone, post"),
        (
            {"channel": "counter", "received_at": "2000-01-01T00:00:00Z"},
            "/received_at",
            "bitte einen Zeitpunkt der letzten 365 Tage angeben, mit Zeitzone",
        ),
    ],
)
def test_what_is_said_of_a_field_is_german_too(
    visitors: Visitors, changes: dict[str, Any], pointer: str, advice: str
) -> None:
    body = form(applicant={"language": "de"}, **changes)
    answer = visitors.clerk().post("/applications", body, headers=GERMAN)
    assert told(answer, 422, "form-has-problems")[0] == "de"
    assert answer.json()["errors"] == [{"pointer": pointer, "detail": advice}]


def test_a_refusal_within_a_refusal_is_german_too(counter: Counter, visitors: Visitors) -> None:
    clerk, case = visitors.clerk(), counter.claimed()
    body = {"to_municipality": "05999999", "reason": "Umzug"}
    version = clerk.get(case.path).json()["version"]
    answer = clerk.post(f"{case.path}/forwarding", body, version=version, headers=GERMAN)
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert error["detail"].startswith("Keine Kommune mit diesem Schlüssel macht mit;")


def test_who_is_not_signed_in_is_told_so_in_german(http: httpx.Client) -> None:
    answer = http.get(f"/applications/{NOBODYS}", headers=GERMAN)
    assert told(answer, 401, "token-missing")[1].startswith("Bitte anmelden und das Zugriffstoken")


def test_a_query_is_refused_in_german(visitors: Visitors) -> None:
    asked = {"service": "water-meter-reading", "from": "2026-02-01", "to": "2026-01-01"}
    clerk = visitors.clerk(GELSENKIRCHEN)
    clerk.headers.update(GERMAN)
    answer = clerk.get("/worklist/acknowledged.csv", **asked)
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert error["detail"] == "bitte einen Tag angeben, der nicht vor `from` liegt"
