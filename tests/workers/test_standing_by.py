"""One projector at a time works on a read model; another stands by, and takes over when it dies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import psycopg
import pytest

from adapters.postgres.connecting import connect
from adapters.read_models.positions import claim
from projections.worklist import WORKLIST
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.killable import until as wait_until
from tests.projections.log import LIVES, Log
from tests.workers.supervised import supervised, until
from workers.project import projecting

LIFE = (h.submitted(submit), h.paid(), h.received)
BEATS = "SELECT beat_at FROM heartbeats WHERE runner = 'worklist_v2'"
SHOWN = "SELECT FROM worklist_v2"
STANDS = "SELECT position, applied FROM positions WHERE runner = 'worklist_v2'"
ALL = "SELECT max(notification_id), count(*) FROM events"


async def test_who_stands_by_leaves_it_alone_until_the_other_has_died(parts, log) -> None:
    await log.record(uuid4(), *LIFE)
    async with await connect(log.url) as killer, await connect(log.url) as active:
        with pytest.raises(psycopg.OperationalError):
            await _stood_by(parts, log, active, killer)


async def _stood_by(parts, log: Log, active, killer) -> None:
    """End as `active` does."""
    async with _claimed(active), supervised(parts, projecting(WORKLIST)):
        first = await _beaten(log)
        await until(lambda: _beaten_since(log, first))
        assert await log.ask(SHOWN) == []
        pid = active.info.backend_pid
        await killer.execute("SELECT pg_terminate_backend(%s)", (pid,))
        await until(lambda: log.ask(SHOWN))
        await until(lambda: log.ask(f"{STANDS} AND applied = 3"))
        await active.execute("SELECT")


@asynccontextmanager
async def _claimed(connection) -> AsyncIterator[None]:
    """As one who is in the middle of a batch."""
    async with connection.transaction():
        assert await claim(connection, WORKLIST.name) == 0
        yield


async def _beaten(log: Log) -> object:
    await until(lambda: log.ask(BEATS))
    return (await log.ask(BEATS))[0]["beat_at"]


async def _beaten_since(log: Log, before: object) -> bool:
    return (await log.ask(BEATS))[0]["beat_at"] != before


def test_of_two_workers_one_is_killed_at_work_and_each_event_is_shown_once(
    amtsweg, service_url, durable_url
) -> None:
    log = Log(durable_url)
    events = len(log.fill(life for _ in range(300) for life in LIVES))
    workers = [amtsweg.at(service_url).begin("work", WORKLIST.name) for _ in range(2)]
    try:
        wait_until(lambda: all("workers_started" in w.told for w in workers), "both begin")
        wait_until(lambda: (_row(durable_url, STANDS) or (0,))[0] > 0, "one of them works")
        workers[0].process.kill()
        wait_until(lambda: _row(durable_url, STANDS) == _row(durable_url, ALL), "all is shown")
    finally:
        for worker in workers:
            worker.process.kill()
            worker.process.join()
    assert _row(durable_url, STANDS) == (events, events)
    assert asyncio.run(log.rebuild(WORKLIST)).differing == 0


def _row(url: str, question: str) -> tuple[int, ...] | None:
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()
