"""What the commands about parked streams do; the runners take up themselves what is sent back."""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from rich.console import Console
from rich.table import Table

from adapters.postgres.connecting import OPTIONS
from domain.working_days import BERLIN
from workers.catalogue import named
from workers.maintenance import NotAnId
from workers.wide import wide

PARKED = """SELECT runner, stream_id, count(*), (array_agg(error ORDER BY position))[1],
        min(position), min(parked_at), bool_or(requeued_at IS NOT NULL)
    FROM parked GROUP BY runner, stream_id ORDER BY min(parked_at)"""
SEND_BACK = """UPDATE parked SET requeued_at = clock_timestamp()
    WHERE stream_id = %(stream)s AND (%(runner)s::text IS NULL OR runner = %(runner)s)
    RETURNING runner"""
OF_OTHERS = "SELECT DISTINCT runner FROM parked WHERE stream_id = %s ORDER BY runner"
COLUMNS = ("runner", "stream", "events", "error", "from", "since", "")


def print_parked(url: str) -> None:
    console = Console(highlight=False)
    with psycopg.connect(url, options=OPTIONS) as connection:
        rows = connection.execute(PARKED).fetchall()
    if not rows:
        console.print("Nothing is set aside.")
        return
    table = Table(*COLUMNS, box=None)
    for runner, stream_id, events, error, position, since, requeued in rows:
        found = (stream_id, events, error, position, f"{since.astimezone(BERLIN):%d.%m.%Y %H:%M}")
        table.add_row(runner, *map(str, found), "sent back" if requeued else "")
    wide().print(table)


def requeue_stream(url: str, stream: str, runner: str | None) -> int:
    """Return how many events are sent back. Raise NotAnId or RunnerUnknown."""
    try:
        stream_id = UUID(stream)
    except ValueError:
        raise NotAnId(stream) from None
    named([runner] if runner else [])
    with psycopg.connect(url, options=OPTIONS) as connection:
        which = {"stream": stream_id, "runner": runner}
        sent_back = [row[0] for row in connection.execute(SEND_BACK, which).fetchall()]
        others = [row[0] for row in connection.execute(OF_OTHERS, (stream_id,)).fetchall()]
    console = Console(highlight=False)
    for name in dict.fromkeys(sent_back):
        console.print(f"{name}: {sent_back.count(name)} events are taken up again, in order.")
    if not sent_back:
        console.print(_not_set_aside(runner, others))
    return len(sent_back)


def _not_set_aside(runner: str | None, others: Sequence[str]) -> str:
    if not others:
        return "Nothing of it is set aside."
    return f"Nothing of it is set aside for {runner}, but for {', '.join(others)}."
