"""The eventsourcing library's own tools read our log, and append to it without harm."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from msgspec.structs import replace

from adapters.event_store.errors import UnsafeSettings
from adapters.event_store.log import EventLog
from adapters.event_store.mapper import Place
from adapters.event_store.recorded import Proposal
from adapters.event_store.recorder import LogRecorder, library_recorder, refuse_unsafe
from adapters.evidence.findings import Fault
from adapters.evidence.keepers import Asked
from adapters.evidence.online import verify
from tests.adapters.event_store.proposals import ONE, THREE, TWO, metadata, proposal
from tests.keys import MAPPER

STREAM = uuid4()
LISTENS = """SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%%' AND state = 'idle'"""
REFUSED = [
    "UPDATE events SET topic = ''",
    "DELETE FROM events",
    "TRUNCATE events",
    "TRUNCATE events, commands CASCADE",
    "UPDATE commands SET version = 0",
    "DELETE FROM commands",
    "TRUNCATE commands",
    "DELETE FROM library_appends",
]


@pytest.fixture
def recorder(database_url) -> Iterator[LogRecorder]:
    recorder = library_recorder(database_url)
    yield recorder
    recorder.datastore.close()


def stored(*events, first_version: int = 1) -> list[StoredEvent]:
    mine = metadata()
    return [
        StoredEvent(STREAM, version, *MAPPER.encode(event, mine, Place(version, None)))
        for version, event in enumerate(events, first_version)
    ]


async def next_of(log: EventLog) -> Proposal:
    loaded = await log.load(STREAM)
    return replace(proposal(STREAM, loaded.version), previous=loaded.hash)


async def test_the_library_selects_what_we_appended(recorder, appender) -> None:
    asked = proposal(events=THREE)
    await appender.append(asked)
    found = [MAPPER.to_domain_event(n) for n in recorder.select_notifications(1, 10)]
    assert [(e.position, e.version, e.event) for e in found] == [
        (n, n, event) for n, event in enumerate(THREE, 1)
    ]
    assert {(e.stream_id, e.metadata) for e in found} == {(asked.stream_id, asked.metadata)}


async def test_the_library_selects_by_name(recorder, appender) -> None:
    await appender.append(proposal(events=THREE))
    found = recorder.select_notifications(1, 10, topics=["ApplicationReleased"])
    assert [n.id for n in found] == [2]


async def test_what_is_read_is_stored_again_as_the_same_bytes(recorder, appender, log) -> None:
    asked = proposal(events=THREE)
    await appender.append(asked)
    again = [MAPPER.to_stored_event(e) for e in await log.history(asked.stream_id)]
    assert recorder.select_events(asked.stream_id) == again


async def test_a_subscription_sees_what_was_and_what_comes(recorder, appender, log) -> None:
    await appender.append(proposal(events=TWO))
    with recorder.subscribe(gt=0) as subscription:
        assert [next(subscription).id for _ in range(2)] == [1, 2]
        await it_listens(log)
        await appender.append(proposal(events=THREE))
        assert [next(subscription).id for _ in range(3)] == [3, 4, 5]


async def it_listens(log) -> None:
    """The library begins to in a thread; what comes before is seen with what comes next only.

    That is said once the statement is done: while it runs, nothing is heard yet.
    """
    async with asyncio.timeout(60):
        while not await log.rows(LISTENS):  # noqa: ASYNC110 -- the database has no event for it
            await asyncio.sleep(0.01)


async def test_both_ways_of_appending_share_one_order(recorder, appender, log) -> None:
    await appender.append(proposal(STREAM))
    assert recorder.insert_events(stored(*TWO, first_version=2)) == [2, 3]
    answer = await appender.append(await next_of(log))
    assert (answer.version, answer.position) == (4, 4)
    assert recorder.insert_events(stored(*ONE, first_version=5)) == [5]
    assert [e.position for e in await log.page(0)] == [1, 2, 3, 4, 5]


def test_the_library_meets_conflicts_as_we_do(recorder) -> None:
    recorder.insert_events(stored(*TWO))
    with pytest.raises(IntegrityError):
        recorder.insert_events(stored(*TWO))
    with pytest.raises(IntegrityError):
        recorder.insert_events(stored(*ONE, first_version=2))
    assert len(recorder.select_events(STREAM)) == 2


async def test_after_a_refused_append_of_the_library_order_goes_on(recorder, appender, log) -> None:
    recorder.insert_events(stored(*TWO))
    with pytest.raises(IntegrityError):
        recorder.insert_events(stored(*TWO))
    assert (await appender.append(await next_of(log))).position == 3
    assert recorder.insert_events(stored(*ONE, first_version=4)) == [4]


def test_an_append_whose_answer_was_lost_is_recognised(recorder) -> None:
    mine = stored(*TWO)
    recorder.insert_events(mine)
    recorder.insert_events(mine)
    assert recorder.select_events(STREAM) == mine


def test_an_append_without_events_does_nothing(recorder) -> None:
    recorder.insert_events([])
    assert recorder.max_notification_id() is None


@pytest.mark.parametrize("value", ["1", "y", "YES", "t", "true", "On"])
def test_settings_that_append_without_a_lock_are_refused(value: str) -> None:
    with pytest.raises(UnsafeSettings, match="POSTGRES_ENABLE_DB_FUNCTIONS"):
        refuse_unsafe({"POSTGRES_ENABLE_DB_FUNCTIONS": value})


@pytest.mark.parametrize("environment", [{}, {"POSTGRES_ENABLE_DB_FUNCTIONS": "no"}])
def test_other_settings_are_fine(environment: dict[str, str]) -> None:
    refuse_unsafe(environment)


def test_the_recorder_itself_refuses_to_append_without_a_lock() -> None:
    unsafe = PostgresDatastore("", "", "", "", "", enable_db_functions=True)
    with pytest.raises(UnsafeSettings):
        LogRecorder(unsafe)


def test_the_recorder_is_the_librarys(recorder) -> None:
    assert isinstance(recorder, PostgresApplicationRecorder)


@pytest.mark.parametrize("statement", REFUSED)
async def test_what_was_recorded_is_never_changed(appender, log, database_url, statement) -> None:
    await appender.append(proposal(STREAM))
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        connection.execute(statement)
    assert await log.events(STREAM) == list(ONE)


async def test_what_the_library_appended_has_no_command_and_is_sound(
    recorder, appender, database_url
) -> None:
    """Of what the appender recorded, and of what was put in by hand, the command is asked for."""
    recorder.insert_events(stored(*THREE))
    ours = await appender.append(proposal(events=TWO))
    assert await asyncio.to_thread(verified, database_url) == []
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM commands")
    found = await asyncio.to_thread(verified, database_url)
    assert [fault.where[:11] for fault in found] == ["position 4,", "position 5,"]
    assert ours.position == 5


def verified(url: str) -> list[Fault]:
    nobody = Asked([], by_name=False)
    verdict = verify(url, MAPPER, None, nobody, lambda _done, _total: None, Path("log.pub"))
    return verdict.findings.faults
