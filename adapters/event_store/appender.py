"""Group commit: while one commit is under way, arriving appends wait; then all go into one.

A batch that loses its connection is sent again. Its command ids tell what had been committed, so
an answer lost on the way is never taken for a conflict.
"""

import asyncio
from collections import deque
from typing import Self

import psycopg
import structlog
from psycopg.rows import TupleRow

from adapters.event_store.batch import Batch, Waiting, refuse
from adapters.event_store.errors import StoreIsBusy, StoreUnavailable
from adapters.event_store.mapper import EventMapper
from adapters.event_store.recorded import Appended, Proposal
from adapters.postgres.connecting import OPTIONS, connect

MAX_BATCH = 500
MAX_WAITING = 20_000
PATIENCE = 20.0
APPEND = """SELECT * FROM append_events(
    %b::uuid[], %b::bigint[], %b::uuid[], %b::bytea[], %b::int[], %b::text[], %b::bytea[])"""
# To plan the statement takes longer than to run it, and the best plan is the same for any values.
PLANNED_ONCE = f"{OPTIONS} -c plan_cache_mode=force_generic_plan"
CLOSED = "shutting down"

log = structlog.get_logger()


class Appender:
    """One a process, inside its event loop. `async with Appender(url, mapper) as appender`.

    `patience`: seconds a caller waits for an answer, however often the batch is sent again.
    """

    def __init__(self, url: str, mapper: EventMapper, *, patience: float = PATIENCE) -> None:
        self._url = url
        self._mapper = mapper
        self._patience = patience
        self._waiting: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self._connection: psycopg.AsyncConnection[TupleRow] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="appender")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closed = True
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        refuse(self._waiting, CLOSED)
        await self._disconnect()

    async def append(self, proposal: Proposal) -> Appended:
        """Raise ConcurrentUpdate, CommandIdReused, StoreIsBusy or StoreUnavailable."""
        if self._closed:
            raise StoreUnavailable(CLOSED)
        if len(self._waiting) >= MAX_WAITING:
            raise StoreIsBusy
        encoded = [self._mapper.encode(event, proposal.metadata) for event in proposal.events]
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(proposal, encoded, answer))
        self._arrived.set()
        try:
            async with asyncio.timeout(self._patience):
                return await answer
        except TimeoutError:
            raise StoreUnavailable(f"no answer in {self._patience:g} seconds") from None

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
            batch.answer(await self._until_answered(batch))
        except asyncio.CancelledError:
            refuse(batch.waiting, CLOSED)
            raise
        except Exception as error:
            log.exception("append_failed", appends=len(batch.waiting))
            refuse(batch.waiting, type(error).__name__)

    async def _until_answered(self, batch: Batch) -> list[TupleRow]:
        parameters, wait = batch.parameters(), 0.02
        while batch.is_awaited:
            try:
                async with asyncio.timeout(self._patience):
                    return await self._send(parameters)
            except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError) as error:
                await self._disconnect()
                log.warning("append_retried", error=type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 1.0)
        log.error("append_given_up", appends=len(batch.waiting))
        return []

    async def _send(self, parameters: tuple[list[object], ...]) -> list[TupleRow]:
        if self._connection is None:
            self._connection = await connect(self._url, options=PLANNED_ONCE)
        async with self._connection.cursor(binary=True) as cursor:
            await cursor.execute(APPEND, parameters, prepare=True)
            return await cursor.fetchall()

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
