"""While one read is under way, arriving ones wait; then all go into one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
MOST, TOLD_AT_ONCE = 200, 12
QUIET = 8  # who was alone so many times in a row expects nobody


class Coalesced(Generic[Key, Value]):
    """`read` answers many keys at once. Nobody gets an answer that is older than their question."""

    def __init__(self, read: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._read = read
        self._busy = False
        self._alone = 0  # how many times in a row
        self._waiting: list[tuple[Key, asyncio.Future[Value]]] = []
        self._task: asyncio.Task[None] | None = None

    async def get(self, key: Key) -> Value:
        """Raise what `read` raises. Whoever comes first reads for all who ask in that moment."""
        if self._busy:
            return await self._asked(key, len(self._waiting))
        self._busy = True
        if self._alone < QUIET:
            await self._let_others_ask()
        if not self._waiting:
            return await self._read_alone(key)
        answer = self._asked(key, 0)
        try:
            await self._read_some()
        except asyncio.CancelledError:
            answer.cancel()
            raise
        return await answer

    def _asked(self, key: Key, place: int) -> asyncio.Future[Value]:
        answer: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._waiting.insert(place, (key, answer))
        return answer

    async def _let_others_ask(self) -> None:
        """In the same moment. It is a turn of the event loop, and takes 8 us."""
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self._go_on()
            raise

    async def _read_alone(self, key: Key) -> Value:
        """Not in a task of its own, nor over a future: both take time, and nobody else waits."""
        try:
            found = await self._read([key])
        finally:
            self._alone = 0 if self._waiting else self._alone + 1
            self._go_on()
        return found[key]

    async def _read_some(self) -> None:
        some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        self._alone = 0
        try:
            found = await self._read(list({key for key, _ in some}))
        except asyncio.CancelledError:
            self._waiting = [*_still_waiting(some), *self._waiting]  # whoever reads next asks anew
            self._go_on()
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, all of them are told
            self._go_on()
            for _, answer in _still_waiting(some):
                answer.set_exception(error)
        else:
            self._go_on()
            self._tell(some, found)

    def _go_on(self) -> None:
        """Before anybody is told: the database reads for the next while these use what they got."""
        if self._waiting:
            self._task = asyncio.get_running_loop().create_task(self._read_some())
        else:
            self._busy = False

    def _tell(
        self, some: Sequence[tuple[Key, asyncio.Future[Value]]], found: Mapping[Key, Value]
    ) -> None:
        """A few at a time: what these ask for next is on its way before the others are told."""
        for key, answer in _still_waiting(some[:TOLD_AT_ONCE]):
            answer.set_result(found[key])
        if others := some[TOLD_AT_ONCE:]:
            asyncio.get_running_loop().call_soon(self._tell, others, found)


def _still_waiting(
    asked: Sequence[tuple[Key, asyncio.Future[Value]]],
) -> list[tuple[Key, asyncio.Future[Value]]]:
    """Who has not given up meanwhile."""
    return [(key, answer) for key, answer in asked if not answer.done()]
