"""Staying awake for an answer: to fall asleep and be woken takes as long as a short one."""

import asyncio
from time import perf_counter
from typing import Any

SOON_SECONDS = 0.000_2
# Each answer adds one to the trust that the next will come soon; one that was late takes so much,
# and once all is gone, the next so many are slept for.
MOST_TRUST, LATE, REST = 100, 20, 250


class Awake:
    """As long as that mostly pays.

    Where others need the processor, maybe the very server that is waited for, answers come late:
    then its trust is soon gone.
    """

    def __init__(self) -> None:
        self._trust = MOST_TRUST

    async def for_a_while(self, answer: asyncio.Future[Any]) -> None:
        """Let all others have their turns until the answer is there, but not for long."""
        self._trust = min(self._trust + 1, MOST_TRUST)
        if self._trust <= 0:
            return
        until = perf_counter() + SOON_SECONDS
        while not answer.done() and perf_counter() < until:  # noqa: ASYNC110 -- an event is slept for
            await asyncio.sleep(0)
        if perf_counter() >= until:
            self._trust = self._trust - LATE if self._trust > LATE else -REST
