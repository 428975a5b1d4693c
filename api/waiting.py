"""Read your own writes: a view can be asked to wait, a little, for a position of the log."""

import asyncio
from typing import Annotated

from fastapi import Query

from adapters.event_store.log import Pool
from api.refusals import NotYetVisible

PATIENCE_SECONDS = 3.0
POSITION = "SELECT position FROM positions WHERE runner = %s"

After = Annotated[
    int | None,
    Query(ge=0, description="Wait (up to 3 s) until the view shows this position of the log."),
]


async def wait_for(pool: Pool, runner: str, after: int | None) -> int:
    """Return the position that the view shows. Raise NotYetVisible when it lags for too long."""
    deadline, pause = asyncio.get_running_loop().time() + PATIENCE_SECONDS, 0.002
    while True:
        shown = await _position(pool, runner)
        if after is None or shown >= after:
            return shown
        if asyncio.get_running_loop().time() > deadline:
            raise NotYetVisible
        await asyncio.sleep(pause)
        pause = min(pause * 2, 0.05)


async def _position(pool: Pool, runner: str) -> int:
    async with pool.connection() as connection:
        row = await (await connection.execute(POSITION, (runner,), prepare=True)).fetchone()
    return int(row[0]) if row else 0
