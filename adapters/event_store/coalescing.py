"""While one read is under way, arriving ones wait; then all go into one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
MOST = 200


class Coalesced(Generic[Key, Value]):
    """`read` answers many keys at once. Nobody gets an answer that is older than their question."""

    def __init__(self, read: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._read = read
        self._waiting: list[tuple[Key, asyncio.Future[Value]]] = []
        self._task: asyncio.Task[None] | None = None

    async def get(self, key: Key) -> Value:
        """Raise what `read` raises. Those who ask in the same moment go together as well."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Value] = loop.create_future()
        self._waiting.append((key, answer))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._read_all())
        return await answer

    async def _read_all(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                found = await self._read(list({key for key, _ in some}))
            except BaseException as error:
                for _, answer in _still_waiting(some):
                    answer.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                for key, answer in _still_waiting(some):
                    answer.set_result(found[key])


def _still_waiting(
    asked: Sequence[tuple[Key, asyncio.Future[Value]]],
) -> list[tuple[Key, asyncio.Future[Value]]]:
    """Who has not given up meanwhile."""
    return [(key, answer) for key, answer in asked if not answer.done()]
