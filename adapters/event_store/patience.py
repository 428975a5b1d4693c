"""Whoever waits for longer than all are patient is told so: one timer for all, not one for each."""

import asyncio
from collections import deque
from typing import Any

from adapters.event_store.errors import StoreUnavailable


class Patience:
    """Answers are awaited in the order they were asked for, so the first is the first to expire."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._awaited: deque[tuple[float, asyncio.Future[Any]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, answer: asyncio.Future[Any]) -> None:
        """Fail it with StoreUnavailable when its time is over."""
        loop = answer.get_loop()
        while self._awaited and self._awaited[0][1].done():
            self._awaited.popleft()
        self._awaited.append((loop.time() + self.seconds, answer))
        if self._timer is None:
            self._timer = loop.call_later(self.seconds, self._look, loop)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        while self._awaited and (self._awaited[0][0] <= now or self._awaited[0][1].done()):
            _, answer = self._awaited.popleft()
            if not answer.done():
                message = f"no answer in {self.seconds:g} seconds"
                answer.set_exception(StoreUnavailable(message))
        self._timer = None
        if self._awaited:
            self._timer = loop.call_later(self._awaited[0][0] - now, self._look, loop)
