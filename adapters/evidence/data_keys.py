"""Whether each data key opens what is sealed under it, and its person is found by its digests.

A pass of its own, in pages: nothing of it is part of the log, and it needs the key file.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple
from uuid import UUID

from adapters.event_store.errors import StoreError
from adapters.event_store.mapper import EventMapper, Place
from adapters.evidence.findings import Fault
from adapters.evidence.rows import Connection, ahead, auditing
from adapters.personal_data.key_ring import KeyEncryption, KeyRingRefused
from adapters.personal_data.people import name_digests, person_in, subject_digest
from adapters.personal_data.sealing import SealBroken, stored_key

PAGE = 2_000
LIVE = "SELECT count(*) FROM data_keys WHERE wrapped IS NOT NULL"
# LIMIT keeps the planner from ever reading all events, whatever statistics say.
ROWS = """SELECT k.*, topic, state FROM (
        SELECT stream_id, municipality, kek, wrapped, subject, names FROM data_keys
        WHERE wrapped IS NOT NULL AND stream_id > %b ORDER BY stream_id LIMIT %b) k
    LEFT JOIN LATERAL (SELECT topic, state FROM events
        WHERE originator_id = k.stream_id AND originator_version = 1 LIMIT 1) first ON true
    ORDER BY stream_id"""
DAMAGED = "a data key does not open: it was damaged, swapped, or never made with this key file"
OTHER_BOX = "what is sealed does not open with its data key"
GONE = "a data key is of a stream that is not there"
NOBODY = "a data key is of a stream that begins with nobody's data"
OTHER_SUBJECT = "a data key says that it is another person's, so `erase` by account misses it"
OTHER_NAMES = "a data key says that its person has another name, so nobody finds it by name"

Progress = Callable[[int, int], None]


class Row(NamedTuple):
    """A key and the first event of its stream, if there is one."""

    stream_id: UUID
    municipality: str
    kek: int
    wrapped: bytes
    subject: bytes
    names: list[int]
    topic: str | None
    state: bytes | None


def damaged_keys(
    url: str, mapper: EventMapper, keys: KeyEncryption, progress: Progress
) -> Iterator[Fault]:
    """Yield what is wrong. `progress(keys looked at, keys there)` is called now and then."""
    with auditing(url) as connection:
        ((total,),) = connection.execute(LIVE).fetchall()
        done = 0
        for rows in ahead(_pages(connection)):
            for row in rows:
                if what := _fault(row, mapper, keys):
                    yield Fault(what, f"stream {row.stream_id}, under version {row.kek}")
            done += len(rows)
            progress(done, max(done, total))


def _fault(row: Row, mapper: EventMapper, keys: KeyEncryption) -> str | None:
    if row.topic is None or row.state is None:
        return GONE
    try:
        key = stored_key(keys, row.stream_id, row.municipality, row.kek, row.wrapped)
        event = mapper.decode_event(row.topic, row.state, Place(1, key))
    except KeyRingRefused:
        return DAMAGED
    except (SealBroken, StoreError, ValueError):
        return OTHER_BOX
    person = person_in(row.stream_id, event)
    if person is None:
        return NOBODY
    if subject_digest(keys, person.subject) != row.subject:
        return OTHER_SUBJECT
    return None if set(name_digests(keys, person)) == set(row.names) else OTHER_NAMES


def _pages(connection: Connection) -> Iterator[list[Row]]:
    last = UUID(int=0)
    with connection.cursor(binary=True) as cursor:
        while rows := cursor.execute(ROWS, (last, PAGE), prepare=True).fetchall():
            yield [Row(*row) for row in rows]
            last = rows[-1][0]
