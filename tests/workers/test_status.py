"""An operator sees which runner lags, by how much, what failed last, and which mails are lost."""

import asyncio
import io
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from rich.console import Console

from adapters.postgres.connecting import connect
from adapters.runner_names import RUNNER_NAMES
from adapters.runners_seen import mails_seen, runners_seen
from projections.worklist import WORKLIST
from tests.domain.application import histories as past
from tests.workers.supervised import until
from workers.picture import picture
from workers.status import look, watched
from workers.supervision import RESTARTING, Pulse

BEAT = """INSERT INTO heartbeats (runner, beat_at, state)
    SELECT runner, clock_timestamp(), 'running' FROM unnest(%s::text[]) AS names (runner)"""
BEAT_BY = """INSERT INTO heartbeats (runner, worker, beat_at, state)
    VALUES (%s, %s, clock_timestamp() - make_interval(mins => %s), %s)"""
FAILING = """INSERT INTO heartbeats (runner, worker, beat_at, state, detail)
    VALUES (%s, 'north:7', clock_timestamp(), 'restarting', 'OperationalError')"""
RECOVERED = "UPDATE heartbeats SET state = 'running', detail = ''"
HANDED = """INSERT INTO hand_overs (hand_over_id, application_id, municipality, service,
    back_office, version, position, state) VALUES (gen_random_uuid(), gen_random_uuid(), '05513000',
    'library-card', 'library', 1, %s, %s)"""
MAIL = """INSERT INTO notifications (notification_id, application_id, template, version, position,
    state) VALUES (gen_random_uuid(), gen_random_uuid(), 'received-1', 1, 1, '{}')"""
STATE = """INSERT INTO notifications (notification_id, application_id, template, version, position,
    channel, state, error, queued_at) VALUES (gen_random_uuid(), gen_random_uuid(),
    'state/completed', 1, 1, 'account-state', 'dropped', %s,
    clock_timestamp() - make_interval(days => %s))"""


def told(seen) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(picture(seen, datetime.now(UTC)))
    return out.getvalue()


@pytest.fixture
async def connection(log):
    async with log.connection() as connection:
        yield connection


async def test_before_anybody_works_it_says_so(connection) -> None:
    seen = await look(connection)
    assert not seen.all_well
    assert f"{len(RUNNER_NAMES)} of the runners do not beat" in told(seen)


async def test_a_runner_that_lags_is_seen_with_events_and_seconds(log, connection) -> None:
    await log.record(uuid4(), *past.in_hands)
    await log.step(WORKLIST, 1)
    found = {runner.runner: runner for runner in await runners_seen(connection)}[WORKLIST.name]
    assert found.lag == len(past.in_hands) - 1
    assert 0 < found.lag_seconds < 600
    await log.project(WORKLIST)
    found = {runner.runner: runner for runner in await runners_seen(connection)}[WORKLIST.name]
    assert (found.lag, found.lag_seconds) == (0, 0)


async def test_all_is_well_while_everybody_beats(connection) -> None:
    await connection.execute(BEAT, (list(RUNNER_NAMES),))
    seen = await look(connection)
    assert seen.all_well
    assert "Every runner beats." in told(seen)


async def test_the_last_error_stays_when_the_runner_has_recovered(parts, connection) -> None:
    pulse = Pulse(parts, RUNNER_NAMES[0])
    await pulse.say(RESTARTING, "OperationalError")
    await Pulse(parts, RUNNER_NAMES[0]).beat()
    found = {runner.runner: runner for runner in await runners_seen(connection)}[RUNNER_NAMES[0]]
    assert (found.state, found.detail, found.last_error) == ("running", "", "OperationalError")
    assert found.failed_at is not None
    assert "OperationalError, " in told(await look(connection))


async def test_a_mail_that_failed_for_good_is_not_well(connection) -> None:
    await connection.execute(BEAT, (list(RUNNER_NAMES),))
    for state in ("failed", "queued", "sent"):
        await connection.execute(MAIL.format(state).encode())
    mails = await mails_seen(connection)
    assert (mails.queued, mails.failed) == (1, 1)
    seen = await look(connection)
    assert not seen.all_well
    assert "1 failed for good" in told(seen)


