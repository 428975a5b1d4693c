"""Streams set aside: one of their events could not be worked on, and a person must look."""

from collections.abc import Iterable
from uuid import UUID

import psycopg
import structlog
from psycopg import AsyncConnection, errors
from psycopg.rows import TupleRow

PARK = """INSERT INTO parked (runner, stream_id, position, error) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING"""
ANY_PARKED = "SELECT FROM parked WHERE runner = %s LIMIT 1"
PARKED = "SELECT DISTINCT stream_id FROM parked WHERE runner = %s AND stream_id = ANY(%s)"
EARLIER_IS_PARKED = "an earlier event of this stream is parked"
# A lost connection, a lock, a full disk; a table that is missing or closed to us.
NOT_OF_EVENT = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.InsufficientPrivilege,
)

log = structlog.get_logger()
Connection = AsyncConnection[TupleRow]


def is_fault_of_event(error: Exception) -> bool:
    """False where every other event would fail as well, and trying again may help."""
    too_long = isinstance(error, errors.ProgramLimitExceeded)  # of its value for an index
    return too_long or not isinstance(error, NOT_OF_EVENT)


async def any_parked(connection: Connection, runner: str) -> bool:
    cursor = await connection.execute(ANY_PARKED, (runner,))
    return await cursor.fetchone() is not None


async def parked_streams(connection: Connection, runner: str, among: Iterable[UUID]) -> set[UUID]:
    cursor = await connection.execute(PARKED, (runner, list(among)))
    return {row[0] for row in await cursor.fetchall()}


async def park(connection: Connection, runner: str, row: TupleRow, error: str) -> None:
    """`row` is of the log; `error` a kind of error, for its text may hold personal data."""
    stream_id, _, position, *_ = row
    log.error("event_parked", runner=runner, position=position, error=error)
    await connection.execute(PARK, (runner, stream_id, position, error))
