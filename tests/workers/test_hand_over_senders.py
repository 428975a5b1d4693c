"""Each back office has a sender of its own: it ends no call of another, and finishes its own."""

import asyncio
import threading
from functools import partial
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from adapters.bootstrap import Parts
from adapters.runner_names import HAND_OVER_SENDER
from tests.back_office import Receiver, taken
from tests.workers.handed_over import APPROVED, ROWS, knowing, stands
from tests.workers.supervised import WITHIN_SECONDS, until
from workers.hand_over import QUEUEING, SENDER
from workers.react import reacting
from workers.supervision import supervise

CUT_IDLE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle'"""
FAILED = {"event": "runner_failed", "runner": HAND_OVER_SENDER, "error": "AdminShutdown"}


class Slow:
    """A back office that answers only once it is let."""

    def __init__(self, receiver: Receiver) -> None:
        self.called, self.let = threading.Event(), threading.Event()
        receiver.answer = self.answer

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        self.called.set()
        self.let.wait(WITHIN_SECONDS)
        return taken()

    async def is_called(self) -> bool:
        return self.called.is_set()


@pytest.fixture
def two(parts, receiver) -> Parts:
    """The parts, with a back office that has nothing to do, and that one."""
    return knowing(parts, receiver.entry(name="idle", municipality="05562014"), receiver.entry())


async def test_who_is_told_to_stop_finishes_its_call(log, two, receiver, monkeypatch) -> None:
    """And is not waited for any longer."""
    monkeypatch.setattr("workers.supervision.DRAIN_SECONDS", 2 * WITHIN_SECONDS)
    slow, stop = Slow(receiver), asyncio.Event()
    await log.record(uuid4(), *APPROVED)
    task = asyncio.create_task(supervise(two, [reacting(QUEUEING), SENDER], stop))
    await until(slow.is_called)
    stop.set()
    await until(partial(log.ask, "SELECT FROM heartbeats WHERE state = 'stopped' OFFSET 1"))
    slow.let.set()
    await asyncio.wait_for(task, WITHIN_SECONDS)
    assert (await stands(log), len(receiver.calls)) == ([("delivered", 1, "")], 1)
    assert await log.ask("SELECT FROM heartbeats WHERE last_error <> ''") == []


async def test_a_sender_whose_connection_is_lost_ends_no_call_of_another(
    log, two, receiver
) -> None:
    slow, stop = Slow(receiver), asyncio.Event()
    await log.record(uuid4(), *APPROVED)
    task = asyncio.create_task(supervise(two, [reacting(QUEUEING), SENDER], stop))
    await until(slow.is_called)
    with capture_logs() as said:

        async def failed() -> bool:
            return any(one.items() >= FAILED.items() for one in said)

        await log.ask(CUT_IDLE)  # whoever calls is in a transaction
        await until(failed)
    slow.let.set()
    await until(partial(log.ask, f"SELECT FROM ({ROWS}) r WHERE state = 'delivered'"))
    stop.set()
    await asyncio.wait_for(task, WITHIN_SECONDS)
    assert (await stands(log), len(receiver.calls)) == ([("delivered", 1, "")], 1)
