"""A runner that fails is started again, one that hangs is seen, and neither stops another."""

import asyncio
import time
from functools import partial
from uuid import uuid4

import httpx
import pytest
from structlog.testing import capture_logs

from adapters.runner_names import RUNNER_NAMES
from adapters.runners_seen import silent_workers
from adapters.settings import Settings
from api.app import create_app
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.keys import with_keys
from tests.serving import serve
from tests.workers.supervised import WITHIN_SECONDS, supervised, until
from workers.catalogue import RUNNERS
from workers.project import projecting
from workers.supervision import (
    BEAT_SECONDS,
    STOPPED,
    Runner,
    Tools,
    supervise,
)  # fmt: skip

HEARTBEATS = "SELECT * FROM heartbeats WHERE runner = %s"
GROW_OLD = "UPDATE heartbeats SET beat_at = beat_at - interval '31 seconds'"
# What PostgreSQL says when its disk is full, for every statement that would write here.
DISK_IS_FULL = """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON heartbeats
    EXECUTE FUNCTION full_disk()"""
ROOM_AGAIN = "DROP TRIGGER full_disk ON heartbeats"
GROWN_OLD = f"""ALTER TABLE heartbeats DISABLE TRIGGER USER; {GROW_OLD};
    ALTER TABLE heartbeats ENABLE TRIGGER USER"""
LONG_AGO = """INSERT INTO heartbeats (runner, worker, beat_at, state)
    VALUES ('renamed', 'north:7', clock_timestamp() - interval '25 hours', 'running')"""
