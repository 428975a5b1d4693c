"""What befalls a run, in the order that its seed deals."""

import asyncio
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any, Protocol

import psycopg

from adapters.postgres.connecting import connect
from adapters.postgres.embedded import EmbeddedPostgres
from tests.adapters.event_store.proposals import held_up
from tests.adapters.event_store.wire import Loss, Wire
from tests.torture.crew import Crew, Member
from tests.torture.journal import now

OTHERS = """SELECT pid FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY pid"""


class Fault(StrEnum):
    KILL_WRITER = "writer killed"
    RESTART_POSTGRES = "PostgreSQL restarted at once"
    END_BACKENDS = "backends terminated"
    CUT_CONNECTIONS = "connections cut"
    LOSE_ANSWER = "answer lost"
    LOSE_REQUEST = "request lost"
    SILENCE = "line gone silent"
    HOLD_LOCK = "table locked"
    FREEZE_WRITER = "writer frozen"
    KILL_READER = "reader killed"
    KILL_PROJECTOR = "projector killed"


@dataclass(frozen=True, slots=True)
class Struck:
    """`began` and `over` by the clock of the journals; `who`: the process that was killed."""

    fault: StrEnum
    began: float
    over: float
    who: str = ""


@dataclass(slots=True)
class Fate:
    server: EmbeddedPostgres
    crew: Crew
    wires: Sequence[Wire]
    dice: Random
    struck: list[Struck] = field(default_factory=list)
    restarting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def strike(self, fault: Fault) -> None:
        """Once more where another fault, at work at the same time, got in the way."""
        while True:
            try:
                async with self.restarting if fault is Fault.RESTART_POSTGRES else nullcontext():
                    began = now()
                    who, over = await self._strike(fault)
            except psycopg.Error:
                await asyncio.sleep(0.1)
            else:
                self.struck.append(Struck(fault, began, over or now(), who))
                return

    async def _strike(self, fault: Fault) -> tuple[str, float]:  # noqa: C901 -- one flat table
        match fault:
            case Fault.KILL_WRITER:
                return await self._kill(self.dice.choice(self.crew.writers))
            case Fault.KILL_READER:
                return await self._kill(self.crew.readers[0])
            case Fault.KILL_PROJECTOR:
                return await self._kill(self.crew.readers[1])
            case Fault.RESTART_POSTGRES:
                await asyncio.to_thread(self.server.restart_immediately)
            case Fault.END_BACKENDS:
                await self._end_backends()
            case Fault.CUT_CONNECTIONS:
                await self._cut(self.dice.choice(self.wires))
            case Fault.LOSE_ANSWER:
                self.dice.choice(self.wires).lose_next(Loss.ANSWER)
            case Fault.LOSE_REQUEST:
                self.dice.choice(self.wires).lose_next(Loss.REQUEST)
            case Fault.SILENCE:
                await self._silence(self.dice.choice(self.wires))
            case Fault.HOLD_LOCK:
                async with held_up(self.server.url):
                    await self._a_while(3)
            case Fault.FREEZE_WRITER:
                await self._freeze(self.dice.choice(self.crew.writers))
        return "", 0.0

    @staticmethod
    async def _kill(member: Member) -> tuple[str, float]:
        return member.name, await member.replace()

    async def _end_backends(self) -> None:
        async with await connect(self.server.url) as connection:
            rows = await (await connection.execute(OTHERS)).fetchall()
            for (pid,) in self.dice.sample(rows, (len(rows) + 1) // 2):
                await connection.execute("SELECT pg_terminate_backend(%s)", (pid,))

    async def _cut(self, wire: Wire) -> None:
        wire.go_down()
        await self._a_while(1)
        wire.come_back()

    async def _silence(self, wire: Wire) -> None:
        """What was not passed on is missing, so that the line has to be cut in the end."""
        wire.is_silent = True
        await self._a_while(3)
        wire.is_silent = False
        wire.go_down()
        wire.come_back()

    async def _freeze(self, member: Member) -> None:
        member.send(signal.SIGSTOP)
        await self._a_while(2)
        member.send(signal.SIGCONT)

    async def _a_while(self, at_most: float) -> None:
        await asyncio.sleep(self.dice.uniform(at_most / 10, at_most))


class Dealing(Protocol):
    """What lets a fault happen, whatever kinds of it there are."""

    @property
    def dice(self) -> Random: ...

    async def strike(self, fault: Any) -> None: ...


def dealt(dice: Random, kinds: Sequence[StrEnum]) -> Iterator[StrEnum]:
    """All of them in some order, then all of them in another, and so on."""
    while True:
        yield from dice.sample(kinds, len(kinds))


async def befall(
    fate: Dealing,
    kinds: Iterable[StrEnum],
    seconds: float,
    pause: float,
    report: Callable[[int, int], None],
) -> None:
    """Let faults happen, two at a time; each at least once, however short the run is."""
    faults, until, all_kinds = list[StrEnum](), now() + seconds, list(kinds)
    deck = dealt(Random(fate.dice.random()), all_kinds)  # noqa: S311 -- it guards nothing

    async def one_after_another() -> None:
        while now() < until or len(faults) < len(all_kinds):
            faults.append(next(deck))
            await fate.strike(faults[-1])
            report(round(min(now() - until + seconds, seconds)), round(seconds))
            await asyncio.sleep(fate.dice.uniform(0, 2 * pause))

    if not all_kinds:
        await asyncio.sleep(seconds)
        return
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(one_after_another())
