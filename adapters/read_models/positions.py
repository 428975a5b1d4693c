"""How far a runner has read, and what it had to set aside. The position row is its lock."""

from uuid import UUID

import structlog
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.event_store.recorded import Recorded

NEW = "INSERT INTO positions (runner) VALUES (%s) ON CONFLICT DO NOTHING"
CLAIM = "SELECT position FROM positions WHERE runner = %s FOR UPDATE"
MOVE = """UPDATE positions SET position = %s, applied = applied + %s,
    moved_at = clock_timestamp() WHERE runner = %s"""
IS_PARKED = "SELECT EXISTS (SELECT FROM parked WHERE runner = %s AND stream_id = %s)"
PARK = """INSERT INTO parked (runner, stream_id, position, error) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING"""

log = structlog.get_logger()
Connection = AsyncConnection[TupleRow]


async def claim(connection: Connection, runner: str) -> int:
    """Return the position, locked until the transaction ends."""
    row = await (await connection.execute(CLAIM, (runner,))).fetchone()
    if row is None:
        await connection.execute(NEW, (runner,))
        return await claim(connection, runner)
    return int(row[0])


async def move(connection: Connection, runner: str, position: int, events: int) -> None:
    await connection.execute(MOVE, (position, events, runner))


async def is_parked(connection: Connection, runner: str, stream_id: UUID) -> bool:
    row = await (await connection.execute(IS_PARKED, (runner, stream_id))).fetchone()
    return bool(row and row[0])


async def park(connection: Connection, runner: str, event: Recorded, error: str) -> None:
    log.error("event_parked", runner=runner, position=event.position, error=error)
    await connection.execute(PARK, (runner, event.stream_id, event.position, error))