async def test_what_a_back_office_did_not_take_is_not_well(log, connection) -> None:
    await log.record(uuid4(), *past.in_hands)
    await connection.execute(BEAT, (list(RUNNER_NAMES),))
    for position, state in ((1, "delivered"), (2, "queued"), (3, "queued")):
        await connection.execute(HANDED, (position, state))
    seen = await look(connection)
    assert seen.all_well
    (library,) = seen.hand_overs
    assert (library.queued, library.failed) == (2, 0)
    assert 0 < library.oldest_seconds < 600
    await connection.execute(HANDED, (4, "failed"))
    seen = await look(connection)
    assert not seen.all_well
    assert "To library: 2 waiting, the oldest for" in told(seen)
    assert "1 failed for good" in told(seen)


async def test_states_that_mailboxes_of_accounts_refuse_are_told_by_cause(connection) -> None:
    """The letter says the same, so all is well."""
    await connection.execute(BEAT, (list(RUNNER_NAMES),))
    for days in (0, 6, 8):
        await connection.execute(STATE, ("HTTP 422 REFUSING", days))
    for cause in ("HTTP 404", "nothing-to-say", "no-mailbox"):
        await connection.execute(STATE, (cause, 0))
    seen = await look(connection)
    assert seen.all_well
    assert seen.states_refused == {"HTTP 422 REFUSING": 2, "HTTP 404": 1}
    assert "2 states refused within 7 days: HTTP 422 REFUSING; ask who runs" in told(seen)


async def test_a_runner_that_fails_in_one_worker_of_two_is_named(connection) -> None:
    """It is alive in the other one, so it is no reason to be unready."""
    await connection.execute(BEAT, (list(RUNNER_NAMES),))
    await connection.execute(FAILING, (RUNNER_NAMES[0],))
    seen = await look(connection)
    assert seen.all_well
    said = f"Worker north:7: {RUNNER_NAMES[0]} fails there: OperationalError."
    assert said in told(seen)
    await connection.execute(RECOVERED)
    assert said not in told(await look(connection))


async def test_whoever_watches_sees_a_database_go_and_come_back(
    connection, database_url, server_url
) -> None:
    name, out = database_url.rpartition("/")[2], io.StringIO()
    watching = asyncio.create_task(
        watched(Console(file=out, force_terminal=True, width=200), database_url)
    )

    async def tells(what: str) -> None:
        """From now on."""
        out.seek(0)
        out.truncate()

        async def told_so() -> bool:
            return what in out.getvalue()

        await until(told_so)

    async with await connect(server_url) as server:
        await tells("events in the log")
        for allowed, said in (("false", "does not answer"), ("true", "events in the log")):
            await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}".encode())
            await tells(said)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def test_a_worker_that_hangs_beside_a_healthy_one_is_named(connection) -> None:
    one, other, *_ = RUNNER_NAMES
    await connection.execute(BEAT, (list(RUNNER_NAMES),))
    for runner, worker, minutes, state in (
        (one, "north:7", 5, "running"),
        (other, "north:7", 4, "waiting"),
        (one, "south:8", 5, "stopped"),
        (one, "west:9", 61, "running"),
        (one, "east:1", 0, "running"),
    ):
        await connection.execute(BEAT_BY, (runner, worker, minutes, state))
    seen = await look(connection)
    assert [(silent.worker, silent.runners) for silent in seen.silent] == [("north:7", 2)]
    assert seen.all_well
    assert "Worker north:7: 2 of its runners last beat 5 min ago" in told(seen)


async def test_a_runner_lives_while_it_beats_in_one_worker(connection) -> None:
    (one, *_), beaten = RUNNER_NAMES, ("north:7", "south:8")
    for minutes, worker, state in zip((5, 0), beaten, ("running", "waiting"), strict=True):
        await connection.execute(BEAT_BY, (one, worker, minutes, state))
    await connection.execute(BEAT_BY, (one, "west:9", 0, "stopped"))
    found = {runner.runner: runner for runner in await runners_seen(connection)}[one]
    assert (found.alive, found.state) == (True, "waiting")
