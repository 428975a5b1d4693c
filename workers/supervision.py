"""Keeps runners running: restart with backoff, a heartbeat each, one failure stops no other."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import psycopg
import structlog

from adapters.bootstrap import Parts
from adapters.settings import Settings
from workers.wake import Wake

BEAT_SECONDS = 2.0
LONGEST_PAUSE = 5.0
CANCEL_AGAIN_SECONDS = 0.5
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


def nothing(_: Settings, _url: str) -> None:
    """Most runners need no more than every worker has."""


@dataclass(frozen=True, slots=True)
class Runner:
    """`run` works for ever; when it raises, it is started again.

    `require` raises what a person has to mend before this runner can work here.
    """

    name: str
    run: Callable[[Tools], Awaitable[None]]
    require: Callable[[Settings, str], None] = nothing


async def supervise(parts: Parts, runners: Sequence[Runner]) -> None:
    """Run all of them until cancelled."""
    wake = Wake()

    async def listen(_: Tools) -> None:
        await wake.listen(parts.url)

    everybody = [*runners, Runner("wake", listen)]
    tasks = [
        asyncio.create_task(
            _keep_running(runner, Tools(parts, Pulse(parts, runner.name), wake)), name=runner.name
        )
        for runner in everybody
    ]
    try:
        for ended in (await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED))[0]:
            ended.result()
    finally:
        await _end(tasks)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: Python 3.11 can lose one while a connection is waited for."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)


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
