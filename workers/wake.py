"""Wakes the runners when the log has grown, over one LISTEN connection a process."""

import asyncio
from contextlib import suppress
from random import uniform

from adapters.postgres.connecting import connect

PATIENCE_SECONDS = 1.0  # a notification may be lost with its connection; the log is asked anyway
GATHER_SECONDS = 0.05


def in_turn(seconds: float) -> float:
    """At most so long, and each time another: who began together shall not come back together, for
    whoever is in a hurry would have to wait for all of them.
    """
    return seconds * uniform(0.5, 1.0)  # noqa: S311 -- nothing secret


class Bell:
    def __init__(self) -> None:
        self.is_carried = False
        self._rung = asyncio.Event()

    def ticket(self) -> asyncio.Event:
        """Take it before looking at the log, so that nothing is missed in between."""
        return self._rung

    @staticmethod
    async def wait(ticket: asyncio.Event, seconds: float = PATIENCE_SECONDS) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ticket.wait()

    @classmethod
    async def gather(cls, ticket: asyncio.Event, seconds: float = PATIENCE_SECONDS) -> None:
        """For who is in no hurry: under load, what comes within a moment is worked off in one go,
        and read models, which people wait for, have the process to themselves meanwhile.
        """
        await asyncio.sleep(GATHER_SECONDS)
        await cls.wait(ticket, seconds)

    def ring(self) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()


class Wake(Bell):
    """Rings for all, but for those whom another carries along."""

    def __init__(self) -> None:
        super().__init__()
        self._bells: dict[str, Bell] = {}

    def bell(self, name: str) -> Bell:
        return self._bells.setdefault(name, Bell())

    async def listen(self, url: str) -> None:
        connection = await connect(url)
        async with connection:
            await connection.execute("LISTEN events")
            self.ring()
            async for _ in connection.notifies():
                self.ring()

    def ring(self) -> None:
        super().ring()
        for bell in self._bells.values():
            if not bell.is_carried:
                bell.ring()

    def carry(self, names: frozenset[str]) -> None:
        """From now on these need not look at the log; who did not until now looks at once."""
        for name, bell in self._bells.items():
            was_carried, bell.is_carried = bell.is_carried, name in names
            if was_carried and not bell.is_carried:
                bell.ring()
