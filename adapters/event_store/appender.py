"""Group commit: while one commit is under way, arriving appends wait; then all go into one.

A batch that loses its connection is sent again. Its command ids tell what had been committed, so
an answer lost on the way is never taken for a conflict.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import TupleRow

from adapters.event_store.errors import (
    CommandIdReused,
    ConcurrentUpdate,
    StoreIsBusy,
    StoreUnavailable,
)
from adapters.event_store.mapper import EventMapper
from adapters.event_store.recorded import Appended, Proposal
from adapters.postgres.connecting import connect

MAX_BATCH = 500
MAX_WAITING = 20_000
GIVE_UP_AFTER = 20.0
APPEND = """SELECT * FROM append_events(
    %b::uuid[], %b::bigint[], %b::uuid[], %b::bytea[], %b::int[], %b::text[], %b::bytea[])"""

log = structlog.get_logger()


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


class Appender:
    """One a process, inside its event loop. `async with Appender(url, mapper) as appender`."""

    def __init__(self, url: str, mapper: EventMapper) -> None:
        self._url = url
        self._mapper = mapper
        self._waiting: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._connection: psycopg.AsyncConnection[TupleRow] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="appender")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._refuse(self._waiting, StoreUnavailable("shutting down"))
        await self._disconnect()

    async def append(self, proposal: Proposal) -> Appended:
        """Raise ConcurrentUpdate, CommandIdReused, StoreIsBusy or StoreUnavailable."""
        if len(self._waiting) >= MAX_WAITING:
            raise StoreIsBusy
        encoded = [self._mapper.encode(event, proposal.metadata) for event in proposal.events]
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(proposal, encoded, answer))
        self._arrived.set()
        return await answer

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._commit(self._next_batch())

    def _next_batch(self) -> Batch:
        batch, later = Batch(), list[Waiting]()
        while self._waiting and len(batch.waiting) < MAX_BATCH:
            one = self._waiting.popleft()
            # Whose caller has gone needs no effect; nothing of it has been sent yet.
            if not one.answer.done() and not batch.takes(one):
                later.append(one)
        self._waiting.extendleft(reversed(later))
        return batch

    async def _commit(self, batch: Batch) -> None:
        if not batch.waiting:
            return
        try:
            rows = await self._until_answered(batch)
        except asyncio.CancelledError:
            self._refuse(batch.waiting, StoreUnavailable("shutting down"))
            raise
        except Exception as error:
            log.exception("append_failed", appends=len(batch.waiting))
            self._refuse(batch.waiting, StoreUnavailable(type(error).__name__))
            return
        for row in rows:
            _answer(batch.waiting[row[0] - 1], row)

    async def _until_answered(self, batch: Batch) -> list[TupleRow]:
        parameters = batch.parameters()
        wait, deadline = 0.02, asyncio.get_running_loop().time() + GIVE_UP_AFTER
        while True:
            try:
                return await self._send(parameters)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                await self._disconnect()
                if asyncio.get_running_loop().time() + wait > deadline:
                    raise
                log.warning("append_retried", error=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 1.0)

    async def _send(self, parameters: tuple[list[object], ...]) -> list[TupleRow]:
        if self._connection is None:
            self._connection = await connect(self._url)
        async with self._connection.cursor(binary=True) as cursor:
            await cursor.execute(APPEND, parameters, prepare=True)
            return await cursor.fetchall()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    @staticmethod
    def _refuse(waiting: "deque[Waiting] | list[Waiting]", error: Exception) -> None:
        for one in waiting:
            if not one.answer.done():
                one.answer.set_exception(error)


def _answer(one: Waiting, row: TupleRow) -> None:
    _, outcome, stream_id, version, position = row
    if one.answer.done():
        return
    if outcome == "conflict":
        one.answer.set_exception(ConcurrentUpdate(f"stands at version {version}"))
    elif outcome == "reused":
        one.answer.set_exception(CommandIdReused())
    else:
        one.answer.set_result(Appended(stream_id, version, position, outcome == "replayed"))
