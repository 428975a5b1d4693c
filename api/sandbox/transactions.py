"""The payments the sandbox platform knows, in a small SQLite file that survives a crash."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from adapters.moods import DOWN, MOOD, SLOW, WELL, Moody, opened
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
    late_at         TEXT,
    missing         TEXT NOT NULL DEFAULT '0',
    times           INTEGER NOT NULL DEFAULT 1,
    UNIQUE (originator_id, endpoint_id, request_id)
)
"""
# Columns that a file of an earlier version does not have yet.
LATER = {
    "late_at": "ALTER TABLE payment ADD COLUMN late_at TEXT",
    "missing": "ALTER TABLE payment ADD COLUMN missing TEXT NOT NULL DEFAULT '0'",
    "times": "ALTER TABLE payment ADD COLUMN times INTEGER NOT NULL DEFAULT 1",
}
COLUMNS = "SELECT name FROM pragma_table_info('payment')"
INSERT = """
INSERT INTO payment (transaction_id, originator_id, endpoint_id, request_id, request)
VALUES (?, ?, ?, ?, ?) ON CONFLICT (originator_id, endpoint_id, request_id) DO NOTHING
"""
BY_REQUEST = "SELECT * FROM payment WHERE originator_id = ? AND endpoint_id = ? AND request_id = ?"
BY_ID = "SELECT * FROM payment WHERE transaction_id = ?"
# Only an open payment can be settled, so that it is paid at most once.
SETTLE = """
UPDATE payment SET status = ?, method = ?, settled_at = ?, late_at = ?, missing = ?, times = ?
WHERE transaction_id = ? AND status = 'INITIAL'
"""


ALL = "SELECT * FROM payment ORDER BY number"
MOODS = (WELL, SLOW, DOWN)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a payment ends. `paid_after`: it is cancelled, and the money comes all the same."""

    status: str
    paid_after: timedelta | None = None
    missing: Decimal = Decimal(0)
    times: int = 1

    @property
    def brings_money(self) -> bool:
        return self.status == "PAYED" or self.paid_after is not None


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
    missing: Decimal = Decimal(0)
    times: int = 1

    @property
    def told(self) -> dict[str, Any]:
        """The request as the platform tells it: with what was really paid."""
        return {**self.request, "grosAmount": self.request["grosAmount"] - self.missing}

    @property
    def is_open(self) -> bool:
        return self.status == "INITIAL"

    @property
    def reference(self) -> str:
        return f"KZ-{self.number:010d}"

    @property
    def redirect_url(self) -> str:
        return str(self.request["redirectUrl"])


class Transactions(Moody):
    def __init__(self, state_folder: Path, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        state_folder.mkdir(parents=True, exist_ok=True)
        self._path = state_folder / "payments.sqlite3"
        with self._database() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(TABLE)
            database.execute(MOOD)
            there = {row["name"] for row in database.execute(COLUMNS)}
            for name in LATER.keys() - there:
                database.execute(LATER[name])

    def add(
        self, originator_id: str, endpoint_id: str, request: dict[str, Any]
    ) -> tuple[Payment, bool]:
        """Return the payment of this request, and whether it is new."""
        key = (originator_id, endpoint_id, request["requestId"])
        with self._database() as database:
            added = database.execute(INSERT, (uuid4().hex, *key, to_json(request)))
            row = database.execute(BY_REQUEST, key).fetchone()
        return self._payment(row), added.rowcount == 1

    def get(self, transaction_id: str) -> Payment | None:
        with self._database() as database:
            row = database.execute(BY_ID, (transaction_id,)).fetchone()
        return self._payment(row) if row else None

    def settle(
        self, transaction_id: str, outcome: Outcome, method: str | None, at: datetime
    ) -> None:
        late = (at + outcome.paid_after).isoformat() if outcome.paid_after else None
        how = (outcome.status, method, at.isoformat(), late, str(outcome.missing), outcome.times)
        with self._database() as database:
            database.execute(SETTLE, (*how, transaction_id))

    def all(self) -> list[Payment]:
        with self._database() as database:
            return [self._payment(row) for row in database.execute(ALL)]

    def _database(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._path, "synchronous = FULL")

    def _payment(self, row: sqlite3.Row) -> Payment:
        """Money that comes late has come once its time is over."""
        late = row["late_at"]
        if late and self._clock() >= datetime.fromisoformat(late):
            return _read(row, status="PAYED", settled_at=late)
        method = row["method"] if row["status"] == "PAYED" else None
        return _read(row, status=row["status"], method=method, settled_at=row["settled_at"])


def _read(row: sqlite3.Row, **known: Any) -> Payment:
    told = {"method": row["method"], **known}
    return Payment(
        number=row["number"],
        transaction_id=row["transaction_id"],
        originator_id=row["originator_id"],
        endpoint_id=row["endpoint_id"],
        request=from_json(row["request"]),
        missing=Decimal(row["missing"]),
        times=row["times"],
        **told,
    )
