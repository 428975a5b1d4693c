"""A sender that dies at every step, the commands about hand-overs, and the example."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from adapters.crash_points import CrashPoint
from adapters.event_store.log import EventLog
from adapters.free_port import free_port
from adapters.postgres.connecting import pool
from domain.application.events import ApplicationHandedOver, ApplicationReopened
from tests.back_office import TOKEN, Receiver, receiving
from tests.commands import CommandLine, Running
from tests.domain.application import happened as h
from tests.domain.application.facts import NOW
from tests.installation import ROOT
from tests.keys import MAPPER
from tests.killable import until
from tests.projections.log import Log
from tests.workers.lives_told import submitted

APPROVED = (submitted(), h.paid(), h.received, h.claimed, h.approved)
REOPENED = ApplicationReopened(
    reason="A wrong tariff", reopened_by="clerk-anna", reopened_at=NOW, due_on=None, derivation=()
)
DECIDED_ANEW = (REOPENED, h.claimed, h.approved)
OF_HAND_OVER = [point for point in CrashPoint if point.startswith("hand-over.")]
WORK = ("work", "hand-over", "hand-over-sender")
STATES = "SELECT state FROM hand_overs ORDER BY position"
FACTS = "SELECT count(*) FROM events WHERE topic = 'ApplicationHandedOver'"
ID = "SELECT hand_over_id FROM hand_overs"
FAILED = "UPDATE hand_overs SET state = 'failed', error = 'BackOfficeRefuses: HTTP 500'"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def here(amtsweg, service_url, receiver) -> CommandLine:
    named = {"AMTSWEG_BACK_OFFICES": json.dumps([receiver.entry()])}
    at = amtsweg.at(service_url)
    return CommandLine({**at.environment, **named})


def ask(url: str, question: str) -> list:
    with psycopg.connect(url, options="-c amtsweg.municipality=*") as connection:
        return [row[0] for row in connection.execute(question).fetchall()]


def hand_over_all(here: CommandLine, url: str, count: int) -> None:
    working = here.begin(*WORK)
    try:
        until(lambda: ask(url, STATES) == ["delivered"] * count, "all of it is handed over")
        working.process.terminate()
        assert working.end().code == 0
    finally:
        working.process.kill()


@pytest.mark.parametrize("point", OF_HAND_OVER)
async def test_a_sender_that_dies_loses_nothing_and_is_known_by_the_id(
    here, service_url, receiver, point
) -> None:
    for _ in range(3):
        await Log(service_url).record(uuid4(), *APPROVED)
    died = here(*WORK, AMTSWEG_CRASH_AT=point)
    assert died.code == -signal.SIGKILL
    hand_over_all(here, service_url, 3)
    assert len(receiver.received) == 3
    again = point not in {CrashPoint.HAND_OVER_AFTER_QUEUEING, CrashPoint.HAND_OVER_AFTER_CLAIM}
    assert len(receiver.calls) == 3 + again
    assert ask(service_url, FACTS) == [3]


async def test_an_api_that_dies_before_it_notes_an_acknowledgement_has_recorded_it(
    here, service_url, receiver
) -> None:
    await Log(service_url).record(uuid4(), *APPROVED)
    fetching = {"AMTSWEG_BACK_OFFICES": json.dumps([receiver.entry(url=None, secrets=[])])}
    working = here.begin(*WORK, **fetching)
    until(lambda: ask(service_url, STATES) == ["queued"], "it is queued")
    working.process.terminate()
    assert working.end().code == 0
    dying = {**fetching, "AMTSWEG_CRASH_AT": CrashPoint.ACKNOWLEDGEMENT_AFTER_EVENT}
    with serving(here, **dying) as (dies, http):
        with pytest.raises(httpx.HTTPError):
            acknowledge(http, service_url)
        assert dies.end().code == -signal.SIGKILL
    assert (ask(service_url, FACTS), ask(service_url, STATES)) == ([1], ["queued"])
    with serving(here, **fetching) as (_, http):
        assert acknowledge(http, service_url) == {"reference": "L-1"}
    assert (ask(service_url, FACTS), ask(service_url, STATES)) == ([1], ["delivered"])


@contextmanager
def serving(here: CommandLine, **settings: str) -> Iterator[tuple[Running, httpx.Client]]:
    """The API as a process of its own, and what a back office asks it with."""
    port = free_port(0)
    served = here.begin("serve", "--port", str(port), **settings)
    by = {"Authorization": f"Bearer {TOKEN}"}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=by, timeout=60) as http:
            until(lambda: is_alive(http), "it answers")
            yield served, http
    finally:
        served.process.kill()


def is_alive(http: httpx.Client) -> bool:
    try:
        return http.get("/healthz").is_success
    except httpx.TransportError:
        return False


def acknowledge(http: httpx.Client, url: str) -> dict[str, str]:
    (hand_over_id,) = ask(url, ID)
    path = f"/api/v1/hand-overs/{hand_over_id}/acknowledgement"
    answer = http.post(path, json={"reference": "L-1"})
    assert answer.is_success, answer.text
    return {"reference": answer.json()["reference"]}


async def test_one_that_was_given_up_is_named_and_sent_again_on_demand(
    here, service_url, durable_url, receiver
) -> None:
    await Log(service_url).record(uuid4(), *APPROVED)
    hand_over_all(here, service_url, 1)
    assert "Every back office has acknowledged" in here("hand-over", "list").out
    with psycopg.connect(durable_url, options="-c amtsweg.municipality=*") as connection:
        connection.execute(FAILED)
    (hand_over_id,) = ask(service_url, ID)
    assert f"Not handed over: {hand_over_id}, library-system" in here("verify").out
    assert str(hand_over_id) in here("hand-over", "list").out
    again = here("hand-over", "redeliver", str(hand_over_id))
    assert (again.code, "acknowledged it before" in again.out) == (0, True)
    hand_over_all(here, service_url, 1)
    assert (len(receiver.calls), len(receiver.received)) == (2, 1)
    assert ask(service_url, FACTS) == [1]


async def test_what_cannot_be_sent_again_is_said(here, service_url, receiver) -> None:
    assert "no such hand-over" in here("hand-over", "redeliver", str(uuid4())).sentence
    await Log(service_url).record(uuid4(), *APPROVED)
    hand_over_all(here, service_url, 1)
    (hand_over_id,) = ask(service_url, ID)
    fetches = json.dumps([receiver.entry(url=None, secrets=[])])
    said = here("hand-over", "redeliver", str(hand_over_id), AMTSWEG_BACK_OFFICES=fetches)
    assert "comes to fetch" in said.sentence
    assert ask(service_url, STATES) == ["delivered"]


@pytest.mark.parametrize(
    ("later", "why"),
    [
        ((h.ready, h.picked_up, h.erased), "the person was erased"),
        ((REOPENED,), "the decision was undone"),
    ],
    ids=["erased", "reopened"],
)
async def test_what_is_there_no_more_is_not_said_to_be_sent(
    here, service_url, receiver, later, why
) -> None:
    stream, fetched = uuid4(), json.dumps([receiver.entry(url=None, secrets=[])])
    await Log(service_url).record(stream, *APPROVED)
    working = here.begin(*WORK, AMTSWEG_BACK_OFFICES=fetched)
    until(lambda: ask(service_url, STATES) == ["queued"], "it is queued")
    working.process.terminate()
    assert working.end().code == 0
    (hand_over_id,) = ask(service_url, ID)
    before = here("hand-over", "redeliver", str(hand_over_id))
    assert (before.code, "acknowledged" in before.out) == (0, False)
    await Log(service_url).record(stream, *later)
    said = here("hand-over", "redeliver", str(hand_over_id))
    assert (said.code, why in said.sentence) == (2, True)
    assert receiver.calls == []


@contextmanager
def library_system(secret: str, patrons: Path) -> Iterator[str]:
    """The example of the documents as a process of its own; yield its address."""
    example = ROOT / "docs" / "examples" / "library_system.py"
    with subprocess.Popen(
        [sys.executable, str(example), "--port", "0", "--patrons", str(patrons)],
        env={"LIBRARY_SECRET": secret}, stdout=subprocess.PIPE, text=True,
    ) as library:  # fmt: skip
        try:
            assert library.stdout
            yield library.stdout.readline().split()[-1]
        finally:
            library.kill()


def forged(url: str) -> int:
    return httpx.post(url, json={"data": {}}, headers={"webhook-id": "1"}, timeout=60).status_code


async def numbers(url: str, *streams: UUID) -> list[list[str]]:
    """What the histories say that the library calls its patrons."""
    async with pool(url, 1) as connections:
        log = EventLog(connections, MAPPER)
        histories = [await log.events(stream) for stream in streams]
    return [
        [event.reference for event in history if isinstance(event, ApplicationHandedOver)]
        for history in histories
    ]


async def test_the_example_makes_each_patron_once(here, service_url, receiver, tmp_path) -> None:
    """Its first answer is lost: it is asked again under the same id, and says the same number.

    So it does where a case was opened again and decided anew.
    """
    patrons, streams = tmp_path / "patrons.sqlite", (uuid4(), uuid4())
    for stream in streams:
        await Log(service_url).record(stream, *APPROVED)
    with library_system(receiver.secret, patrons) as url:
        named = {"AMTSWEG_BACK_OFFICES": json.dumps([receiver.entry(url=url)])}
        there = CommandLine({**here.environment, **named})
        died = there(*WORK, AMTSWEG_CRASH_AT=CrashPoint.HAND_OVER_AFTER_SEND)
        assert died.code == -signal.SIGKILL
        assert await numbers(service_url, *streams) == [[], []]
        hand_over_all(there, service_url, 2)
        for hand_over_id in ask(service_url, ID):
            assert there("hand-over", "redeliver", str(hand_over_id)).code == 0
        hand_over_all(there, service_url, 2)
        assert forged(url) == 401
        await Log(service_url).record(streams[0], *DECIDED_ANEW)
        hand_over_all(there, service_url, 3)
    with closing(sqlite3.connect(patrons)) as found:
        made = found.execute("SELECT number, family_name FROM patrons ORDER BY number").fetchall()
    assert made == [("L-00001", "Muster"), ("L-00002", "Muster")]
    assert await numbers(service_url, *streams) == [["L-00001", "L-00001"], ["L-00002"]]
