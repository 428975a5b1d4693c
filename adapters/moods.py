"""What a service that is played here keeps in a small SQLite file: among others, its mood."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

MOOD = """CREATE TABLE IF NOT EXISTS mood (
    one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL
)"""
FEEL = """INSERT INTO mood (one, name) VALUES (1, ?)
ON CONFLICT (one) DO UPDATE SET name = excluded.name"""
FEELS = "SELECT name FROM mood"
WELL, SLOW, DOWN = "well", "slow", "down"


@contextmanager
def opened(file: Path, pragma: str) -> Iterator[sqlite3.Connection]:
    """Anew for each call, so that any thread and process may use it."""
    database = sqlite3.connect(file, timeout=10, isolation_level=None)
    try:
        database.row_factory = sqlite3.Row
        database.execute(f"PRAGMA {pragma}")
        yield database
    finally:
        database.close()


class Moody(ABC):
    """How well it feels is chosen by hand, and stays so until somebody chooses again."""

    __slots__ = ()

    @property
    def mood(self) -> str:
        with self._database() as database:
            row = database.execute(FEELS).fetchone()
        return str(row["name"]) if row else WELL

    def feel(self, mood: str) -> None:
        with self._database() as database:
            database.execute(FEEL, (mood,))

    @abstractmethod
    def _database(self) -> AbstractContextManager[sqlite3.Connection]: ...
