"""Reading: the history of one stream, and the whole log in commit order."""

from collections.abc import AsyncIterator, Container, Sequence
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, AsyncRawCursor, OperationalError
from psycopg.errors import QueryCanceled
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from adapters.event_store.arrays import uuids
from adapters.event_store.chain import first_broken
from adapters.event_store.coalescing import Coalesced
from adapters.event_store.errors import StoreUnavailable
from adapters.event_store.line import BROKEN, Line
from adapters.event_store.mapper import EventMapper, Place
from adapters.event_store.recorded import Appended, Loaded, Recorded
from adapters.personal_data.sealing import DataKey

PAGE = 1_000
# A stream's first row, of version 0, is its key's, where it has one. Each by index: OFFSET and
# LIMIT keep the planner from joining whole tables.
STREAM = """SELECT 0::bigint, municipality, wrapped, kek, NULL::bytea
    FROM data_keys WHERE stream_id = $1
    UNION ALL (SELECT originator_version, topic, state, NULL, hash FROM events
        WHERE originator_id = $1 ORDER BY originator_version)"""
STREAMS = """SELECT 0::bigint, k.municipality, k.wrapped, k.kek, NULL::bytea, s.n
    FROM unnest($1::uuid[]) WITH ORDINALITY s (id, n)
    CROSS JOIN LATERAL (SELECT * FROM data_keys WHERE stream_id = s.id LIMIT 1) k
    UNION ALL
    SELECT originator_version, topic, state, NULL, hash, s.n
    FROM unnest($1::uuid[]) WITH ORDINALITY s (id, n)
    CROSS JOIN LATERAL (SELECT * FROM events WHERE originator_id = s.id
        ORDER BY originator_version OFFSET 0) e"""
HISTORY = """SELECT originator_id, originator_version, notification_id, topic, state, recorded_at,
        municipality, kek, wrapped
    FROM events LEFT JOIN data_keys ON stream_id = originator_id
    WHERE originator_id = %b AND originator_version <= %b ORDER BY originator_version"""
AFTER = """SELECT originator_id, originator_version, notification_id, topic, state, recorded_at
    FROM events WHERE notification_id > %b AND notification_id <= %b
    ORDER BY notification_id LIMIT %b"""
CHAIN = """SELECT originator_version, topic, state, hash FROM events
    WHERE originator_id = %b AND originator_version <= %b ORDER BY originator_version"""
COMMAND = "SELECT stream_id, version, position FROM commands WHERE command_id = %b"
FINGERPRINT = "SELECT fingerprint FROM commands WHERE command_id = %b"
HEAD = "SELECT coalesce(max(notification_id), 0) FROM events"
END = 2**62
KEYS = 0  # the version that the row of a key says

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]


class EventLog:
    """Reads see only what is committed, and never pass a gap: positions follow commit order.

    `line`: a connection for loading streams, beside the pool for all other questions.
    """

    def __init__(self, pool: Pool, mapper: EventMapper, line: Line | None = None) -> None:
        self._pool = pool
        self._line = line
        self.mapper = mapper
        self._streams = Coalesced(self._rows_of)

    async def events(self, stream_id: UUID) -> Sequence[Any]:
        """Return the bare events of a stream, for folding; empty for an unknown stream."""
        return (await self.load(stream_id)).events

    async def load(self, stream_id: UUID, opened: Container[type] | None = None) -> Loaded:
        """Return the events with what it takes to append; many loads at a time are one read.

        `opened`: whose personal fields are wanted, by class; None: of all. The others' are empty.
        """
        rows = await self._streams.get(stream_id)
        rows.sort()  # by version, as they have come; but SQL does not promise it
        key = None
        if rows and rows[0][0] == KEYS:
            _, municipality, wrapped, kek, *_ = rows[0]
            key = self.mapper.stored_key(stream_id, (municipality, kek, wrapped))
            rows = rows[1:]  # not less of the same: whoever asked for it as well has that
        if not rows:
            return Loaded()
        return Loaded(self.mapper.events(rows, key, opened), rows[-1][4], key)

    async def _rows_of(self, stream_ids: Sequence[UUID]) -> dict[UUID, list[TupleRow]]:
        ask = self._ask_line if self._line else partial(self.rows, raw=True)
        if len(stream_ids) == 1:
            return {stream_ids[0]: await ask(STREAM, stream_ids)}
        found: list[list[TupleRow]] = [[] for _ in stream_ids]
        for row in await ask(STREAMS, [uuids(stream_ids)]):
            found[row[5] - 1].append(row)
        return dict(zip(stream_ids, found, strict=True))

    async def _ask_line(self, statement: str, parameters: Sequence[UUID | bytes]) -> list[TupleRow]:
        """Loads go one after another, so that one connection does for all of them."""
        line = self._line
        assert line is not None  # noqa: S101 -- for the type checker
        try:
            return await line.ask(statement, parameters, soon=statement is STREAM)
        except QueryCanceled:
            raise
        except BROKEN:
            pass  # the server may have restarted since
        try:
            return await line.ask(statement, parameters)
        except TimeoutError:
            raise StoreUnavailable("no answer") from None

    async def history(
        self, stream_id: UUID, *, version: int = END, at: datetime | None = None
    ) -> list[Recorded]:
        """Return the stream as it was at a version, and at a moment of recording."""
        rows = await self.rows(HISTORY, (stream_id, version))
        if at is not None:
            # A clock may step back; a history without its middle never was.
            rows = list(takewhile(lambda row: row[5] <= at, rows))
        key = self.mapper.stored_key(stream_id, rows[0][6:]) if rows else None
        return [recorded(self.mapper, row[:6], key) for row in rows]

    async def first_broken(self, stream_id: UUID, version: int = END) -> int | None:
        """Return the first version of the stream, up to this one, whose hash does not follow."""
        return first_broken(stream_id, await self.rows(CHAIN, (stream_id, version)))

    async def page(self, after: int, upto: int = END, limit: int = PAGE) -> list[Recorded]:
        """Return the next events of the log, without what is personal in them."""
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

    async def rows(
        self, statement: str, parameters: Sequence[object] = (), *, raw: bool = False
    ) -> list[TupleRow]:
        """Read; where the server has restarted since, over new connections. `raw`: $1, $2 ..."""
        try:
            return await self._ask(statement, parameters, raw=raw)
        except (PoolTimeout, QueryCanceled):
            raise
        except OperationalError:
            await self._pool.check()
            return await self._ask(statement, parameters, raw=raw)

    async def _ask(
        self, statement: str, parameters: Sequence[object], *, raw: bool
    ) -> list[TupleRow]:
        async with self._pool.connection() as connection:
            cursor = AsyncRawCursor(connection) if raw else connection.cursor()
            await cursor.execute(statement, parameters, prepare=True, binary=True)
            return await cursor.fetchall()


def recorded(mapper: EventMapper, row: TupleRow, key: DataKey | None = None) -> Recorded:
    """Without its key, an event is read without what is personal in it."""
    stream_id, version, position, name, state, recorded_at = row
    stored = mapper.decode(name, state, Place(version, key))
    return Recorded(stream_id, version, position, stored.data, stored.metadata, recorded_at)
