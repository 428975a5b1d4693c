"""The last event of each stream, however many there are: in memory only of those met lately.

The others lie in a file of SQLite's in the folder for temporary files; it goes with the process.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.evidence.errors import NoRoomToRemember

RECENT = 5_000
TABLE = """CREATE TABLE last (stream BLOB PRIMARY KEY, version INTEGER, link BLOB)
    WITHOUT ROWID"""
FIND = "SELECT version, link FROM last WHERE stream = ?"
KEEP = "INSERT OR REPLACE INTO last VALUES (?, ?, ?)"
Last = tuple[int, bytes]  # version, and what the next link begins with


class LastEvents:
    """Raise NoRoomToRemember where the disk is full."""

    def __init__(self) -> None:
        self._recent: dict[bytes, Last] = {}
        self._others = sqlite3.connect("")
        self._others.execute("PRAGMA journal_mode = OFF")  # it need not outlive anything
        self._others.execute(TABLE)

    def get(self, stream: bytes) -> Last | None:
        """Return None for an unknown stream."""
        if last := self._recent.get(stream):
            return last
        with _told():
            found: Last | None = self._others.execute(FIND, (stream,)).fetchone()
            return found

    def put(self, stream: bytes, version: int, link: bytes) -> None:
        self._recent[stream] = version, link
        if len(self._recent) == RECENT:
            self._set_aside()

    def _set_aside(self) -> None:
        # In their order, so that those which lie together in the file come together.
        rows = ((stream, *last) for stream, last in sorted(self._recent.items()))
        with _told(), self._others:
            self._others.executemany(KEEP, rows)
        self._recent.clear()


@contextmanager
def _told() -> Iterator[None]:
    """A read may have to write as well: for what it brings into memory something else has to go."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise NoRoomToRemember(error) from None
