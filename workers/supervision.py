"""Keeps runners running: restart with backoff, a heartbeat each, one failure stops no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import psycopg
import structlog

from adapters.bootstrap import Parts
from workers.wake import Wake

BEAT_SECONDS = 2.0
LONGEST_PAUSE = 5.0
BEAT = """INSERT INTO heartbeats (runner, beat_at, state, detail)
    VALUES (%(runner)s, clock_timestamp(), %(state)s, %(detail)s)
    ON CONFLICT (runner) DO UPDATE
    SET beat_at = excluded.beat_at, state = excluded.state, detail = excluded.detail"""

log = structlog.get_logger()


class Pulse:
    """A runner beats on every round; a runner that hangs does not, and is seen to be dead."""

    def __init__(self, parts: Parts, runner: str) -> None:
        self._parts = parts
        self._runner = runner
        self._next = 0.0

    async def beat(self, state: str = "running", detail: str = "") -> None:
        now = asyncio.get_running_loop().time()
        if now < self._next and state == "running":
            return
        self._next = now + BEAT_SECONDS
        row = {"runner": self._runner, "state": state, "detail": detail}
        async with self._parts.pool.connection() as connection:
            await connection.execute(BEAT, row)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a runner is given: the parts, its pulse, and what wakes it."""

    parts: Parts
    pulse: Pulse
    wake: Wake


@dataclass(frozen=True, slots=True)
class Runner:
    """`run` works for ever; when it raises, it is started again."""

    name: str
    run: Callable[[Tools], Awaitable[None]]


async def supervise(parts: Parts, runners: Sequence[Runner]) -> None:
    """Run all of them until cancelled."""
    wake = Wake()

    async def listen(_: Tools) -> None:
        await wake.listen(parts.url)

    everybody = [*runners, Runner("wake", listen)]
    async with asyncio.TaskGroup() as group:
        for runner in everybody:
            tools = Tools(parts, Pulse(parts, runner.name), wake)
            group.create_task(_keep_running(runner, tools), name=runner.name)


async def _keep_running(runner: Runner, tools: Tools) -> None:
    pause = 0.1
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await runner.run(tools)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the runner starts again
            # The message may hold personal data; the kind of error does not.
            log.warning("runner_failed", runner=runner.name, error=type(error).__name__)
            await _say_restarting(tools, type(error).__name__)
        if asyncio.get_running_loop().time() - started > LONGEST_PAUSE:
            pause = 0.1
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _say_restarting(tools: Tools, error: str) -> None:
    """Briefly: without a database, this is not what the restart shall wait for."""
    try:
        async with asyncio.timeout(BEAT_SECONDS):
            await tools.pulse.beat("restarting", error)
    except (psycopg.Error, OSError):
        log.warning("heartbeat_failed")
