"""Whether each event was recorded by the command that it names, and is there for each command.

`commands` is not in the chain, but what each event says of its command is. So whoever takes rows
out of it, or has them tell something else, is found; but not of what was asked (`fingerprint`).

A command says where its stream and the log stood after it; its events lie together up to there. So
both are read side by side in order of position, and of what fits nothing has to be asked.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from adapters.event_store.arrays import raw_int8s, raw_uuids
from adapters.evidence.findings import Fault
from adapters.evidence.rows import PLACE, STREAM, VERSION, Connection, ahead

GONE = "events are missing that a command recorded"
PAGE = 2_000
# Held: it is put in order once, and keeps no snapshot from being given up.
DECLARE = """DECLARE carried_out NO SCROLL CURSOR WITH HOLD FOR
    SELECT position, uuid_send(command_id), uuid_send(stream_id) || int8send(version)
    FROM commands ORDER BY position"""
FETCH = f"FETCH FORWARD {PAGE} FROM carried_out"
CLOSE = "CLOSE carried_out"
LIBRARY = "SELECT position FROM library_appends WHERE position = ANY (%b::bigint[])"
# A command that recorded nothing names where the log and its stream stood. A position may be taken
# again by the next event, once the log's end is gone; a version of a stream is not.
EVENTS_GONE = """SELECT 'position ' || position, 'stream ' || stream_id, 'version ' || version,
        position, at_position
    FROM (SELECT c.*,
            (SELECT true FROM events WHERE notification_id = c.position LIMIT 1) AS at_position,
            (SELECT true FROM events WHERE originator_id = c.stream_id
                AND originator_version = c.version LIMIT 1) AS at_version
        FROM commands c WHERE command_id = ANY (%b::uuid[])) apart
    WHERE (position > 0 AND at_position IS NULL) OR (version > 0 AND at_version IS NULL)
    ORDER BY position"""
END = 2**63 - 1

Row = tuple[int, bytes, bytes]  # position, command, stream and version
Read = tuple[int, bytes, bytes]  # position, link, the command that the event names


class Gone(NamedTuple):
    """`position`: where the event was; None where another one has taken that since."""

    fault: Fault
    position: int | None


class CarriedOut:
    """Give it the events in order, page by page, then `rest`. Memory: a page of each."""

    def __init__(self, connection: Connection, beside: Connection) -> None:
        """`connection`: for the commands; `beside`: for questions meanwhile."""
        self._beside = beside
        self._pages = ahead(_pages(connection))
        self._rows: Sequence[Row] = []
        self._open: list[Read] = []  # of a command whose last event may be on the next page

    def otherwise(self, events: Sequence[Read]) -> tuple[list[Read], list[Gone]]:
        """Return the events that no command recorded, and those that a command says are there."""
        if not events:
            return [], []
        last, _, open_command = events[-1]
        said = {row[1]: row for rows in self._rows_upto(last) for row in rows}
        unnamed = _unnamed([*self._open, *events], said)
        self._open = [e for e in unnamed if e[2] == open_command not in said]
        if self._open:
            unnamed = [e for e in unnamed if e[2] != open_command]
        return self._not_of_the_library(unnamed), self._gone(said)

    def rest(self) -> tuple[list[Read], list[Gone]]:
        """Return the same of what is left, after the last event."""
        unnamed, missing = self._open, list[Gone]()
        for rows in self._rows_upto(END):
            said = {row[1]: row for row in rows}
            missing += self._gone(said)
            unnamed = _unnamed(unnamed, said)
        return self._not_of_the_library(unnamed), missing

    def _rows_upto(self, position: int) -> Iterator[Sequence[Row]]:
        while True:
            end = bisect_right(self._rows, position, key=itemgetter(0))
            some, self._rows = self._rows[:end], self._rows[end:]
            yield some
            if self._rows:
                return
            page = next(self._pages, None)
            if page is None:
                return
            self._rows = page

    def _gone(self, said: dict[bytes, Row]) -> list[Gone]:
        """Of commands that no event names: such as recorded nothing, or whose events are gone."""
        if not said:
            return []
        with self._beside.cursor(binary=True) as cursor:
            cursor.execute(EVENTS_GONE, (raw_uuids(list(said)),), prepare=True)
            return [
                Gone(
                    Fault(GONE, ", ".join(where)), None if at_position or not position else position
                )
                for *where, position, at_position in cursor
            ]

    def _not_of_the_library(self, events: Sequence[Read]) -> list[Read]:
        if not events:
            return []
        positions = raw_int8s([position.to_bytes(8) for position, _, _ in events])
        with self._beside.cursor(binary=True) as cursor:
            its = {row[0] for row in cursor.execute(LIBRARY, (positions,), prepare=True)}
        return [event for event in events if event[0] not in its]


def _unnamed(events: Sequence[Read], said: dict[bytes, Row]) -> list[Read]:
    """Return the events that no command says are its own; whose last one is there is taken out."""
    unnamed = []
    for event in events:
        position, link, command = event
        row = said.get(command)
        if row is None:
            unnamed.append(event)
        elif row[0] == position and row[2] == link[PLACE]:
            del said[command]
        elif not _goes_on(row, position, link):
            unnamed.append(event)
    return unnamed


def _goes_on(row: Row, position: int, link: bytes) -> bool:
    """Return whether more events of the same command follow, up to where it says."""
    end, _, place = row
    later = int.from_bytes(place[16:]) - int.from_bytes(link[VERSION])
    return place[:16] == link[STREAM] and later == end - position > 0


def _pages(connection: Connection) -> Iterator[list[Row]]:
    connection.execute(DECLARE)
    with connection.cursor(binary=True) as cursor:
        while rows := cursor.execute(FETCH).fetchall():
            yield rows
    connection.execute(CLOSE)
