"""What an operator in a second terminal is told of hand-overs: what they are, and what is amiss."""

import json
from uuid import uuid4

import psycopg
import pytest

from tests.back_office import TOKEN
from tests.commands import CommandLine
from tests.killable import until

GLADBECK = "05562014"
CALLED = {
    "name": "library-system",
    "municipality": "05513000",
    "services": ["library-card"],
    "url": "https://library.example.org/hook",
    "secrets": ["whsec_" + "QUFB" * 12],
}
FETCHING = {
    "name": "gladbeck",
    "municipality": GLADBECK,
    "services": ["library-card"],
    "token": TOKEN,
}
OPEN = """INSERT INTO hand_overs (hand_over_id, application_id, municipality, service, back_office,
    version, position, state, attempts, due_at, error)
    VALUES (%s, %s, '05513000', 'library-card', %s, 1,
        (SELECT 1 + count(*) FROM hand_overs), %s, %s,
        clock_timestamp() + interval '1 hour', %s)"""
DELIVERED = "UPDATE hand_overs SET state = 'delivered'"
EVERYWHERE = "-c amtsweg.municipality=*"


@pytest.fixture
def here(amtsweg, durable_url) -> CommandLine:
    return amtsweg.at(durable_url)


def naming(*back_offices: dict) -> dict[str, str]:
    return {"AMTSWEG_BACK_OFFICES": json.dumps(back_offices)}


def due(url: str, back_office: str, state: str = "queued", attempts: int = 0, error: str = ""):
    """Have it and return its id and that of its application."""
    ids = str(uuid4()), str(uuid4())
    with psycopg.connect(url, options=EVERYWHERE) as connection:
        connection.execute(OPEN, (*ids, back_office, state, attempts, error))
    return ids


def test_who_did_not_name_the_back_offices_here_is_told_so(here, durable_url) -> None:
    hand_over_id, _ = due(durable_url, "library-system", "failed")
    said = here("hand-over", "redeliver", hand_over_id).sentence
    assert "AMTSWEG_BACK_OFFICES is not set here" in said
    said = here("hand-over", "redeliver", hand_over_id, **naming(FETCHING)).sentence
    assert "does not name this back office here" in said
    assert said.endswith(": library-system")
    assert here("hand-over", "redeliver", hand_over_id, **naming(CALLED)).code == 0


def test_an_id_that_is_none_is_told_in_plain_words(here) -> None:
    assert "Give an id as it is shown" in here("hand-over", "redeliver", "foo").sentence


def test_nothing_due_yet_is_not_said_to_be_acknowledged(here, durable_url) -> None:
    said = here("hand-over", "list").out
    assert "AMTSWEG_BACK_OFFICES is not set here" in said
    assert "acknowledged" not in said
    said = here("hand-over", "list", **naming(CALLED)).out
    assert "Nothing has been due to a back office yet." in said
    due(durable_url, "library-system")
    with psycopg.connect(durable_url, options=EVERYWHERE) as connection:
        connection.execute(DELIVERED)
    assert "Every back office has acknowledged" in here("hand-over", "list", **naming(CALLED)).out


def test_the_list_tells_of_whom_and_when_it_is_tried_again(here, durable_url) -> None:
    waits = due(durable_url, "library-system", "queued", 3, "BackOfficeUnavailable: HTTP 503")
    failed = due(durable_url, "library-system", "failed", 10, "BackOfficeRefuses: HTTP 500")
    fetched = due(durable_url, "gladbeck")
    said = here("hand-over", "list", **naming(CALLED, FETCHING)).out
    entries = dict(zip((waits, failed, fetched), said.split("hand-over ")[1:], strict=True))
    for (hand_over_id, application_id), entry in entries.items():
        assert entry.startswith(hand_over_id)
        assert f"library-card of 05513000, application {application_id}" in entry
        assert max(map(len, entry.splitlines()[:3])) <= 80
    assert "library-system: queued, called 3 times, next " in entries[waits]
    assert "BackOfficeUnavailable: HTTP 503" in entries[waits]
    assert "library-system: failed, called 10 times, and not again" in entries[failed]
    assert "gladbeck: queued, it comes to fetch" in entries[fetched]


def test_a_service_that_the_town_does_not_offer_is_told(here, durable_url) -> None:
    assert here("seed").code == 0
    wrong = {**FETCHING, "services": ["library-card", "library-cart"]}
    (line,) = [
        line
        for line in here("hand-over", "list", **naming(CALLED, wrong)).out.splitlines()
        if "does not offer" in line
    ]
    assert line.endswith(f"gladbeck gets nothing of library-cart: {GLADBECK} does not offer it.")


def test_a_worker_warns_of_it(here, amtsweg, service_url) -> None:
    assert here("seed").code == 0
    wrong = naming({**FETCHING, "services": ["library-card", "library-cart"]})
    working = amtsweg.at(service_url).begin("work", "hand-over", **wrong)
    try:
        until(lambda: "workers_started" in working.told, "it works")
        (line,) = [one for one in working.told.splitlines() if "named_in_vain" in one]
        assert "library-cart" in line
    finally:
        working.process.terminate()
        working.end()
