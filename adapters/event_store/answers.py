"""What libpq was asked over one connection, and the answers, within the time there is for them."""

import asyncio
import os
from collections import deque

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from adapters.event_store.awake import Awake

SUCCESS = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
Awaited = tuple[asyncio.Future[PGresult], float]  # and by when, by the clock of the event loop


class Answers:
    """They come in the order of the questions, and the next one may be asked before they have.

    Each question is a transaction of its own: what goes wrong with one is not known to the others.
    It listens all the while, and has one timer for all: to begin and end either of them with each
    question takes as long as the answer. `end` it once, before the connection ends.
    """

    def __init__(self, pg: PGconn, patience: float) -> None:
        self._pg = pg
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        # By a number of our own: libpq closes its own in the midst of a call, and the next one who
        # calls this process gets that, while the loop still listens there for us.
        self._socket = os.dup(pg.socket)
        self._awaited: deque[Awaited] = deque()
        self._result: PGresult | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_writing = False
        self._awake = Awake()
        pg.enter_pipeline_mode()
        self._loop.add_reader(self._socket, self._take)

    def end(self) -> None:
        self._fail(psycopg.OperationalError("the connection was ended"))
        os.close(self._socket)
        if self._timer is not None:
            self._timer.cancel()

    async def answer(self, *, soon: bool = False) -> PGresult:
        """Return the answer to what libpq was asked last. Raise what the server says against it.

        `soon`: it takes hardly any time, so it is stayed awake for.
        """
        self._pg.pipeline_sync()
        answer: asyncio.Future[PGresult] = self._loop.create_future()
        self._awaited.append((answer, self._loop.time() + self._patience))
        if self._timer is None:
            self._timer = self._loop.call_later(self._patience, self._look)
        self._send()
        if soon:
            await self._awake.for_a_while(answer)
        result = await answer
        if result.status not in SUCCESS:
            raise error_from_result(result)
        return result

    def _send(self) -> None:
        """What there is to be read is taken all the while: the server may take no more before."""
        try:
            is_left = bool(self._pg.flush())
        except psycopg.OperationalError as error:
            self._fail(error)
            return
        if is_left and not self._is_writing:
            self._loop.add_writer(self._socket, self._send)
        elif self._is_writing and not is_left:
            self._loop.remove_writer(self._socket)
        self._is_writing = is_left

    def _take(self) -> None:
        """A long answer comes in many pieces; who waits for it is woken by the last one."""
        pg, nones = self._pg, 0
        try:
            pg.consume_input()
            while self._awaited and nones <= 1 and not pg.is_busy():
                if (result := pg.get_result()) is None:
                    nones += 1  # one stands behind each answer, two for no more
                else:
                    nones = 0
                    self._took(result)
        except psycopg.OperationalError as error:
            self._fail(error)
            return
        if pg.status != ConnStatus.OK:
            self._fail(psycopg.OperationalError(pg.get_error_message()))

    def _took(self, result: PGresult) -> None:
        """Only once the server is ready for the next question has it committed this one."""
        if result.status == ExecStatus.PIPELINE_SYNC:
            answer, self._result = self._result, None
            waiting, _ = self._awaited.popleft()
            if answer is not None and not waiting.done():
                waiting.set_result(answer)
        elif self._result is None or result.status not in SUCCESS:
            self._result = result

    def _fail(self, error: Exception) -> None:
        """Nothing more comes over this connection."""
        self._loop.remove_reader(self._socket)
        if self._is_writing:
            self._loop.remove_writer(self._socket)
            self._is_writing = False
        while self._awaited:
            waiting, _ = self._awaited.popleft()
            if not waiting.done():
                waiting.set_exception(error)

    def _look(self) -> None:
        """Look again when the oldest answer would be late; where none is awaited, no more."""
        self._timer = None
        if not self._awaited:
            return
        left = self._awaited[0][1] - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
        else:
            self._fail(TimeoutError())
