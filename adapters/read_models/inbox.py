"""What a consumer has had: up to which version of each stream."""

from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

TAKE = """INSERT INTO inbox AS had (consumer, stream_id, version, position)
    VALUES (%s, %s, %s, %s)
    ON CONFLICT (consumer, stream_id) DO UPDATE
    SET version = excluded.version, position = excluded.position
    WHERE had.version < excluded.version RETURNING version"""
HOLD = """INSERT INTO inbox AS had (consumer, stream_id) VALUES (%s, %s)
    ON CONFLICT (consumer, stream_id) DO UPDATE SET version = had.version RETURNING version"""
HAD = """SELECT stream_id, version FROM inbox
    WHERE consumer = %s AND stream_id = ANY(%s)"""
# Whoever holds a row just now keeps it until next time.
FORGET = """DELETE FROM inbox WHERE consumer = %(consumer)s AND stream_id IN (
    SELECT stream_id FROM inbox WHERE consumer = %(consumer)s AND position <= %(position)s
    LIMIT 1000 FOR UPDATE SKIP LOCKED)"""
Connection = AsyncConnection[TupleRow]


async def take(connection: Connection, consumer: str, row: TupleRow) -> bool:
    """Note an event of the log as handled; False where it was before.

    Others who want to handle the stream wait until the transaction ends.
    """
    stream_id, version, position, *_ = row
    cursor = await connection.execute(TAKE, (consumer, stream_id, version, position))
    return await cursor.fetchone() is not None


async def hold(connection: Connection, consumer: str, stream_id: UUID) -> int:
    """Return how far the stream is handled; nobody else handles it until the transaction ends."""
    row = await (await connection.execute(HOLD, (consumer, stream_id))).fetchone()
    return int(row[0]) if row else 0


async def had(connection: Connection, consumer: str, streams: list[UUID]) -> dict[UUID, int]:
    """Return how far each of these streams is handled, where anything is noted of it."""
    cursor = await connection.execute(HAD, (consumer, streams))
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def forget_before(connection: Connection, consumer: str, position: int) -> None:
    """Take away what the position of the consumer says as well."""
    await connection.execute(FORGET, {"consumer": consumer, "position": position})