HANG_UP = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query = 'LISTEN events'"""
CUT_ALL = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


class Failing:
    """Fails as often as it is started."""

    def __init__(self) -> None:
        self.starts: list[float] = []
        self.runner = Runner("failing", self.run)

    async def run(self, _: Tools) -> None:
        self.starts.append(time.monotonic())
        message = "Eva Muster, born in 1990"
        raise RuntimeError(message)

    async def was_started_again(self) -> bool:
        return len(self.starts) > 3


async def steadily(tools: Tools) -> None:
    while True:
        await tools.pulse.beat()
        await asyncio.sleep(0.01)


async def hang(tools: Tools) -> None:
    await tools.pulse.beat()
    await asyncio.Event().wait()


@pytest.fixture
def failing() -> Failing:
    return Failing()


async def test_a_failing_runner_is_started_again_after_longer_and_longer_pauses(
    parts, failing
) -> None:
    async with supervised(parts, failing.runner):
        await until(failing.was_started_again)
    first, second, third, fourth = failing.starts[:4]
    assert (second - first >= 0.1, third - second >= 0.2, fourth - third >= 0.4) == (True,) * 3


async def test_a_failing_runner_stops_no_other(parts, log, failing) -> None:
    async with supervised(parts, failing.runner, projecting(WORKLIST)):
        await until(failing.was_started_again)
        await log.record(uuid4(), h.submitted(submit))
        await until(partial(log.rows, WORKLIST))


async def test_that_it_fails_is_noted_and_what_it_said_is_not(parts, log, failing, capsys) -> None:
    async with supervised(parts, failing.runner):
        await until(partial(log.ask, HEARTBEATS, "failing"))
    (row,) = await log.ask(HEARTBEATS, "failing")
    assert (row["state"], row["detail"]) == ("restarting", "RuntimeError")
    assert "Eva" not in "".join(capsys.readouterr())


async def test_a_runner_whose_connections_are_lost_goes_on(parts, log) -> None:
    async with supervised(parts, projecting(WORKLIST)):
        await until(partial(log.ask, HEARTBEATS, WORKLIST.name))
        await log.ask(CUT_ALL)
        await log.record(uuid4(), h.submitted(submit))
        await until(partial(log.rows, WORKLIST))


async def test_a_worker_whose_listening_was_cut_off_once_is_not_said_to_hang(parts, log) -> None:
    """What listens for news says that it failed, and has no rounds to beat in."""

    async def cut_off() -> bool:
        """Once more where it came to no word of it: that is given up after two seconds."""
        await log.ask(HANG_UP)
        return bool(await log.ask(HEARTBEATS, "wake"))

    async with supervised(parts, Runner(WORKLIST.name, steadily)):
        await until(cut_off)
        await log.do(f"{GROW_OLD} WHERE runner = 'wake'")
        await until(partial(log.ask, HEARTBEATS, WORKLIST.name))
        async with log.connection() as connection:
            assert await silent_workers(connection) == []


async def test_a_runner_that_hangs_is_seen_to_be_dead_and_the_others_alive(
    parts, log, database_url, tmp_path
) -> None:
    names = [name for name in RUNNER_NAMES if name != "mail-sender"]
    steady = [Runner(name, steadily) for name in names]
    async with (
        serve(create_app(with_keys(Settings(home=tmp_path)), database_url)) as api,
        supervised(parts, *steady, Runner("mail-sender", hang)),
        httpx.AsyncClient(base_url=api, timeout=WITHIN_SECONDS) as http,
    ):
        await until(partial(is_ready, http))
        await log.do(GROW_OLD)
        await until(partial(are_alive, http, names))
        answer = await http.get("/readyz")
    assert (answer.status_code, dead_in(answer)) == (503, ["mail-sender"])


async def test_what_beat_long_ago_is_forgotten_when_a_worker_starts(parts, log) -> None:
    await log.do(LONG_AGO)
    async with supervised(parts, Runner(WORKLIST.name, steadily)):
        await until(partial(log.ask, HEARTBEATS, WORKLIST.name))
    assert [row["runner"] for row in await log.ask("TABLE heartbeats")] == [WORKLIST.name]


async def test_runners_that_cannot_write_are_seen_to_be_dead_until_they_can(
    parts, log, database_url, tmp_path
) -> None:
    async with (
        serve(create_app(with_keys(Settings(home=tmp_path)), database_url)) as api,
        supervised(parts, *(Runner(name, steadily) for name in RUNNER_NAMES)),
        httpx.AsyncClient(base_url=api, timeout=WITHIN_SECONDS) as http,
    ):
        await until(partial(is_ready, http))
        await log.do(DISK_IS_FULL, GROWN_OLD)
        assert dead_in(await http.get("/readyz")) == sorted(RUNNER_NAMES)
        await asyncio.sleep(2 * BEAT_SECONDS)  # they would have been heard of
        assert dead_in(await http.get("/readyz")) == sorted(RUNNER_NAMES)
        await log.do(ROOM_AGAIN)
        await until(partial(is_ready, http))


async def is_ready(http: httpx.AsyncClient) -> bool:
    return (await http.get("/readyz")).is_success


async def are_alive(http: httpx.AsyncClient, names: list[str]) -> bool:
    return not set(names) & set(dead_in(await http.get("/readyz")))


def dead_in(answer: httpx.Response) -> list[str]:
    return [runner["runner"] for runner in answer.json()["runners"] if not runner["alive"]]


class Slow:
    """Works in rounds that take a while, and counts what it has finished."""

    def __init__(self, seconds: float) -> None:
        self.begun, self.finished, self.seconds = 0, 0, seconds
        self.runner = Runner(WORKLIST.name, self.run)

    async def run(self, tools: Tools) -> None:
        while True:
            await tools.pulse.beat()
            self.begun += 1
            await asyncio.sleep(self.seconds)
            self.finished += 1

    async def is_at_work(self) -> bool:
        return self.begun > self.finished


async def test_who_is_told_to_stop_finishes_what_is_under_way(parts, log) -> None:
    slow, stop = Slow(0.3), asyncio.Event()
    task = asyncio.create_task(supervise(parts, [slow.runner, projecting(WORKLIST)], stop))
    await until(slow.is_at_work)
    stop.set()
    await asyncio.wait_for(task, WITHIN_SECONDS)
    assert slow.begun == slow.finished
    (row,) = await log.ask(HEARTBEATS, WORKLIST.name)
    assert row["state"] == STOPPED


async def test_who_does_not_come_to_an_end_is_cut_off(parts, monkeypatch) -> None:
    monkeypatch.setattr("workers.supervision.DRAIN_SECONDS", 0.2)
    slow, stop = Slow(3600), asyncio.Event()
    task = asyncio.create_task(supervise(parts, [slow.runner], stop))
    await until(slow.is_at_work)
    stop.set()
    await asyncio.wait_for(task, WITHIN_SECONDS)
    assert slow.finished == 0


async def test_every_runner_there_is_stops_when_told(parts, log) -> None:
    async def all_beat() -> bool:
        return len(await log.ask("SELECT DISTINCT runner FROM heartbeats")) >= len(RUNNERS)

    stop = asyncio.Event()
    with capture_logs() as said:
        task = asyncio.create_task(supervise(parts, RUNNERS, stop))
        await until(all_beat)
        stop.set()
        await asyncio.wait_for(task, WITHIN_SECONDS)
    assert [one for one in said if one["event"] == "runner_cut_off"] == []
