"""An answer may take minutes: meanwhile the runner is seen to be alive, and waits for it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from adapters.postgres.connecting import OPTIONS
from workers.supervision import BEAT_SECONDS, Pulse

# The transaction stands still while somebody is asked: a mail server, for ten minutes at most.
PATIENT = f"{OPTIONS} -c idle_in_transaction_session_timeout=11min"
WAITING, FOR_AN_ANSWER = "waiting", "an answer"

T = TypeVar("T")


async def beating(pulse: Pulse, work: Coroutine[Any, Any, T]) -> T:
    over = asyncio.Event()
    beats = asyncio.create_task(_beat(pulse, over))
    try:
        return await work
    finally:
        over.set()
        await asyncio.gather(beats, return_exceptions=True)


async def _beat(pulse: Pulse, over: asyncio.Event) -> None:
    """It is not cancelled: Python 3.11 can lose that while a connection is waited for."""
    while not over.is_set():
        try:
            async with asyncio.timeout(BEAT_SECONDS):
                await over.wait()
        except TimeoutError:
            await pulse.say(WAITING, FOR_AN_ANSWER)
