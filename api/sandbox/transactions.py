"""The payments the sandbox platform knows, in a small SQLite file that survives a crash."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from adapters.payments.translation import from_json, to_json

TABLE = """
CREATE TABLE IF NOT EXISTS payment (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    transaction_id  TEXT NOT NULL UNIQUE,
    originator_id   TEXT NOT NULL,
    endpoint_id     TEXT NOT NULL,
    request_id      TEXT NOT NULL,
    request         BLOB NOT NULL,
    status          TEXT NOT NULL DEFAULT 'INITIAL'
                    CHECK (status IN ('INITIAL', 'PAYED', 'CANCELED', 'FAILED')),
    method          TEXT,
    settled_at      TEXT,
    UNIQUE (originator_id, endpoint_id, request_id)
)
"""
INSERT = """
INSERT INTO payment (transaction_id, originator_id, endpoint_id, request_id, request)
VALUES (?, ?, ?, ?, ?) ON CONFLICT (originator_id, endpoint_id, request_id) DO NOTHING
"""
BY_REQUEST = "SELECT * FROM payment WHERE originator_id = ? AND endpoint_id = ? AND request_id = ?"
BY_ID = "SELECT * FROM payment WHERE transaction_id = ?"
# Only an open payment can be settled, so that it is paid at most once.
SETTLE = """
UPDATE payment SET status = ?, method = ?, settled_at = ?
WHERE transaction_id = ? AND status = 'INITIAL'
"""


@dataclass(frozen=True, slots=True)
class Payment:
    number: int
    transaction_id: str
    originator_id: str
    endpoint_id: str
    request: dict[str, Any]
    status: str
    method: str | None
    settled_at: str | None

    @property
    def is_open(self) -> bool:
        return self.status == "INITIAL"

    @property
    def reference(self) -> str:
        return f"KZ-{self.number:010d}"

    @property
    def redirect_url(self) -> str:
        return str(self.request["redirectUrl"])


class Transactions:
    """Opens the file anew for each call, so that any thread and process may use it."""

    def __init__(self, state_folder: Path) -> None:
        state_folder.mkdir(parents=True, exist_ok=True)
        self._path = state_folder / "payments.sqlite3"
        with self._database() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(TABLE)

    def add(
        self, originator_id: str, endpoint_id: str, request: dict[str, Any]
    ) -> tuple[Payment, bool]:
        """Return the payment of this request, and whether it is new."""
        key = (originator_id, endpoint_id, request["requestId"])
        with self._database() as database:
            added = database.execute(INSERT, (uuid4().hex, *key, to_json(request)))
            row = database.execute(BY_REQUEST, key).fetchone()
        return _payment(row), added.rowcount == 1

    def get(self, transaction_id: str) -> Payment | None:
        with self._database() as database:
            row = database.execute(BY_ID, (transaction_id,)).fetchone()
        return _payment(row) if row else None

    def settle(self, transaction_id: str, status: str, method: str | None, at: datetime) -> None:
        with self._database() as database:
            database.execute(SETTLE, (status, method, at.isoformat(), transaction_id))

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        try:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA synchronous = FULL")
            yield database
        finally:
            database.close()


def _payment(row: sqlite3.Row) -> Payment:
    return Payment(
        number=row["number"],
        transaction_id=row["transaction_id"],
        originator_id=row["originator_id"],
        endpoint_id=row["endpoint_id"],
        request=from_json(row["request"]),
        status=row["status"],
        method=row["method"],
        settled_at=row["settled_at"],
    )
