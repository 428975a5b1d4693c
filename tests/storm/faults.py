"""What befalls a storm, in the order that its seed deals."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

import psycopg
from kafka.errors import KafkaError

from adapters.kafka.cloud_events import Message, message_of
from adapters.kafka.errors import KafkaFailed
from adapters.postgres.connecting import connect
from adapters.runner_names import RELAY
from tests.back_office import taken
from tests.storm.messages import produce, strange
from tests.storm.scene import Scene
from tests.torture.crew import Member
from tests.torture.faults import Struck
from tests.torture.journal import now
from workers.relaying import SET_BACK

AT_MOST_BACK, REPEATED = 2_000, 100
COMES_WITHIN_SECONDS = 60
STANDS = "SELECT position FROM positions WHERE runner = %s FOR UPDATE"
SOME = """SELECT originator_id, originator_version, notification_id, topic, state, recorded_at
    FROM events WHERE notification_id = ANY(%b)"""
HEAD = "SELECT coalesce(max(notification_id), 0) FROM events"


def lost() -> tuple[int, dict[str, str], bytes]:
    return 502, {}, b""


class Fault(StrEnum):
    RESTART_POSTGRES = "PostgreSQL restarted at once"
    KILL_BROKER = "broker killed, and back"
    KILL_WORKER = "worker killed"
    KILL_WRITER = "writer killed"
    LEAVE = "worker left, another joined"
    FREEZE_WORKER = "worker frozen"
    REPUBLISH = "relay set back"
    REPEAT = "messages repeated in any order"
    STRANGERS = "strangers wrote"
    BACK_OFFICE = "answers of the back office lost"


@dataclass(slots=True)
class Fate:
    """`longest`: seconds that something is gone or frozen, at most."""

    scene: Scene
    dice: Random
    longest: float
    struck: list[Struck] = field(default_factory=list)
    postgres: asyncio.Lock = field(default_factory=asyncio.Lock)
    kafka: asyncio.Lock = field(default_factory=asyncio.Lock)
    answers: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def strike(self, fault: Fault) -> None:
        """Once more where another fault, at work at the same time, got in the way."""
        while True:
            began = now()
            try:
                async with self._alone(fault):
                    began = now()
                    over = await self._strike(fault)
            except (psycopg.Error, KafkaError, KafkaFailed, OSError):
                await asyncio.sleep(0.1)
            else:
                self.struck.append(Struck(fault, began, over or now()))
                return

    @asynccontextmanager
    async def _alone(self, fault: Fault) -> AsyncIterator[None]:
        """One thing at a time is done with the broker, and one with PostgreSQL."""
        match fault:
            case Fault.RESTART_POSTGRES:
                async with self.postgres:
                    yield
            case Fault.KILL_BROKER | Fault.REPEAT | Fault.STRANGERS:
                async with self.kafka:
                    yield
            case Fault.BACK_OFFICE:
                async with self.answers:
                    yield
            case _:
                yield

    async def _strike(self, fault: Fault) -> float:  # noqa: C901 -- one flat table
        """Return when it was over, where that is not now."""
        match fault:
            case Fault.RESTART_POSTGRES:
                await asyncio.to_thread(self.scene.server.restart_immediately)
            case Fault.KILL_BROKER:
                await asyncio.to_thread(self.scene.broker.kill)
                await self._a_while()
                await asyncio.to_thread(self.scene.broker.start)
            case Fault.KILL_WORKER:
                return await self.dice.choice(self.scene.workers).replace()
            case Fault.KILL_WRITER:
                return await self.dice.choice(self.scene.crew.writers).replace()
            case Fault.LEAVE:
                await self.dice.choice(self.scene.workers).give_way()
            case Fault.FREEZE_WORKER:
                await self._freeze(self.dice.choice(self.scene.workers))
            case Fault.REPUBLISH:
                await self._set_back()
            case Fault.REPEAT:
                await self._produce(await self._some(REPEATED))
            case Fault.STRANGERS:
                await self._produce(strange(self.dice, *await self._some(1)))
            case Fault.BACK_OFFICE:
                await self._lose_answers()
        return 0.0

    async def _lose_answers(self) -> None:
        """What comes is taken, and nobody is told so; until one at least has come again."""
        office = self.scene.back_office
        before, office.answer = len(office.calls), lost
        try:
            async with asyncio.timeout(COMES_WITHIN_SECONDS):
                await self._a_while()
                while _each_came_once(office.calls[before:]):  # noqa: ASYNC110 -- a list has none
                    await asyncio.sleep(0.05)
        finally:
            office.answer = taken

    async def _freeze(self, worker: Member) -> None:
        """Long enough, in a long storm, for its partitions to be dealt to others."""
        async with worker.lock:
            worker.send(signal.SIGSTOP)
            await self._a_while()
            worker.send(signal.SIGCONT)

    async def _set_back(self) -> None:
        async with await connect(self.scene.server.url) as connection, connection.transaction():
            row = await (await connection.execute(STANDS, (RELAY,))).fetchone()
            before = max((row[0] if row else 0) - self.dice.randint(1, AT_MOST_BACK), 0)
            await connection.execute(SET_BACK, {"before": before, "runner": RELAY})

    async def _some(self, count: int) -> list[Message]:
        """Messages as the relay would send them, of any events, in any order."""
        async with await connect(self.scene.server.url) as connection:
            head = await (await connection.execute(HEAD)).fetchone()
            assert head
            chosen = [self.dice.randint(1, head[0]) for _ in range(count)]
            cursor = connection.cursor(binary=True)
            rows = await (await cursor.execute(SOME, (chosen,))).fetchall()
        self.dice.shuffle(rows)
        return [message_of(self.scene.topics.access.prefix, row) for row in rows]

    async def _produce(self, messages: Sequence[Message]) -> None:
        await asyncio.to_thread(produce, self.scene.topics.access, messages)

    async def _a_while(self) -> None:
        await asyncio.sleep(self.dice.uniform(self.longest / 10, self.longest))


def _each_came_once(calls: Sequence[str]) -> bool:
    return len(set(calls)) == len(calls)
