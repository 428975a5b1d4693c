"""What the commands about hand-overs do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import uvloop
from psycopg.rows import namedtuple_row
from rich.console import Console
from rich.text import Text

from adapters.hand_over.settings import BackOffice
from adapters.postgres.connecting import OPTIONS
from adapters.settings import Settings
from domain.saying import SaysWhatToDo
from domain.working_days import BERLIN
from workers.maintenance import NotAnId
from workers.named_in_vain import named_in_vain

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
OPEN = """SELECT hand_over_id, application_id, municipality, service, back_office, state, attempts,
        due_at, error
    FROM hand_overs WHERE state IN ('queued', 'sending', 'failed')
    ORDER BY position LIMIT 1000"""
ANYTHING = "SELECT EXISTS (SELECT FROM hand_overs)"
NOT_SET = "AMTSWEG_BACK_OFFICES is not set here, where this is asked."


class RedeliverRefused(SaysWhatToDo):
    """Nothing is handed over again.

    RedeliverRefused
    ├── HandOverUnknown
    ├── NothingToHandOver
    ├── BackOfficesNotSet
    ├── BackOfficeNotNamed
    └── BackOfficeNotCalled
    """


class HandOverUnknown(RedeliverRefused):
    """There is no such hand-over; `hand-over list` names those that are open."""


class NothingToHandOver(RedeliverRefused):
    """Nothing is sent: the person was erased, or the decision was undone before it was handed over.
    What was decided anew is a hand-over of its own; `hand-over list` names those that are open.
    """


class BackOfficesNotSet(RedeliverRefused):
    """AMTSWEG_BACK_OFFICES is not set here, where this is asked; export the same as for `work`, and
    ask again.
    """


class BackOfficeNotNamed(RedeliverRefused):
    """AMTSWEG_BACK_OFFICES does not name this back office here, where this is asked; export the
    same as for `work`, or name it there again:
    """


class BackOfficeNotCalled(RedeliverRefused):
    """This back office has no url in AMTSWEG_BACK_OFFICES, so it comes to fetch; it finds it in its
    outbox as before:
    """


def queue_again(settings: Settings, url: str, named: str) -> None:
    """Raise NotAnId or a kind of RedeliverRefused."""
    try:
        hand_over_id = UUID(named)
    except ValueError:
        raise NotAnId from None
    with psycopg.connect(url, options=OPTIONS) as connection:
        row = connection.execute(KNOWN, (hand_over_id,)).fetchone()
        if row is None:
            raise HandOverUnknown
        back_office, taken, gone = row
        if gone:
            raise NothingToHandOver
        _require_called(settings.back_offices, back_office)
        connection.execute(AGAIN, (hand_over_id,))
    hint = " It has acknowledged it before, and knows it by that id." if taken else ""
    said = f"`work` sends it to {back_office} again, under the same id.{hint}"
    Console(highlight=False, soft_wrap=True).print(said)


def _require_called(named: Sequence[BackOffice], back_office: str) -> None:
    """Raise BackOfficesNotSet, BackOfficeNotNamed or BackOfficeNotCalled."""
    if not named:
        raise BackOfficesNotSet
    called = {one.name: one.url is not None for one in named}
    if back_office not in called:
        raise BackOfficeNotNamed(back_office)
    if not called[back_office]:
        raise BackOfficeNotCalled(back_office)


def list_open(settings: Settings, url: str) -> None:
    with psycopg.connect(url, options=OPTIONS, row_factory=namedtuple_row) as connection:
        rows = connection.execute(OPEN).fetchall()
        (anything,) = connection.execute(ANYTHING).fetchone() or (False,)
    _tell(rows, settings, anything=anything)
    for one in uvloop.run(named_in_vain(settings, url)):
        Console(highlight=False, soft_wrap=True).print(str(one))


def _tell(rows: Sequence[Any], settings: Settings, *, anything: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if not (rows or settings.back_offices):
        console.print(NOT_SET)
    if not rows:
        taken = "Every back office has acknowledged what it was handed."
        console.print(taken if anything else "Nothing has been due to a back office yet.")
        return
    fetching = {one.name for one in settings.back_offices if not one.url}
    for row in rows:
        calls = "it comes to fetch" if row.back_office in fetching else _calls(row)
        console.print(f"hand-over {row.hand_over_id}")
        console.print(f"  {row.service} of {row.municipality}, application {row.application_id}")
        console.print(f"  {row.back_office}: {row.state}, {calls}")
        if row.error:
            console.print(Text(f"  {row.error}"))


def _calls(row: Any) -> str:
    if row.state == "failed":
        return f"called {row.attempts} times, and not again"
    due = row.due_at.astimezone(BERLIN)
    return f"called {row.attempts} times, next {max(due, datetime.now(BERLIN)):%d.%m.%Y %H:%M:%S}"
