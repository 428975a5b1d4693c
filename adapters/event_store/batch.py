"""Proposals that go into one commit together, and the callers who wait for its answers."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple
from uuid import UUID

from psycopg.rows import TupleRow

from adapters.event_store.arrays import byteas, int4s, int8s, texts, uuids
from adapters.event_store.chain import HASH_BYTES
from adapters.event_store.errors import (
    CommandIdReused,
    ConcurrentUpdate,
    StoreError,
    StoreUnavailable,
)
from adapters.event_store.recorded import Appended, Proposal
from adapters.personal_data.sealing import NewKey


class Encoded(NamedTuple):
    """An event as it is stored. `link`: its hash, where another one of its proposal follows it."""

    name: str
    state: bytes
    link: bytes


@dataclass(slots=True, eq=False)
class Waiting:
    """A proposal with its encoded events, and the future its caller waits on."""

    proposal: Proposal
    encoded: list[Encoded]
    key: NewKey | None
    answer: asyncio.Future[Appended]


@dataclass(slots=True)
class Batch:
    """The arrays of one statement; a stream and a command occur in it at most once."""

    waiting: list[Waiting] = field(default_factory=list)
    streams: set[int] = field(default_factory=set)
    commands: set[int] = field(default_factory=set)

    def takes(self, one: Waiting) -> bool:
        stream, command = one.proposal.stream_id.int, one.proposal.metadata.command_id.int
        if stream in self.streams or command in self.commands:
            return False
        self.streams.add(stream)
        self.commands.add(command)
        self.waiting.append(one)
        return True

    def in_the_way_of(self, one: Waiting) -> int:
        """Return the stream, or else the command, that this holds and the other one needs."""
        stream = one.proposal.stream_id.int
        return stream if stream in self.streams else one.proposal.metadata.command_id.int

    @property
    def is_awaited(self) -> bool:
        return any(not one.answer.done() for one in self.waiting)

    def parameters(self) -> tuple[bytes, ...]:
        """Return the arrays in the order that the SQL function `append_events` takes them."""
        return (*self._requests(), *self._events(), *self._keys())

    def answer(self, rows: Iterable[TupleRow]) -> None:
        """Tell each caller. The last row says where the log stood, and the hashes of what was
        stored; the others, who was refused.
        """
        *refused, (_, _, _, _, before, hashes) = rows
        outcomes = {number: outcome for number, *outcome, _ in refused}
        stored = 0
        for number, one in enumerate(self.waiting, 1):
            if number in outcomes:
                _tell(one.answer, _outcome(*outcomes[number]))
            else:
                stored += len(one.encoded)
                hash_ = hashes[(stored - 1) * HASH_BYTES : stored * HASH_BYTES]
                _tell(one.answer, _appended(one, before + stored, hash_))

    def _requests(self) -> tuple[bytes, ...]:
        asked = [one.proposal for one in self.waiting]
        counts = [len(one.encoded) for one in self.waiting]
        return (
            uuids(p.stream_id for p in asked),
            int8s([p.expected_version for p in asked]),
            byteas([p.previous for p in asked]),
            int8s(counts),
            int8s(list(accumulate(counts))),
            uuids(p.metadata.command_id for p in asked),
            byteas([p.fingerprint for p in asked]),
        )

    def _events(self) -> tuple[bytes, ...]:
        told = [(n, event) for n, one in enumerate(self.waiting, 1) for event in one.encoded]
        return (
            int4s([number for number, _ in told]),
            texts(event.name for _, event in told),
            byteas([event.state for _, event in told]),
            byteas([event.link for _, event in told]),
        )

    def _keys(self) -> tuple[bytes, ...]:
        keys = [(n, one.key) for n, one in enumerate(self.waiting, 1) if one.key is not None]
        return _key_arrays(keys) if keys else NO_KEYS


def _key_arrays(keys: Sequence[tuple[int, NewKey]]) -> tuple[bytes, ...]:
    return (
        int4s([number for number, _ in keys]),
        texts(key.municipality for _, key in keys),
        byteas([key.subject for _, key in keys]),
        texts(_as_array(key.names) for _, key in keys),
        int4s([key.kek for _, key in keys]),
        byteas([key.wrapped for _, key in keys]),
    )


NO_KEYS = _key_arrays(())


def _as_array(numbers: Iterable[int]) -> str:
    """Return PostgreSQL's text for it: an array of arrays cannot have rows of unequal length."""
    return f"{{{','.join(map(str, numbers))}}}"


def refuse(waiting: Iterable[Waiting], why: str) -> None:
    for one in waiting:
        if not one.answer.done():
            one.answer.set_exception(StoreUnavailable(why))


def _appended(one: Waiting, position: int, hash_: bytes) -> Appended:
    """`hash_`: of the last event before this position, if it has any of its own."""
    proposal, count = one.proposal, len(one.encoded)
    version = proposal.expected_version + count
    return Appended(
        proposal.stream_id, version, position, hash=hash_ if count else proposal.previous
    )


def _outcome(outcome: str, stream_id: UUID, version: int, position: int) -> Appended | StoreError:
    match outcome:
        case "conflict":
            return ConcurrentUpdate()
        case "reused":
            return CommandIdReused()
        case _:
            return Appended(stream_id, version, position, replayed=True)


def _tell(future: asyncio.Future[Appended], answer: Appended | StoreError) -> None:
    if future.done():
        return
    if isinstance(answer, Appended):
        future.set_result(answer)
    else:
        future.set_exception(answer)
