"""Lists of treasuries as they come to a server: no connection waits for a sender or a platform."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import IO, NamedTuple

import msgspec

from adapters.event_store.log import Pool
from adapters.payments.difference import Difference
from adapters.payments.errors import ReconciliationsAreBusy
from adapters.payments.finding import Ask, Unexplained
from adapters.payments.reconciliation import comparing
from adapters.payments.second_opinion import with_platform
from adapters.payments.treasury_list import lines_of

CHUNK = 64 * 1024
JSON, DIFFERENCE = msgspec.json.Encoder(), msgspec.json.Decoder(Difference)


class Compared(NamedTuple):
    """How many lines there were, and what of it only the treasury has."""

    lines: int
    unexplained: Sequence[Unexplained]


@dataclass(slots=True)
class Comparisons:
    """So many at once in a process: the others' requests need connections as well."""

    pool: Pool
    places: int = 2
    patience_seconds: float = 20.0
    _comparing: asyncio.Semaphore = field(init=False)
    _asking: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._comparing = asyncio.Semaphore(self.places)
        self._asking = asyncio.Semaphore(self.places)

    async def compare(
        self,
        listed: IO[bytes],
        municipality: str,
        period: tuple[date | None, date | None],
        found: IO[bytes],
        *,
        queue: bool = True,
    ) -> Compared:
        """Note the differences in `found`; `queue`: what is found is about to be recorded.

        Raise TreasuryListUnusable or ReconciliationsAreBusy.
        """
        async for _ in lines_of(_chunks(listed)):
            """A list that cannot be read takes nobody's place."""
        async with (
            self._turn(self._comparing),
            comparing(self.pool, municipality) as comparison,
        ):
            await comparison.read(lines_of(_chunks(listed)), _silently)
            async for difference in comparison.differences(*period):
                found.write(JSON.encode(difference) + b"\n")
            unexplained = await comparison.unexplained() if queue else []
            if queue:
                await comparison.remember(unexplained)
            return Compared(comparison.lines, unexplained)

    async def differences(
        self, found: IO[bytes], ask: Ask | None = None
    ) -> AsyncIterator[Difference]:
        """Read back what was found, and ask about it. Raise ReconciliationsAreBusy."""
        if ask is None:
            for one in _noted(found):
                yield one
            return
        async with self._turn(self._asking):
            for one in _noted(found):
                yield await with_platform(one, ask)

    @asynccontextmanager
    async def _turn(self, places: asyncio.Semaphore) -> AsyncIterator[None]:
        try:
            await asyncio.wait_for(places.acquire(), self.patience_seconds)
        except TimeoutError:
            raise ReconciliationsAreBusy from None
        try:
            yield
        finally:
            places.release()


async def _chunks(listed: IO[bytes]) -> AsyncIterator[bytes]:
    """Let others have their turn after each: nothing else here waits for anything."""
    listed.seek(0)
    while chunk := listed.read(CHUNK):
        yield chunk
        await asyncio.sleep(0)


def _noted(found: IO[bytes]) -> Iterator[Difference]:
    found.seek(0)
    return map(DIFFERENCE.decode, found)


def _silently(_lines: int) -> None:
    """Nobody watches."""
