"""Waiting for what libpq was asked, within the time that there is for it."""

import asyncio

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

SUCCESS = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Waiting:
    """For the answers of one connection to one call; one timer for all, as each costs time."""

    def __init__(self, pg: PGconn, seconds: float) -> None:
        self._pg = pg
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] | None = None
        self._timer = self._loop.call_later(seconds, self._give_up)
        self._is_late = False

    def end(self) -> None:
        self._timer.cancel()

    async def result(self) -> PGresult:
        """Send what was asked, and return the answer. Raise what the server says against it."""
        pg, last = self._pg, None
        while pg.flush():
            await self._until_ready(writing=True)
        while True:
            while pg.is_busy():
                await self._until_ready()
            result = pg.get_result()
            if result is None:
                break
            last = result
        if last is None or pg.status != ConnStatus.OK:
            raise psycopg.OperationalError(pg.get_error_message())
        if last.status not in SUCCESS:
            raise error_from_result(last)
        return last

    async def _until_ready(self, *, writing: bool = False) -> None:
        """Wait until there is something to be read, or also until more can be written."""
        loop, socket = self._loop, self._pg.socket
        self._ready = loop.create_future()
        loop.add_reader(socket, self._wake)
        if writing:
            loop.add_writer(socket, self._wake)
        try:
            await self._ready
        finally:
            loop.remove_reader(socket)
            if writing:
                loop.remove_writer(socket)
        if self._is_late:
            raise TimeoutError
        self._pg.consume_input()

    def _wake(self) -> None:
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)

    def _give_up(self) -> None:
        self._is_late = True
        self._wake()
