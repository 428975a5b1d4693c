"""What the commands about hand-overs do."""

from uuid import UUID

import psycopg
from rich.console import Console
from rich.table import Table

from adapters.postgres.connecting import OPTIONS
from adapters.settings import Settings
from domain.saying import SaysWhatToDo
from workers.wide import wide

# `gone`: the log says so before the sender finds it out. What was taken once is with the back
# office, whatever was decided since.
KNOWN = """SELECT back_office, delivered_at IS NOT NULL AS taken, state = 'dropped' OR EXISTS (
        SELECT FROM events WHERE originator_id = application_id AND (topic = 'ApplicantErased'
            OR (topic = 'ApplicationReopened' AND notification_id > position
                AND delivered_at IS NULL))) AS gone
    FROM hand_overs WHERE hand_over_id = %s FOR UPDATE"""
# Attempts begin anew, and with them the three days.
AGAIN = """UPDATE hand_overs SET state = 'queued', attempts = 0, error = '',
    due_at = clock_timestamp() WHERE hand_over_id = %s"""
OPEN = """SELECT hand_over_id, back_office, state, attempts, error FROM hand_overs
    WHERE state IN ('queued', 'sending', 'failed') ORDER BY position LIMIT 1000"""


class RedeliverRefused(SaysWhatToDo):
    """Nothing is handed over again.

    RedeliverRefused
    ├── HandOverUnknown
    ├── NothingToHandOver
    └── BackOfficeNotCalled
    """


class HandOverUnknown(RedeliverRefused):
    """There is no such hand-over; `hand-over list` names those that are open."""


class NothingToHandOver(RedeliverRefused):
    """Nothing is sent: the person was erased, or the decision was undone before it was handed over.
    What was decided anew is a hand-over of its own; `hand-over list` names those that are open.
    """


class BackOfficeNotCalled(RedeliverRefused):
    """This back office has no url in AMTSWEG_BACK_OFFICES, so it comes to fetch; it finds it in its
    outbox as before:
    """


def queue_again(settings: Settings, url: str, hand_over_id: UUID) -> None:
    """Raise HandOverUnknown, NothingToHandOver or BackOfficeNotCalled."""
    with psycopg.connect(url, options=OPTIONS) as connection:
        row = connection.execute(KNOWN, (hand_over_id,)).fetchone()
        if row is None:
            raise HandOverUnknown
        back_office, taken, gone = row
        if gone:
            raise NothingToHandOver
        if back_office not in {one.name for one in settings.back_offices if one.url}:
            raise BackOfficeNotCalled(back_office)
        connection.execute(AGAIN, (hand_over_id,))
    hint = " It has acknowledged it before, and knows it by that id." if taken else ""
    said = f"`work` sends it to {back_office} again, under the same id.{hint}"
    Console(highlight=False, soft_wrap=True).print(said)


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
    wide().print(table)
