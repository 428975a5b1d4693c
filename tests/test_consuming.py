"""A consumer that dies at every step tells nobody twice; and what is set aside, by command."""

import asyncio
import signal
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.crash_points import CrashPoint
from adapters.postgres.connecting import OPTIONS
from tests.domain.application import happened as h
from tests.projections.log import Log
from tests.test_publishing import here, settings
from tests.workers.lives_told import submitted
from tests.working import work_until

__all__ = ["here", "settings"]  # fixtures
LIFE = (submitted(), h.paid(), h.received)
OF_CONSUMER = [point for point in CrashPoint if point.startswith("consumer.")]
TOLD = """SELECT application_id, template FROM notifications WHERE channel = 'email'
    ORDER BY 1, 2"""
AT_END = """SELECT position = (SELECT max(notification_id) FROM events) FROM positions
    WHERE runner = 'notifier'"""
PARK = """INSERT INTO parked (runner, stream_id, position, error)
    SELECT unnest(ARRAY['notifier', 'relay']), originator_id, notification_id, 'ValueError'
    FROM events"""


def ask(url: str, question: str) -> list[tuple]:
    with psycopg.connect(url, options=OPTIONS) as connection:
        return connection.execute(question).fetchall()


@pytest.mark.parametrize("point", OF_CONSUMER)
def test_a_consumer_that_dies_tells_each_event_once(here, service_url, settings, point) -> None:
    assert here("seed").code == 0  # of a town that nobody knows, nobody is told
    streams: list[UUID] = [uuid4() for _ in range(3)]
    happened = [(stream, event) for event in LIFE for stream in streams]
    asyncio.run(Log(service_url).record_all(happened))
    died = here("work", "notifier", "relay", **settings, AMTSWEG_CRASH_AT=point)
    assert died.code == -signal.SIGKILL
    work_until(here, "notifier relay", settings, lambda: ask(service_url, AT_END) == [(True,)])
    assert ask(service_url, TOLD) == [(stream, "received-1") for stream in sorted(streams)]


def test_where_nothing_is_set_aside_it_is_said(amtsweg, database_url) -> None:
    said = amtsweg.at(database_url)("parked")
    assert (said.code, said.out) == (0, "Nothing is set aside.\n")
    again = amtsweg.at(database_url)("parked", "requeue", str(uuid4()))
    assert (again.code, again.out) == (1, "Nothing of it is set aside.\n")


def test_what_is_set_aside_is_listed_and_sent_back(amtsweg, database_url) -> None:
    stream = uuid4()
    asyncio.run(Log(database_url).record(stream, *LIFE))
    with psycopg.connect(database_url) as connection:
        connection.execute(PARK)
    command = amtsweg.at(database_url)
    listed = command("parked").out.splitlines()
    assert [line.split()[:4] for line in listed[1:]] == [
        ["notifier", str(stream), "3", "ValueError"],
        ["relay", str(stream), "3", "ValueError"],
    ]
    assert "nonsense" in command("parked", "requeue", str(stream), "--runner", "nonsense").sentence
    other = command("parked", "requeue", str(stream), "--runner", "worklist_v2")
    assert other.code == 1
    assert other.out == "Nothing of it is set aside for worklist_v2, but for notifier, relay.\n"
    said = command("parked", "requeue", str(stream), "--runner", "relay")
    assert (said.code, said.out) == (0, "relay: 3 events are taken up again, in order.\n")
    back = [line.split()[0] for line in command("parked").out.splitlines() if "sent back" in line]
    assert back == ["relay"]


def test_an_id_that_is_none_is_said(amtsweg, database_url) -> None:
    assert "Give an id" in amtsweg.at(database_url)("parked", "requeue", "nonsense").sentence
