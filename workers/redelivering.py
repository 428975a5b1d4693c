"""What the commands about hand-overs do."""

from uuid import UUID

import psycopg
from rich.console import Console
from rich.table import Table

from adapters.postgres.connecting import OPTIONS
from adapters.settings import Settings
from domain.saying import SaysWhatToDo

# Attempts begin anew, and with them the three days.
AGAIN = """UPDATE hand_overs SET state = 'queued', attempts = 0, error = '',
    due_at = clock_timestamp() WHERE hand_over_id = %s AND state <> 'dropped'
    RETURNING back_office"""
OPEN = """SELECT hand_over_id, back_office, state, attempts, error FROM hand_overs
    WHERE state IN ('queued', 'sending', 'failed') ORDER BY position LIMIT 1000"""


class RedeliverRefused(SaysWhatToDo):
    """Nothing is handed over again.

    RedeliverRefused
    ├── HandOverUnknown
    └── BackOfficeNotCalled
    """


class HandOverUnknown(RedeliverRefused):
    """There is no such hand-over, or its person was erased; `hand-over list` names those that are
    open.
    """


class BackOfficeNotCalled(RedeliverRefused):
    """This back office has no url in AMTSWEG_BACK_OFFICES, so it comes to fetch; it finds it in its
    outbox as before:
    """


def queue_again(settings: Settings, url: str, hand_over_id: UUID) -> None:
    """Raise HandOverUnknown or BackOfficeNotCalled."""
    with psycopg.connect(url, options=OPTIONS) as connection:
        row = connection.execute(AGAIN, (hand_over_id,)).fetchone()
        if row is None:
            raise HandOverUnknown
        if row[0] not in {one.name for one in settings.back_offices if one.url}:
            raise BackOfficeNotCalled(row[0])
    Console(highlight=False).print(f"It is sent to {row[0]} again, under the same id.")


def list_open(url: str) -> None:
    with psycopg.connect(url, options=OPTIONS) as connection:
        rows = connection.execute(OPEN).fetchall()
    console = Console(highlight=False)
    if not rows:
        console.print("Every back office has acknowledged what it was handed.")
        return
    table = Table("hand-over", "back office", "state", "attempts", "error", box=None)
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)
