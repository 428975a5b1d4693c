"""Proposals that go into one commit together, and the callers who wait for its answers."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from psycopg.rows import TupleRow

from adapters.event_store.errors import CommandIdReused, ConcurrentUpdate, StoreUnavailable
from adapters.event_store.recorded import Appended, Proposal


@dataclass(slots=True, eq=False)
class Waiting:
    """A proposal with its encoded events, and the future its caller waits on."""

    proposal: Proposal
    encoded: list[tuple[str, bytes]]
    answer: asyncio.Future[Appended]


@dataclass(slots=True)
class Batch:
    """The arrays of one statement; a stream and a command occur in it at most once."""

    waiting: list[Waiting] = field(default_factory=list)
    streams: set[UUID] = field(default_factory=set)
    commands: set[UUID] = field(default_factory=set)

    def takes(self, one: Waiting) -> bool:
        stream, command = one.proposal.stream_id, one.proposal.metadata.command_id
        if stream in self.streams or command in self.commands:
            return False
        self.streams.add(stream)
        self.commands.add(command)
        self.waiting.append(one)
        return True

    @property
    def is_awaited(self) -> bool:
        return any(not one.answer.done() for one in self.waiting)

    def parameters(self) -> tuple[list[object], ...]:
        proposals = [one.proposal for one in self.waiting]
        events = [(n, *e) for n, one in enumerate(self.waiting, 1) for e in one.encoded]
        return (
            [p.stream_id for p in proposals],
            [p.expected_version for p in proposals],
            [p.metadata.command_id for p in proposals],
            [p.fingerprint for p in proposals],
            [number for number, _, _ in events],
            [name for _, name, _ in events],
            [state for _, _, state in events],
        )

    def answer(self, rows: Iterable[TupleRow]) -> None:
        for number, *outcome in rows:
            _answer(self.waiting[number - 1].answer, *outcome)


def refuse(waiting: Iterable[Waiting], why: str) -> None:
    for one in waiting:
        if not one.answer.done():
            one.answer.set_exception(StoreUnavailable(why))


def _answer(
    answer: asyncio.Future[Appended], outcome: str, stream_id: UUID, version: int, position: int
) -> None:
    if answer.done():
        return
    if outcome == "conflict":
        answer.set_exception(ConcurrentUpdate(f"stands at version {version}"))
    elif outcome == "reused":
        answer.set_exception(CommandIdReused())
    else:
        answer.set_result(Appended(stream_id, version, position, outcome == "replayed"))
