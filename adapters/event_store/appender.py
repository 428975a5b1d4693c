"""Group commit: while one commit is under way, arriving appends wait; then all go into one.

A batch that loses its connection is sent again. Its command ids tell what had been committed, so
an answer lost on the way is never taken for a conflict.
"""

import asyncio
from typing import Self

import psycopg
import structlog
from psycopg.rows import TupleRow

from adapters.event_store.batch import Batch, Encoded, Waiting, refuse
from adapters.event_store.chain import event_hash
from adapters.event_store.errors import (
    KeyIsRetired,
    KeyIsUntold,
    NotTaken,
    StoreError,
    StoreIsBusy,
    StoreUnavailable,
)
from adapters.event_store.line import BROKEN, Line
from adapters.event_store.mapper import EventMapper, Place
from adapters.event_store.patience import Patience
from adapters.event_store.queue import Queue
from adapters.event_store.recorded import Appended, Proposal
from adapters.personal_data.retired import retired_version
from adapters.personal_data.sealing import NewKey
from adapters.personal_data.told import IS_KNOWN

MAX_BATCH = 500
MAX_WAITING = 20_000
PATIENCE = 20.0
# While a batch is under way another one is sent after it, if it is worth what each of them takes.
UNDER_WAY, WORTH_ONE = 2, 8
ARRAYS = 17
APPEND = f"SELECT * FROM append_events({', '.join(f'${n}' for n in range(1, ARRAYS + 1))})"  # noqa: S608 -- of numbers
CANCEL_AGAIN_SECONDS = 0.5
CLOSED = "shutting down"

log = structlog.get_logger()


class Appender:
    """One a process, inside its event loop. `async with Appender(url, mapper) as appender`.

    `patience`: seconds a caller waits for an answer, however often the batch is sent again.
    """

    statement = APPEND

    def __init__(self, url: str, mapper: EventMapper, *, patience: float = PATIENCE) -> None:
        self._mapper = mapper
        self._patience = Patience(patience)
        self._waiting = Queue()
        self._arrived = asyncio.Event()
        self._under_way = 0  # appends
        self._closed = False
        self._line = Line(url, patience)

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._run(), name="appender") for _ in range(UNDER_WAY)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closed = True
        self._arrived.set()
        while running := [task for task in self._tasks if not task.done()]:
            for task in running:  # again and again: Python 3.11 can lose a cancellation
                task.cancel()
            await asyncio.wait(running, timeout=CANCEL_AGAIN_SECONDS)
        self._patience.stop()
        refuse(self._waiting, CLOSED)
        await self._line.hang_up()

    async def append(self, proposal: Proposal) -> Appended:
        """Raise a kind of StoreError."""
        if self._closed:
            raise StoreUnavailable(CLOSED)
        if len(self._waiting) >= MAX_WAITING:
            raise StoreIsBusy
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.add(Waiting(proposal, *self._encoded(proposal), answer))
        self._arrived.set()
        self._patience.watch(answer)
        return await answer

    def _encoded(self, proposal: Proposal) -> tuple[list[Encoded], NewKey | None]:
        """Seal and encode the events; make a key where a person comes in."""
        stream_id, key, link = proposal.stream_id, proposal.key, proposal.previous
        made = None if proposal.expected_version else self._mapper.key_for(proposal)
        last = proposal.expected_version + len(proposal.events)
        encoded = []
        for version, event in enumerate(proposal.events, proposal.expected_version + 1):
            place = Place(version, made.key if made else key)
            name, state = self._mapper.encode(event, proposal.metadata, place)
            link = b"" if version == last else event_hash(link, stream_id, version, name, state)
            encoded.append(Encoded(name, state, link))
        return encoded, made

    async def _run(self) -> None:
        while not self._closed:
            least = WORTH_ONE if self._under_way else 1
            if len(self._waiting) < least:
                self._arrived.clear()
                await self._arrived.wait()
            else:
                await self._commit_next()
                if self._under_way:
                    await asyncio.sleep(0)  # who was told just now asks for the next

    async def _commit_next(self) -> None:
        batch = self._next_batch()
        self._under_way += len(batch.waiting)
        try:
            await self._commit(batch)
        finally:
            self._under_way -= len(batch.waiting)

    def _next_batch(self) -> Batch:
        """Return half of all there are now, if that is worth it, for two to take turns.

        What the first half asks for next is then read and sent while the database works on the
        second.
        """
        of_all = len(self._waiting) + self._under_way
        most = (of_all + 1) // 2 if of_all >= UNDER_WAY * WORTH_ONE else of_all
        return self._waiting.next_batch(min(most, MAX_BATCH))

    async def _commit(self, batch: Batch) -> None:
        if not batch.waiting:
            return
        try:
            rows = await self._until_answered(batch)
            if rows:
                batch.answer(rows)
        except asyncio.CancelledError:
            refuse(batch.waiting, CLOSED)
            raise
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            await self._one_by_one(batch, error)
        except Exception as error:
            log.exception("append_failed", appends=len(batch.waiting))
            refuse(batch.waiting, type(error).__name__)

    async def _one_by_one(self, batch: Batch, error: psycopg.Error) -> None:
        """Let only that request fail which the database does not take."""
        if len(batch.waiting) == 1:
            what = error.diag.constraint_name or type(error).__name__
            log.error("append_not_taken", error=type(error).__name__, rule=what)
            answer = batch.waiting[0].answer
            if not answer.done():
                answer.set_exception(_refusal(what))
            return
        for one in batch.waiting:
            alone = Batch()
            alone.takes(one)
            await self._commit(alone)

    async def _until_answered(self, batch: Batch) -> list[TupleRow]:
        """Return nothing where nobody waits for the answer any more."""
        parameters, wait = batch.parameters(), 0.02
        while batch.is_awaited and not self._closed:
            try:
                return await self._line.ask(self.statement, parameters)
            except BROKEN as error:
                log.warning("append_retried", error=type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 1.0)
        log.error("append_given_up", appends=len(batch.waiting))
        return []


def _refusal(rule: str) -> StoreError:
    if retired := retired_version(rule):
        return KeyIsRetired(retired)
    return KeyIsUntold() if rule == IS_KNOWN else NotTaken(rule)
