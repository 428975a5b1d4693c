"""A writer in a process of its own: `... writer FOLDER NAME SEED ALONE TOGETHER [BESIDE]`.

So many work on applications that nobody else writes to, so many on those that all share, and so
many each on their own, beside whoever else has to do with these.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import reduce
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

import msgspec

from adapters.event_names import EVENT_TYPES
from adapters.event_store.appender import Appender
from adapters.event_store.log import EventLog
from adapters.event_store.mapper import EventMapper
from adapters.logging import configure_logging
from adapters.personal_data.key_ring import load_key_ring
from adapters.postgres.connecting import pool
from domain.application.decisions import APPLICATION
from domain.application.state import Application
from tests.torture.desk import ANSWER_LOST, PAUSE_SECONDS, Desk, closing
from tests.torture.journal import Asked, Journal, now
from tests.torture.kinds import chosen_kind, decided

HANDS = (8, 5)
# Short, so that callers do give up while their command is under way.
PATIENCE = 2.0
THINKING_SECONDS = 0.06
SHARED, SHARED_SECONDS = 3, 4
FIELD = UUID(int=0)
TWICE = 0.1


class Hand:
    """One of several in a process that work at the same time."""

    def __init__(self, desk: Desk, clerk: str, dice: Random) -> None:
        self.desk, self.clerk, self.dice = desk, clerk, dice

    async def work_alone(self) -> None:
        """On applications that nobody else writes to: each answer is known before."""
        while not self.desk.close.told:
            await self._one_life(UUID(int=self.dice.getrandbits(128), version=4))

    async def _one_life(self, stream: UUID) -> None:
        state, version = APPLICATION.initial, 0
        for _ in range(self.dice.randint(3, 16)):
            asked = self._asked(stream, state, version, alone=True)
            events = decided(state, asked)
            refused = isinstance(events, str)
            expects = events if refused else version + len(events)
            answer = await self.desk.ask(msgspec.structs.replace(asked, expects=expects))
            if answer.acknowledged is refused or self.desk.close.told:
                return
            if not refused:
                state, version = reduce(APPLICATION.evolve, events, state), version + len(events)
            await self._think()

    async def work_together(self) -> None:
        """On applications that the other processes are working on at this moment."""
        while not self.desk.close.told:
            await self._ask_next(shared(self.dice.randrange(SHARED)))

    async def work_beside(self) -> None:
        """On applications that no other writer knows, and workers do."""
        while not self.desk.close.told:
            stream, steps = (
                UUID(int=self.dice.getrandbits(128), version=4),
                self.dice.randint(3, 16),
            )
            while steps and not self.desk.close.told:
                await self._ask_next(stream)
                steps -= 1

    async def _ask_next(self, stream: UUID) -> None:
        try:
            events = await self.desk.log.events(stream)
        except ANSWER_LOST:
            await asyncio.sleep(PAUSE_SECONDS)
            return
        state = APPLICATION.fold(events)
        await self.desk.ask(self._asked(stream, state, len(events), alone=False))
        await self._think()

    def _asked(self, stream: UUID, state: Application, version: int, *, alone: bool) -> Asked:
        way = self.dice.choice(("office", "office", "if-match", "appender"))
        return Asked(
            id=UUID(int=self.dice.getrandbits(128), version=4),
            way=way,
            kind=chosen_kind(self.dice, state, self.clerk),
            stream=stream,
            by=self.clerk,
            at=now(),
            seen=None if way == "office" or (way == "if-match" and not version) else version,
            twice=self.dice.random() < TWICE,
            alone=alone,
        )

    async def _think(self) -> None:
        await asyncio.sleep(self.dice.uniform(0, 2 * THINKING_SECONDS))


def shared(number: int) -> UUID:
    """One of the applications that all processes work on in these seconds."""
    return uuid5(FIELD, f"{int(now() / SHARED_SECONDS)} {number}")


async def write(url: str, folder: Path, name: str, seed: str, hands: Sequence[int]) -> None:
    """Settle what a killed one has left, then work until told to stop."""
    mapper = EventMapper(EVENT_TYPES, load_key_ring(folder / "keys.json"))
    with Journal(folder / f"{name}.journal") as journal:
        async with pool(url) as connections, Appender(url, mapper, patience=PATIENCE) as appender:
            close = closing(folder, "writers")
            desk = Desk(EventLog(connections, mapper), appender, journal, close)
            async with asyncio.TaskGroup() as group:
                for asked in journal.unanswered:
                    group.create_task(desk.settle(asked))
                for number, work in enumerate(works(hands)):
                    dice = Random(f"{seed}/{number}")  # noqa: S311 -- it guards nothing
                    group.create_task(work(Hand(desk, f"{name}-{number}", dice)))


def works(hands: Sequence[int]) -> Iterable[Callable[[Hand], Coroutine[Any, Any, None]]]:
    """What each of them does."""
    kinds = (Hand.work_alone, Hand.work_together, Hand.work_beside)
    for work, number in zip(kinds, hands, strict=False):
        yield from repeat(work, number)


if __name__ == "__main__":
    configure_logging()
    _, at, who, dice_seed, *numbers = sys.argv
    how_many = [int(number) for number in numbers]
    asyncio.run(write(os.environ["DATABASE_URL"], Path(at), who, dice_seed, how_many))
