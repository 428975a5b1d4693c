"""Carries a command out: load the history, let the rules decide, append what they decided."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar
from uuid import UUID

from adapters.event_store.appender import Appender
from adapters.event_store.errors import CommandIdReused, ConcurrentUpdate
from adapters.event_store.log import EventLog
from adapters.event_store.recorded import Appended, Loaded, Metadata, Proposal
from domain.decider import Decider
from domain.errors import Refused
from domain.saying import SaysWhatToDo

TRIES = 8
State = TypeVar("State")
Command = TypeVar("Command")
Event = TypeVar("Event")


class StaleVersion(SaysWhatToDo):
    """It has changed since you read it; read it again, then decide."""


def anybody(_state: object) -> None:
    """Let the command through, whoever asks."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command in its envelope.

    `begins`: the stream is new, so there is no history to load.
    `seen_version`: what the asker had before their eyes, if it matters.
    `guard`: raises unless the asker may touch an application in this state.
    """

    stream_id: UUID
    command: Any
    metadata: Metadata
    fingerprint: bytes = b""
    begins: bool = False
    seen_version: int | None = None
    guard: Callable[[Any], None] = anybody


@dataclass(frozen=True, slots=True)
class Done(Generic[State]):
    """Where the log stands after the command, and the state it left, also for a replay."""

    appended: Appended
    state: State


@dataclass(frozen=True, slots=True)
class Office:
    log: EventLog
    appender: Appender

    async def carry_out(self, decider: Decider[State, Any, Event], order: Order) -> Done[State]:
        """Raise Refused, StaleVersion, CommandIdReused or what Appender.append raises.

        The same order again, under the same command id, gets its first answer.
        """
        try:
            return await self._decide_until_appended(decider, order)
        except (Refused, StaleVersion, ConcurrentUpdate):
            before = await self.first_answer(decider, order.metadata.command_id, order.fingerprint)
            if before is None:
                raise
            order.guard(before.state)
            return before

    async def first_answer(
        self, decider: Decider[State, Any, Event], command_id: UUID, fingerprint: bytes
    ) -> Done[State] | None:
        """Return what this very command was answered before. Raise CommandIdReused."""
        before = await self.log.answered(command_id, fingerprint)
        if before is not None:
            return await self._as_it_was(decider, before)
        if await self.log.is_known(command_id):
            raise CommandIdReused
        return None

    async def _decide_until_appended(
        self, decider: Decider[State, Any, Event], order: Order
    ) -> Done[State]:
        for _ in range(TRIES - 1):
            try:
                return await self._decide(decider, order)
            except ConcurrentUpdate:
                continue
        return await self._decide(decider, order)

    async def _decide(self, decider: Decider[State, Any, Event], order: Order) -> Done[State]:
        loaded = await self._loaded(decider, order)
        state = decider.fold(loaded.events)
        order.guard(state)
        if order.seen_version is not None and order.seen_version != loaded.version:
            raise StaleVersion
        decided = decider.decide(state, order.command)
        appended = await self.appender.append(
            Proposal(
                order.stream_id,
                loaded.version,
                decided,
                order.metadata,
                order.fingerprint,
                loaded.hash,
                loaded.key,
            )
        )
        if not appended.replayed:
            return Done(appended, reduce(decider.evolve, decided, state))
        before = await self._as_it_was(decider, appended)
        order.guard(before.state)
        return before

    async def _loaded(self, decider: Decider[State, Any, Event], order: Order) -> Loaded:
        if order.begins:
            return Loaded()
        return await self.log.load(order.stream_id, decider.remembers)

    async def _as_it_was(
        self, decider: Decider[State, Any, Event], before: Appended
    ) -> Done[State]:
        history = await self.log.history(before.stream_id, version=before.version)
        return Done(before, decider.fold(recorded.event for recorded in history))
