"""Reading: the history of one stream, and the whole log in commit order."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, OperationalError
from psycopg.errors import QueryCanceled
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from adapters.event_store.mapper import EventMapper
from adapters.event_store.recorded import Appended, Recorded

PAGE = 1_000
STREAM = """SELECT topic, state FROM events
    WHERE originator_id = %b ORDER BY originator_version"""
HISTORY = """SELECT originator_id, originator_version, notification_id, topic, state, recorded_at
    FROM events WHERE originator_id = %b AND originator_version <= %b
        AND recorded_at <= %b::timestamptz
    ORDER BY originator_version"""
AFTER = """SELECT originator_id, originator_version, notification_id, topic, state, recorded_at
    FROM events WHERE notification_id > %b AND notification_id <= %b
    ORDER BY notification_id LIMIT %b"""
COMMAND = "SELECT stream_id, version, position FROM commands WHERE command_id = %b"
FINGERPRINT = "SELECT fingerprint FROM commands WHERE command_id = %b"
HEAD = "SELECT coalesce(max(notification_id), 0) FROM events"
END = 2**62

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]


class EventLog:
    """Reads see only what is committed, and never pass a gap: positions follow commit order."""

    def __init__(self, pool: Pool, mapper: EventMapper) -> None:
        self._pool = pool
        self.mapper = mapper

    async def events(self, stream_id: UUID) -> list[Any]:
        """Return the bare events of a stream, for folding; empty for an unknown stream."""
        rows = await self.rows(STREAM, (stream_id,))
        decode = self.mapper.decode_event
        return [decode(name, state) for name, state in rows]

    async def history(
        self, stream_id: UUID, *, version: int = END, at: datetime | None = None
    ) -> list[Recorded]:
        """Return the stream as it was at a version, and at a moment of recording."""
        rows = await self.rows(HISTORY, (stream_id, version, at or "infinity"))
        return [recorded(self.mapper, row) for row in rows]

    async def page(self, after: int, upto: int = END, limit: int = PAGE) -> list[Recorded]:
        rows = await self.rows(AFTER, (after, upto, limit))
        return [recorded(self.mapper, row) for row in rows]

    async def read(self, after: int = 0, upto: int = END) -> AsyncIterator[Sequence[Recorded]]:
        """Yield pages of the log until `upto` or its end."""
        while page := await self.page(after, upto):
            yield page
            after = page[-1].position

    async def head(self) -> int:
        """Return the last position; 0 for an empty log."""
        return int((await self.rows(HEAD, ()))[0][0])

    async def answered(self, command_id: UUID, fingerprint: bytes) -> Appended | None:
        """Return the answer this very command got before, if it was carried out."""
        rows = await self.rows(COMMAND + " AND fingerprint = %b", (command_id, fingerprint))
        if not rows:
            return None
        stream_id, version, position = rows[0]
        return Appended(stream_id, version, position, replayed=True)

    async def is_known(self, command_id: UUID) -> bool:
        return bool(await self.rows(FINGERPRINT, (command_id,)))

    async def rows(self, statement: str, parameters: tuple[object, ...] = ()) -> list[TupleRow]:
        """Read; where the server has restarted since, over new connections."""
        try:
            return await self._ask(statement, parameters)
        except (PoolTimeout, QueryCanceled):
            raise
        except OperationalError:
            await self._pool.check()
            return await self._ask(statement, parameters)

    async def _ask(self, statement: str, parameters: tuple[object, ...]) -> list[TupleRow]:
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            await cursor.execute(statement, parameters, prepare=True)
            return await cursor.fetchall()


def recorded(mapper: EventMapper, row: TupleRow) -> Recorded:
    stream_id, version, position, name, state, recorded_at = row
    stored = mapper.decode(name, state)
    return Recorded(stream_id, version, position, stored.data, stored.metadata, recorded_at)
