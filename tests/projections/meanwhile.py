"""What goes on while a read model is rebuilt: reads, locks held, other work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from tests.projections.log import Log

DEADLINE = 60.0
COUNT = "SELECT count(*) FROM worklist_v2"
SWAPS_WAIT = """SELECT FROM pg_stat_activity WHERE datname = current_database()
    AND wait_event_type = 'Lock' AND query LIKE 'DROP TABLE%%'"""
CONNECTED = "SELECT FROM pg_stat_activity WHERE datname = current_database()"


@asynccontextmanager
async def held(log: Log) -> AsyncIterator[None]:
    """Somebody reads the live table in a transaction that does not end."""
    async with log.connection() as connection, connection.transaction():
        await connection.execute(COUNT)
        yield


async def swap_waits(log: Log) -> None:
    async with asyncio.timeout(DEADLINE):
        while not await log.ask(SWAPS_WAIT):  # noqa: ASYNC110 -- the server has no event for it
            await asyncio.sleep(0.01)


async def until_nobody_else_is_connected(log: Log) -> None:
    """The server notices the death of a process a moment later."""
    async with asyncio.timeout(DEADLINE):
        while len(await log.ask(CONNECTED)) > 1:  # noqa: ASYNC110 -- the server has no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def meanwhile(work: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Do it again and again during the block, and at least once before and after it."""
    rounds = 0

    async def again_and_again() -> None:
        nonlocal rounds
        while True:
            await work()
            rounds += 1

    async def another_round() -> None:
        seen = rounds
        async with asyncio.timeout(DEADLINE):
            while rounds < seen + 2 and not task.done():  # noqa: ASYNC110 -- the plainest way
                await asyncio.sleep(0.001)

    task = asyncio.create_task(again_and_again())
    await another_round()
    yield
    await another_round()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
