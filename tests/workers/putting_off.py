"""Something is put off for so long: by the clock of the database, and however slow the machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from tests.projections.log import Log

CLOCK = "SELECT clock_timestamp() AS now"


@asynccontextmanager
async def put_off(log: Log, rows: str, seconds: int) -> AsyncIterator[None]:
    """The one of these rows is due so many seconds after a moment in between."""
    before = await _now(log)
    yield
    (row,) = await log.ask(rows)
    assert before <= row["due_at"] - timedelta(seconds=seconds) <= await _now(log)


async def _now(log: Log) -> datetime:
    (row,) = await log.ask(CLOCK)
    now: datetime = row["now"]
    return now
