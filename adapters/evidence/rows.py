"""The log as an audit reads it: whole, in order of position, in pages that need no transaction.

PostgreSQL finds the event before in the stream, and puts together what the hash covers; what comes
of it is checked here, for whoever rules the database could let it say anything.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from struct import Struct
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import psycopg

from adapters.event_store.chain import GENESIS
from adapters.evidence.leaves import LEAF_SQL
from adapters.postgres.connecting import CONNECT_TIMEOUT, OPTIONS

PAGE = 2_000
# Position and hash of the version before, zeros where there is none; then what the hash covers.
LINK = Struct(">q32s16sqH")
STREAM, VERSION, PLACE = slice(40, 56), slice(56, 64), slice(40, 64)
NO_LINK = bytes(8) + GENESIS
FIRST = (1).to_bytes(8)
# Never planned by statistics: they may be missing, or be made up.
AUDITING = (
    f"{OPTIONS} -c statement_timeout=0 -c plan_cache_mode=force_generic_plan -c jit=off "
    "-c enable_seqscan=off"
)
# A function or an operator of the same name elsewhere must not be taken for PostgreSQL's own.
OWN_FUNCTIONS = """SELECT pg_catalog.set_config('search_path',
    pg_catalog.concat('pg_catalog, ', pg_catalog.current_setting('search_path')), false)"""
HEAD = "SELECT coalesce(max(notification_id), 0) FROM events"
# The length's low two bytes: a name that is too long is found, and does not end the audit.
ROWS = f"""SELECT notification_id, {LEAF_SQL}, coalesce((
            SELECT int8send(p.notification_id) || p.hash FROM events p
            WHERE p.originator_id = e.originator_id
            AND p.originator_version = e.originator_version - 1 LIMIT 1
        ), decode(repeat('00', {len(NO_LINK)}), 'hex'))
        || uuid_send(originator_id) || int8send(originator_version)
        || substr(int4send(octet_length(convert_to(topic, 'UTF8'))), 3)
        || convert_to(topic, 'UTF8') || state,
        originator_version = 1 AND position('"sealed":"'::bytea IN state) > 0 AND NOT EXISTS (
            SELECT FROM data_keys k WHERE k.stream_id = e.originator_id)
    FROM events e WHERE notification_id > %b AND notification_id <= %b
    ORDER BY notification_id LIMIT {PAGE}"""  # noqa: S608 -- of constants

Connection = psycopg.Connection[tuple[Any, ...]]
# Position, leaf, link; whether a stream begins here whose sealed data have no row in data_keys.
# None stands where a part of the event is missing.
Row = tuple[int, bytes | None, bytes | None, bool | None]
Read = TypeVar("Read")


class Place(NamedTuple):
    """What a link says of an event."""

    stream_id: UUID
    version: int
    name: bytes

    @classmethod
    def of(cls, link: bytes) -> "Place":
        *_, stream, version, length = LINK.unpack_from(link)
        return cls(UUID(bytes=stream), version, link[LINK.size : LINK.size + length])

    def __str__(self) -> str:
        """Whoever changed the log may have written anything for a name."""
        name = ascii(self.name.decode(errors="replace"))[1:-1][:60]
        return f"stream {self.stream_id}, version {self.version}, {name}"


@contextmanager
def auditing(url: str) -> Iterator[Connection]:
    with psycopg.connect(
        url, autocommit=True, options=AUDITING, connect_timeout=CONNECT_TIMEOUT
    ) as connection:
        connection.execute(OWN_FUNCTIONS)
        yield connection


def head(connection: Connection) -> int:
    """Return the last position; 0 for an empty log."""
    return int(connection.execute(HEAD).fetchall()[0][0])


def pages(connection: Connection, upto: int) -> Iterator[list[Row]]:
    """Yield the log."""
    return ahead(_pages(connection, upto))


def ahead(waiting: Iterator[list[Read]]) -> Iterator[list[Read]]:
    """Yield pages; the first is on its way at once, and the next while one is worked on."""
    thread = ThreadPoolExecutor(1)
    return _ahead(waiting, thread, thread.submit(next, waiting, None))


def _ahead(
    waiting: Iterator[list[Read]], thread: ThreadPoolExecutor, upcoming: Future[list[Read] | None]
) -> Iterator[list[Read]]:
    with thread:
        while page := upcoming.result():
            upcoming = thread.submit(next, waiting, None)
            yield page


def _pages(connection: Connection, upto: int) -> Iterator[list[Row]]:
    after = 0
    with connection.cursor(binary=True) as cursor:
        while rows := cursor.execute(ROWS, (after, upto), prepare=True).fetchall():
            yield rows
            after = rows[-1][0]
