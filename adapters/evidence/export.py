"""Writes the whole log into a file that can be verified anywhere, without a database.

What is personal stays sealed in it: keys are never written.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from adapters.evidence.claims import checkpoints, last_number
from adapters.evidence.errors import EventIsNotWhole
from adapters.evidence.lines import (
    FORMAT,
    CheckpointLine,
    EndLine,
    EventLine,
    Header,
    Line,
    encode,
    moment_of,
)
from adapters.evidence.new_file import new_file
from adapters.evidence.notes import Verifier
from adapters.evidence.rows import PAGE, Connection, auditing, head

EVENTS = f"""SELECT notification_id, originator_id, originator_version, topic,
        timestamptz_send(recorded_at), hash, state
    FROM events WHERE notification_id > %b AND notification_id <= %b
    ORDER BY notification_id LIMIT {PAGE}"""  # noqa: S608 -- of a constant

NOW = "SELECT clock_timestamp()"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    events: int
    checkpoints: int
    position: int


def export(url: str, file: Path, verifier: Verifier | None, progress: Progress) -> Exported:
    """Replace the file whole. Raise CannotWrite or EventIsNotWhole."""
    with auditing(url) as connection, new_file(file) as out:
        # In this order: all that was signed before this moment is of events that are in the file.
        ((moment,),) = connection.execute(NOW).fetchall()
        last = last_number(connection)
        upto = head(connection)
        name, key = (verifier.origin, str(verifier)) if verifier else ("", "")
        _write(out, Header(FORMAT, name, key, moment, upto))
        events = 0
        for page in _pages(connection, upto):
            _write(out, *map(_line, page))
            events += len(page)
            progress(events, upto)
        signed = 0
        for stored in checkpoints(connection, last):
            _write(out, CheckpointLine(stored.number, stored.note))
            signed += 1
        _write(out, EndLine(events, signed))
    return Exported(events, signed, upto)


def _pages(connection: Connection, upto: int) -> Iterator[list[Any]]:
    after = 0
    with connection.cursor(binary=True) as cursor:
        while rows := cursor.execute(EVENTS, (after, upto), prepare=True).fetchall():
            yield rows
            after = rows[-1][0]


def _line(row: Any) -> EventLine:
    """Raise EventIsNotWhole for what only somebody else than us can have written."""
    position, stream, version, name, recorded_at, hash_, state = row
    if None in row:
        raise EventIsNotWhole(position)
    try:
        at = moment_of(int.from_bytes(recorded_at, signed=True))
    except OverflowError:
        raise EventIsNotWhole(position) from None
    return EventLine(position, stream, version, name, at, hash_.hex(), *_text_or_bytes(state))


def _text_or_bytes(state: bytes) -> tuple[str | None, bytes | None]:
    try:
        return state.decode(), None
    except UnicodeDecodeError:
        return None, state


def _write(out: BufferedIOBase, *lines: Line) -> None:
    out.write(b"".join(encode(line) + b"\n" for line in lines))
