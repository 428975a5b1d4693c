"""The runners are woken when the log has grown, and look for themselves when nobody wakes them."""

import asyncio
from uuid import uuid4

import psycopg
import pytest

from tests.domain.application import happened as h
from tests.workers.supervised import WITHIN_SECONDS
from workers.wake import PATIENCE_SECONDS, Wake, in_turn

HANG_UP = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query = 'LISTEN events'"""


@pytest.fixture
async def listening(log):
    wake = Wake()
    begins = wake.ticket()
    task = asyncio.create_task(wake.listen(log.url))
    await rung(wake, begins)
    yield wake, task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def rung(wake: Wake, ticket: asyncio.Event) -> None:
    """Not by its own patience: it would have none so long."""
    await wake.wait(ticket, WITHIN_SECONDS)
    assert ticket.is_set()


async def test_an_event_wakes_at_once(listening, log) -> None:
    wake, _ = listening
    ticket = wake.ticket()
    await log.record(uuid4(), h.claimed)
    await rung(wake, ticket)


async def test_what_happens_between_the_look_and_the_wait_is_not_missed(listening, log) -> None:
    wake, _ = listening
    ticket = wake.ticket()
    await log.record(uuid4(), h.claimed)
    await rung(wake, ticket)
    async with asyncio.timeout(WITHIN_SECONDS):
        await wake.wait(ticket, WITHIN_SECONDS * 2)


async def test_one_event_wakes_everybody(listening, log) -> None:
    wake, _ = listening
    everybody = asyncio.gather(*(rung(wake, wake.ticket()) for _ in range(20)))
    await log.record(uuid4(), h.claimed)
    await everybody


async def test_when_no_notification_comes_it_wakes_by_itself_within_about_a_second() -> None:
    wake, clock = Wake(), asyncio.get_running_loop()
    ticket, began = wake.ticket(), clock.time()
    async with asyncio.timeout(WITHIN_SECONDS):
        await wake.wait(ticket)
    assert clock.time() - began >= PATIENCE_SECONDS * 0.9
    assert (ticket.is_set(), PATIENCE_SECONDS) == (False, 1.0)


async def test_a_connection_that_breaks_is_a_failure_that_its_supervisor_hears_of(
    listening, log
) -> None:
    _, task = listening
    await log.ask(HANG_UP)
    with pytest.raises(psycopg.OperationalError):
        await asyncio.wait_for(task, WITHIN_SECONDS)


async def test_who_is_carried_along_is_woken_by_the_log_only_when_that_ends() -> None:
    wake, name = Wake(), "worklist_v2"
    bell = wake.bell(name)
    wake.carry(frozenset({name}))
    carried, others = bell.ticket(), wake.ticket()
    wake.ring()
    assert (others.is_set(), carried.is_set()) == (True, False)
    wake.carry(frozenset())
    assert carried.is_set()
    alone = bell.ticket()
    wake.ring()
    assert alone.is_set()


def test_those_who_began_together_come_back_one_after_another() -> None:
    pauses = {in_turn(2.0) for _ in range(9)}
    assert len(pauses) > 1
    assert all(1.0 <= pause <= 2.0 for pause in pauses)
