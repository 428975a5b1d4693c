"""Wakes the runners when the log has grown, over one LISTEN connection a process."""

import asyncio
from contextlib import suppress

from adapters.postgres.connecting import connect

PATIENCE_SECONDS = 1.0  # a notification may be lost with its connection; the log is asked anyway


class Wake:
    def __init__(self) -> None:
        self._grown = asyncio.Event()

    def ticket(self) -> asyncio.Event:
        """Take it before looking at the log, so that nothing is missed in between."""
        return self._grown

    @staticmethod
    async def wait(ticket: asyncio.Event, seconds: float = PATIENCE_SECONDS) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(ticket.wait(), seconds)

    async def listen(self, url: str) -> None:
        connection = await connect(url)
        async with connection:
            await connection.execute("LISTEN events")
            self.ring()
            async for _ in connection.notifies():
                self.ring()

    def ring(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()
