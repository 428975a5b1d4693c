"""Runners under supervision, and waiting for what they bring about."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from adapters.bootstrap import Parts
from workers.supervision import Runner, supervise

# It only ends a test that hangs.
WITHIN_SECONDS = 90


@asynccontextmanager
async def supervised(parts: Parts, *runners: Runner) -> AsyncIterator[None]:
    task = asyncio.create_task(supervise(parts, runners))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(look: Callable[[], Awaitable[object]]) -> None:
    """Also by the clock: Python 3.11 can lose a cancellation while a connection is waited for."""
    loop = asyncio.get_running_loop()
    end = loop.time() + WITHIN_SECONDS
    async with asyncio.timeout(WITHIN_SECONDS):
        while not await look():
            if loop.time() > end:
                raise TimeoutError
            await asyncio.sleep(0.02)
