"""What the sandbox's account mailbox holds, in a small SQLite file that survives a crash."""

import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.moods import DOWN, MOOD, SLOW, WELL, Moody, opened

TABLES = """
CREATE TABLE IF NOT EXISTS letter (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    reference   TEXT NOT NULL UNIQUE,
    handle      TEXT NOT NULL,
    application TEXT NOT NULL,
    sender      TEXT NOT NULL,
    title       TEXT NOT NULL,
    content     TEXT NOT NULL,
    level       INTEGER NOT NULL,
    there_at    TEXT NOT NULL,
    times       INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS standing (
    application TEXT PRIMARY KEY,
    service     TEXT NOT NULL,
    sender      TEXT NOT NULL,
    status      TEXT NOT NULL,
    since       TEXT NOT NULL
);
"""
KEEP = """INSERT INTO letter
(reference, handle, application, sender, title, content, level, there_at)
VALUES (:reference, :handle, :application, :sender, :title, :content, :level, :there_at)
ON CONFLICT (reference) DO UPDATE SET times = times + 1 RETURNING times"""
# What happened earlier changes nothing, whenever it is told.
SHOW = """INSERT INTO standing (application, service, sender, status, since)
VALUES (:application, :service, :sender, :status, :since) ON CONFLICT (application) DO UPDATE
SET status = excluded.status, since = excluded.since WHERE excluded.since >= standing.since"""
LETTERS = "SELECT * FROM letter WHERE ? IN ('', handle) ORDER BY number"
LETTER = "SELECT * FROM letter WHERE reference = ?"
# A state names no account: it is whose letters are about the same application.
STANDINGS = """SELECT * FROM standing WHERE ? = '' OR application IN (
SELECT application FROM letter WHERE handle = ?) ORDER BY since, application"""
FORGET = (
    "DELETE FROM letter WHERE application = :application",
    "DELETE FROM standing WHERE application = :application",
)
FILE = "accounts.sqlite3"
REFUSING = "refusing"
MOODS = (WELL, SLOW, DOWN, REFUSING)


@dataclass(frozen=True, slots=True)
class AccountLetters(Moody):
    file: Path

    def __post_init__(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._database() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(TABLES)
            database.execute(MOOD)

    def keep(self, letter: dict[str, Any]) -> bool:
        """Return whether it is new."""
        with self._database() as database:
            (times,) = database.execute(KEEP, letter).fetchone()
        return bool(times == 1)

    def show(self, standing: dict[str, Any]) -> None:
        with self._database() as database:
            database.execute(SHOW, standing)

    def letter(self, reference: str) -> dict[str, Any] | None:
        with self._database() as database:
            row = database.execute(LETTER, (reference,)).fetchone()
        return dict(row) if row else None

    def letters(self, handle: str = "") -> list[dict[str, Any]]:
        with self._database() as database:
            return [dict(row) for row in database.execute(LETTERS, (handle,))]

    def standings(self, handle: str = "") -> list[dict[str, Any]]:
        with self._database() as database:
            return [dict(row) for row in database.execute(STANDINGS, (handle, handle))]

    def forget(self, application: str) -> int:
        """Return how many letters there were."""
        with self._database() as database:
            letters, _ = [database.execute(one, {"application": application}) for one in FORGET]
            # Nor is anything of them left in the file beside, where changes are collected.
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return letters.rowcount

    def _database(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self.file, "secure_delete = ON")
