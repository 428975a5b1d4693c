"""Waiting for what libpq was asked, within the time that there is for it."""

import asyncio
import os
from contextlib import suppress

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from adapters.event_store.awake import Awake

SUCCESS = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Waiting:
    """For the answers of one connection, one call at a time. `end` it once, before that ends.

    It listens all the while, and has one timer for all calls: to begin and end either of them with
    each call takes as long as the call.
    """

    def __init__(self, pg: PGconn, patience: float) -> None:
        self._pg = pg
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        # By a number of our own: libpq closes its own in the midst of a call, and the next one who
        # calls this process gets that, while the loop still listens there for us.
        self._socket = os.dup(pg.socket)
        self._ready: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._is_late = False
        self._soon = False
        self._awake = Awake()
        self._loop.add_reader(self._socket, self._take)

    def begin(self, *, soon: bool = False) -> None:
        """From now on there is so much time. `soon`: then hardly any of it is needed."""
        self._is_late = False
        self._soon = soon
        self._deadline = self._loop.time() + self._patience
        if self._timer is None:
            self._timer = self._loop.call_later(self._patience, self._look)

    def end(self) -> None:
        self._loop.remove_reader(self._socket)
        os.close(self._socket)
        if self._timer is not None:
            self._timer.cancel()

    async def result(self) -> PGresult:
        """Send what was asked, and return the answer. Raise what the server says against it."""
        pg, last = self._pg, None
        while pg.flush():
            await self._until_writable()
        while True:
            while pg.is_busy():
                await self._until_woken()
            result = pg.get_result()
            if result is None:
                break
            last = result
        if last is None or pg.status != ConnStatus.OK:
            raise psycopg.OperationalError(pg.get_error_message())
        if last.status not in SUCCESS:
            raise error_from_result(last)
        return last

    async def _until_writable(self) -> None:
        """What there is to be read is taken all the while: the server may take no more before."""
        self._loop.add_writer(self._socket, self._wake)
        try:
            await self._until_woken()
        finally:
            self._loop.remove_writer(self._socket)

    async def _until_woken(self) -> None:
        self._ready = ready = self._loop.create_future()
        try:
            if self._soon:
                await self._awake.for_a_while(ready)
            await ready
        finally:
            self._ready = None
        if self._is_late:
            raise TimeoutError

    def _wake(self) -> None:
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)

    def _take(self) -> None:
        """A long answer comes in many pieces; who waits for it is woken by the last one."""
        if self._ready is None:
            self._take_unasked()
            return
        try:
            self._pg.consume_input()
        except psycopg.OperationalError as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            return
        if not self._pg.is_busy():
            self._wake()

    def _take_unasked(self) -> None:
        """The server says something by itself, or has gone: then nothing more is listened for."""
        with suppress(psycopg.OperationalError):
            self._pg.consume_input()
            if self._pg.status == ConnStatus.OK:
                return
        self._loop.remove_reader(self._socket)

    def _look(self) -> None:
        """Look again when the call that is under way would be late; after the last one, no more."""
        self._timer = None
        if self._ready is None:
            return
        left = self._deadline - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
            return
        self._is_late = True
        self._wake()
