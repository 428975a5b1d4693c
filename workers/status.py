"""What an operator looks at: a live table of the runners, their lag, their errors, the queues."""

import asyncio
from datetime import UTC, datetime
from typing import NoReturn

import psycopg
from rich.console import Console, Group
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from adapters.account_mailbox.refused import DAYS, states_refused
from adapters.hand_over.seen import HandOversSeen, hand_overs_seen
from adapters.mail.digests_seen import DigestsSeen, digests_seen
from adapters.mail.failed import failed_mails
from adapters.postgres.connecting import connect
from adapters.runners_seen import (
    Connection,
    FailingRunner,
    MailsSeen,
    RunnerSeen,
    SilentWorker,
    failing_runners,
    log_head,
    mails_seen,
    runners_seen,
    silent_workers,
)
from domain.working_days import BERLIN
from workers.seen import Seen, verdict

REFRESH_SECONDS = 1.0
NOT_SEEN = Text("The database does not answer.", style="red")
COLUMNS = ("runner", "state", "lag", "seconds", "last beat", "parked", "last error")


def show_status(url: str, *, watch: bool) -> bool:
    """Print it, once or again and again until Ctrl-C; return whether all was well at last."""
    console = Console()
    try:
        return asyncio.run(watched(console, url) if watch else _once(console, url))
    except KeyboardInterrupt:
        return True


async def _once(console: Console, url: str) -> bool:
    async with await connect(url) as connection:
        seen = await look(connection)
    console.print(picture(seen, datetime.now(UTC)))
    return seen.all_well


async def watched(console: Console, url: str) -> NoReturn:
    """For ever; where a database that was there goes away, say so, and go on when it is back."""
    shown = await _shown(url)
    with Live(shown, console=console, screen=False) as live:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                live.update(await _shown(url))
            except (psycopg.OperationalError, psycopg.InterfaceError):
                live.update(NOT_SEEN)


async def _shown(url: str) -> Group:
    async with await connect(url) as connection:
        return picture(await look(connection), datetime.now(UTC))


async def look(connection: Connection) -> Seen:
    return Seen(
        await log_head(connection),
        await runners_seen(connection),
        await mails_seen(connection),
        await hand_overs_seen(connection),
        await digests_seen(connection),
        await silent_workers(connection),
        await failing_runners(connection),
        await failed_mails(connection),
        await states_refused(connection),
    )


def picture(seen: Seen, now: datetime) -> Group:
    name, *others = COLUMNS
    table = Table(Column(name, no_wrap=True), *others, box=None, pad_edge=False)
    for runner in seen.runners:
        table.add_row(*_row(runner, now), style="" if runner.alive else "red")
    return Group(
        Text(f"{seen.head} events in the log, {now.astimezone(BERLIN):%d.%m.%Y %H:%M:%S}"),
        table,
        _queue("Notices", seen.mails),
        *(_queue(f"To {one.back_office}", one) for one in seen.hand_overs),
        _queue("Digests", seen.digests),
        *(_silent(worker, now) for worker in seen.silent),
        *(_failing(one) for one in seen.failing),
        *(Text(f"Not sent: {one}", style="red") for one in seen.not_sent),
        *(_refused(*one) for one in seen.states_refused.items()),
        *verdict(seen),
    )


def _queue(name: str, queue: MailsSeen | HandOversSeen | DigestsSeen) -> Text:
    # A notice that is tried again and again waits since it was queued.
    seconds = queue.longest_seconds if isinstance(queue, MailsSeen) else queue.oldest_seconds
    return Text(
        f"{name}: {queue.queued} waiting, the oldest for {seconds:.0f} s; "
        f"{queue.failed} failed for good.",
        style="red" if queue.failed else "",
    )


def _failing(one: FailingRunner) -> Text:
    return Text(f"Worker {one.worker}: {one.runner} fails there: {one.error}.", style="yellow")


def _refused(cause: str, number: int) -> Text:
    """The letter says the same, so it is no fault of ours to mend; but whoever runs it can."""
    what = f"{number} states refused within {DAYS} days: {cause}"
    return Text(f"Mailboxes of accounts: {what}; ask who runs that mailbox.", style="yellow")


def _silent(worker: SilentWorker, now: datetime) -> Text:
    """No fault where others do its work; but an operator wants to know."""
    what = f"{worker.runners} of its runners last beat {_ago(worker.beat_at, now)}"
    return Text(f"Worker {worker.worker}: {what}; it hangs, or was killed.", style="yellow")


def _row(runner: RunnerSeen, now: datetime) -> tuple[str, ...]:
    state = runner.state if runner.alive else f"{runner.state}, not beating"
    error = runner.last_error
    if error and runner.failed_at:
        error += f", {_ago(runner.failed_at, now)}"
    return (
        runner.runner,
        f"{state}: {runner.detail}" if runner.detail else state,
        str(runner.lag),
        f"{runner.lag_seconds:.1f}" if runner.lag else "",
        _ago(runner.beat_at, now) if runner.beat_at else "never",
        str(runner.parked or ""),
        error,
    )


def _ago(moment: datetime, now: datetime) -> str:
    seconds = max((now - moment).total_seconds(), 0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{seconds:.0f} s ago"
