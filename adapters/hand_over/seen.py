"""How what is due to back offices stands: who waits, for how long, and what was given up.

What is over is not counted, so that this takes as long after ten years as after one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

# While it is being sent it is still waiting: nobody has acknowledged it.
SEEN = """WITH counted AS (
        SELECT back_office, count(*) FILTER (WHERE state <> 'failed') AS queued,
            count(*) FILTER (WHERE state = 'failed') AS failed,
            min(position) FILTER (WHERE state <> 'failed') AS oldest
        FROM hand_overs WHERE state IN ('queued', 'sending', 'failed') GROUP BY back_office)
    SELECT back_office, queued, failed,
        coalesce(extract(epoch FROM clock_timestamp() - recorded_at), 0)::float8 AS oldest_seconds
    FROM counted LEFT JOIN events ON notification_id = oldest
    ORDER BY back_office"""
STATES = ("queued", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOversSeen:
    """`failed`: for good. The oldest that waits was decided `oldest_seconds` ago."""

    back_office: str
    queued: int
    failed: int
    oldest_seconds: float


async def hand_overs_seen(connection: AsyncConnection[TupleRow]) -> Sequence[HandOversSeen]:
    async with connection.cursor(row_factory=class_row(HandOversSeen)) as cursor:
        await cursor.execute(SEEN)
        return await cursor.fetchall()
