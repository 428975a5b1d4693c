"""Keeps runners running: restart with backoff, a heartbeat each, one failure stops no other."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from socket import gethostname

import psycopg
import structlog

from adapters.bootstrap import Parts
from adapters.settings import Settings
from workers.wake import Wake, in_turn

BEAT_SECONDS = 2.0
LONGEST_PAUSE = 5.0
CANCEL_AGAIN_SECONDS = 0.5
DRAIN_SECONDS = 10.0
RESTARTING, STOPPED = "restarting", "stopped"
BEAT = """INSERT INTO heartbeats (runner, worker, beat_at, state, detail)
    VALUES (%(runner)s, %(worker)s, clock_timestamp(), %(state)s, %(detail)s)
    ON CONFLICT (runner, worker) DO UPDATE
    SET beat_at = excluded.beat_at, state = excluded.state, detail = excluded.detail"""
FAILED = """UPDATE heartbeats SET last_error = detail, failed_at = beat_at
    WHERE runner = %(runner)s AND worker = %(worker)s"""
# Of workers that ended long ago: whoever watches has seen it.
FORGET = "DELETE FROM heartbeats WHERE beat_at < clock_timestamp() - interval '1 day'"

log = structlog.get_logger()


def this_worker() -> str:
    """The machine and the process: a container that starts again is another one."""
    return f"{gethostname()}:{os.getpid()}"


class Drained(Exception):
    """The worker was told to stop, and this runner has finished what was under way."""


class Pulse:
    """A runner beats on every round; a runner that hangs does not, and is seen to be dead."""

    def __init__(self, parts: Parts, runner: str, stop: asyncio.Event | None = None) -> None:
        self._parts = parts
        self._runner = runner
        self._stop = stop or asyncio.Event()
        self._next = 0.0

    async def beat(self, state: str = "running", detail: str = "") -> None:
        """Raise Drained where the runner shall go no further: between two rounds, not within."""
        if self._stop.is_set():
            raise Drained
        await self.say(state, detail)

    async def say(self, state: str, detail: str) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._next and state == "running":
            return
        self._next = now + in_turn(BEAT_SECONDS)
        row = {
            "runner": self._runner,
            "worker": this_worker(),
            "state": state,
            "detail": detail,
        }
        async with self._parts.pool.connection() as connection:
            await connection.execute(BEAT, row)
            if state == RESTARTING:
                await connection.execute(FAILED, row)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a runner is given: the parts, its pulse, and what wakes it."""

    parts: Parts
    pulse: Pulse
    wake: Wake


Require = Callable[[Settings, str], None]


def nothing(_: Settings, _url: str) -> None:
    """Most runners need no more than every worker has."""


@dataclass(frozen=True, slots=True)
class Runner:
    """`run` works for ever; when it raises, it is started again.

    `require` raises what a person has to mend before this runner can work here.
    """

    name: str
    run: Callable[[Tools], Awaitable[None]]
    require: Require = nothing


async def supervise(
    parts: Parts, runners: Sequence[Runner], stop: asyncio.Event | None = None
) -> None:
    """Run all of them until cancelled, or until told to stop: then what is under way is finished.

    What is not over by then is cut off; it is done again at the next start, and twice is once.
    """
    await _forget(parts)
    wake, told = Wake(), stop or asyncio.Event()

    async def listen(_: Tools) -> None:
        await wake.listen(parts.url)

    def started(runner: Runner) -> asyncio.Task[None]:
        tools = Tools(parts, Pulse(parts, runner.name, told), wake)
        return asyncio.create_task(keep_running(runner, tools), name=runner.name)

    tasks = [started(runner) for runner in runners]
    others = [started(Runner("wake", listen)), asyncio.create_task(_told(told))]
    try:
        await asyncio.wait([*tasks, *others], return_when=asyncio.FIRST_COMPLETED)
        if told.is_set():
            await _drain(tasks, wake)
    finally:
        await _end([*tasks, *others])


async def _forget(parts: Parts) -> None:
    """Of no matter where it fails: the next worker that starts does it."""
    try:
        async with parts.pool.connection() as connection:
            await connection.execute(FORGET)
    except (psycopg.Error, OSError):
        log.warning("heartbeats_not_forgotten")


async def _told(stop: asyncio.Event) -> None:
    await stop.wait()


async def _drain(tasks: Sequence[asyncio.Task[None]], wake: Wake) -> None:
    """Whoever waits for the log to grow waits no longer."""
    wake.ring()
    _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
    for task in late:
        log.warning("runner_cut_off", runner=task.get_name())


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: Python 3.11 can lose one while a connection is waited for."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)


async def keep_running(runner: Runner, tools: Tools) -> None:
    """Start it again whenever it fails; return once it is told to stop."""
    pause = 0.1
    while True:
        started = asyncio.get_running_loop().time()
        try:
            await runner.run(tools)
        except Drained:
            await _say(tools, STOPPED, "")
            return
        except Exception as error:  # noqa: BLE001 -- whatever it is, the runner starts again
            # The message may hold personal data; the kind of error does not.
            log.warning("runner_failed", runner=runner.name, error=type(error).__name__)
            await _say(tools, RESTARTING, type(error).__name__)
        if asyncio.get_running_loop().time() - started > LONGEST_PAUSE:
            pause = 0.1
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _say(tools: Tools, state: str, detail: str) -> None:
    """Briefly: without a database, this is not what the restart or the end shall wait for."""
    try:
        async with asyncio.timeout(BEAT_SECONDS):
            await tools.pulse.say(state, detail)
    except (psycopg.Error, OSError):
        log.warning("heartbeat_failed")
