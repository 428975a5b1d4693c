"""What is not applied for here: another body's service, and one that is not online yet."""

from typing import Any

import pytest

from tests.api.library_card import ONLINE_ONLY, Counter
from tests.api.lives.applying import MAIL, application, as_shown, refused
from tests.api.problems import Database, nothing_appended

LINK = "https://www.fuehrungszeugnis.bund.de"


def asked_for(service: str, language: str = "de", **changes: Any) -> dict[str, Any]:
    body = application(service, {})
    body["applicant"]["language"] = language
    return {**body, **changes}


@pytest.mark.parametrize("fulfilment", [MAIL, ONLINE_ONLY])
def test_a_criminal_record_certificate_is_never_an_application(
    counter: Counter, database: Database, fulfilment: dict[str, str]
) -> None:
    body = asked_for("criminal-record-certificate", fulfilment=fulfilment)
    with nothing_appended(database):
        problem = refused(counter, body, 409, "service-is-external")
    assert LINK in problem["detail"]
    assert "Bundesamt für Justiz" in problem["detail"]


def test_a_clerk_cannot_take_one_in_either(counter: Counter) -> None:
    body = asked_for("criminal-record-certificate", channel="counter")
    answer = counter.visitors.clerk().post("/applications", body)
    assert answer.json()["type"] == "urn:amtsweg:problem:service-is-external"


def test_it_is_listed_with_its_link_and_whose_it_is(counter: Counter) -> None:
    shown = as_shown(counter, "criminal-record-certificate")
    assert shown["kind"] == "external"
    assert shown["external"]["link"] == LINK
    assert shown["external"]["body"]["en"] == "Federal Office of Justice"
    assert (shown["responsible"]["level"], shown["form"]) == ("bund", {})


@pytest.mark.parametrize(
    ("language", "why"), [("de", "ist ein Besuch im Bürgerservice nötig"), ("en", "need a visit")]
)
def test_an_identity_card_says_why_it_is_not_online_yet(
    counter: Counter, database: Database, language: str, why: str
) -> None:
    with nothing_appended(database):
        problem = refused(
            counter, asked_for("identity-card", language), 409, "not-available-online"
        )
    assert why in problem["detail"]
    assert why in as_shown(counter, "identity-card")["not_online"][language]
