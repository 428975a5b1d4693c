"""Asks a command, again and again under its own id, until there is an answer to write down."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from adapters.event_store.appender import Appender
from adapters.event_store.errors import (
    CommandIdReused,
    ConcurrentUpdate,
    StoreIsBusy,
    StoreUnavailable,
)
from adapters.event_store.log import EventLog
from adapters.event_store.office import Office, StaleVersion
from adapters.event_store.recorded import Appended, Proposal
from domain.application.decisions import APPLICATION
from domain.errors import Refused
from tests.torture.journal import AT_ODDS, DONE, REPLAYED, Answered, Asked, Journal, Lost, now
from tests.torture.kinds import command_of, fingerprint_of, metadata_of, order_of

ANSWER_LOST = (StoreUnavailable, StoreIsBusy, psycopg.OperationalError, psycopg.InterfaceError)
REFUSED = (Refused, StaleVersion, ConcurrentUpdate, CommandIdReused)
PAUSE_SECONDS = 0.05


class Orphaned(Exception):
    """Whoever started this process has gone; there is nobody left to work for."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Told by a file, which cannot be missed; nobody outlives the process that started them."""

    file: Path
    parent: int

    @property
    def told(self) -> bool:
        """Raise Orphaned."""
        if os.getppid() != self.parent:
            raise Orphaned
        return self.file.exists()


def closing(folder: Path, name: str) -> Closing:
    return Closing(folder / f"{name}.stop", os.getppid())


@dataclass(frozen=True, slots=True)
class Desk:
    log: EventLog
    appender: Appender
    journal: Journal
    close: Closing

    async def ask(self, asked: Asked) -> Answered:
        self.journal.write(asked)
        return await self.settle(asked)

    async def settle(self, asked: Asked) -> Answered:
        """Raise what no command should ever be answered with."""
        while True:
            try:
                answer = await self._answer(asked)
            except ANSWER_LOST as error:
                self.journal.write(Lost(asked.id, type(error).__name__))
            else:
                self.journal.write(answer)
                return answer
            _ = self.close.told
            await asyncio.sleep(PAUSE_SECONDS)

    async def _answer(self, asked: Asked) -> Answered:
        times = 2 if asked.twice else 1
        asking = (answer_to(self.log, self.appender, asked) for _ in range(times))
        return agreed(asked, await asyncio.gather(*asking))


def agreed(asked: Asked, answers: Sequence[Answered]) -> Answered:
    """Of two requests at once, one may be refused where others change the stream in between.

    One of them is done and the other replayed, or the answer of both was lost before.
    """
    acknowledged = [answer for answer in answers if answer.acknowledged]
    places = {answer.place for answer in acknowledged}
    if len(places) > 1 or (asked.alone and len({a.acknowledged for a in answers}) > 1):
        return Answered(id=asked.id, outcome=AT_ODDS, at=now())
    replayed = (answer for answer in acknowledged if answer.outcome == REPLAYED)
    return next(replayed, next(iter(acknowledged), answers[0]))


async def answer_to(log: EventLog, appender: Appender, asked: Asked) -> Answered:
    """Raise one of ANSWER_LOST."""
    try:
        if asked.way == "appender":
            appended = await _append(log, appender, asked)
        else:
            done = await Office(log, appender).carry_out(APPLICATION, order_of(asked))
            appended = done.appended
    except REFUSED as refused:
        return Answered(id=asked.id, outcome=type(refused).__name__, at=now())
    return Answered(
        id=asked.id,
        outcome=REPLAYED if appended.replayed else DONE,
        at=now(),
        stream=appended.stream_id,
        version=appended.version,
        position=appended.position,
    )


async def _append(log: EventLog, appender: Appender, asked: Asked) -> Appended:
    """Without the office, so that a conflict is seen; decided as the stream stood when asked."""
    loaded, seen = await log.load(asked.stream), asked.seen or 0
    decided = APPLICATION.decide(APPLICATION.fold(loaded.events[:seen]), command_of(asked))
    return await appender.append(
        Proposal(
            asked.stream,
            seen,
            decided,
            metadata_of(asked),
            fingerprint_of(asked),
            loaded.hash,
            loaded.key,
        )
    )
