"""How `status` looks: whole, with what is to be done at the end; or live, with it on top."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Column, Table
from rich.text import Text

from adapters.account_mailbox.refused import DAYS
from adapters.hand_over.seen import HandOversSeen
from adapters.mail.digests_seen import DigestsSeen
from adapters.runners_seen import FailingRunner, MailsSeen, RunnerSeen, SilentWorker
from domain.working_days import BERLIN
from workers.seen import Seen, verdict

# A live picture is of now: what lags for less, or failed before that, is well in it.
WELL_LAG_SECONDS = 10
FAILED_LATELY = timedelta(minutes=10)
NOT_SENT_SHOWN = 3
# The head of the table, what is left out, those that are well, and the cursor.
LINES_BESIDE = 4


def picture(seen: Seen, now: datetime) -> Group:
    return Group(
        _head(seen, now),
        _table(seen.runners, now),
        *_queues(seen),
        *_alarms(seen, now),
        *(_not_sent(one) for one in seen.not_sent),
        *verdict(seen),
    )


@dataclass(frozen=True, slots=True)
class LivePicture:
    """What needs a person comes first, and as many runners as there is room for: none that is
    well.
    """

    seen: Seen
    now: datetime

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        seen, now = self.seen, self.now
        top = Group(
            _head(seen, now),
            *verdict(seen),
            *(_not_sent(one) for one in seen.not_sent[:NOT_SENT_SHOWN]),
            *_more(len(seen.not_sent) - NOT_SENT_SHOWN),
            *_alarms(seen, now),
            *_queues(seen),
        )
        unwell = [runner for runner in seen.runners if not _is_well(runner, now)]
        taken = len(console.render_lines(top, options, pad=False))
        shown = unwell[: max(console.height - taken - LINES_BESIDE, 0)]
        yield top
        if shown:
            yield _table(shown, now, no_wrap=True)
        yield from _more(len(unwell) - len(shown))
        yield Text(f"{len(seen.runners) - len(unwell)} of {len(seen.runners)} runners are well.")


def _is_well(runner: RunnerSeen, now: datetime) -> bool:
    lately = runner.failed_at is not None and now - runner.failed_at < FAILED_LATELY
    behind = runner.lag > 0 and runner.lag_seconds > WELL_LAG_SECONDS
    runs = runner.alive and runner.state == "running"
    return runs and not (lately or behind or runner.parked)


def _head(seen: Seen, now: datetime) -> Text:
    return Text(f"{seen.head} events in the log, {now.astimezone(BERLIN):%d.%m.%Y %H:%M:%S}")


def _more(number: int) -> Iterator[Text]:
    if number > 0:
        yield Text(f"... and {number} more; `status` without --watch shows all.")


def _table(runners: Sequence[RunnerSeen], now: datetime, *, no_wrap: bool = False) -> Table:
    parked = any(runner.parked for runner in runners)
    names = ("state", "lag", *(("parked",) if parked else ()))
    table = Table(
        *(Column(name, no_wrap=True) for name in ("runner", *names)),
        "remarks",
        box=None,
        pad_edge=False,
    )
    for runner in runners:
        aside = (str(runner.parked or ""),) if parked else ()
        remarks = Text(_remarks(runner, now), no_wrap=no_wrap, overflow="ellipsis")
        cells = (runner.runner, _state(runner, now), _lag(runner), *aside, remarks)
        table.add_row(*cells, style="" if runner.alive else "red")
    return table


def _state(runner: RunnerSeen, now: datetime) -> str:
    """One that does not beat is not said to run, whatever it said last."""
    if runner.alive or runner.beat_at is None:
        return runner.state
    last = "silent" if runner.state in {"running", "waiting"} else runner.state
    return f"{last} {_long((now - runner.beat_at).total_seconds())}"


def _lag(runner: RunnerSeen) -> str:
    """For how long, too, where its silence does not say so."""
    if not (runner.lag and runner.alive):
        return str(runner.lag or "")
    return f"{runner.lag}, {_long(runner.lag_seconds)}"


def _remarks(runner: RunnerSeen, now: datetime) -> str:
    failed = runner.last_error
    if failed and runner.failed_at:
        failed += f", {_ago(runner.failed_at, now)}"
    detail = runner.detail if runner.detail != runner.last_error else ""
    return "; ".join(filter(None, (detail, failed)))


def _queues(seen: Seen) -> Iterator[Text]:
    yield _queue("Notices", seen.mails)
    for one in seen.hand_overs:
        yield _queue(f"To {one.back_office}", one)
    yield _queue("Digests", seen.digests)


def _queue(name: str, queue: MailsSeen | HandOversSeen | DigestsSeen) -> Text:
    # A notice that is tried again and again waits since it was queued.
    seconds = queue.longest_seconds if isinstance(queue, MailsSeen) else queue.oldest_seconds
    return Text(
        f"{name}: {queue.queued} waiting, the oldest for {seconds:.0f} s; "
        f"{queue.failed} failed for good.",
        style="red" if queue.failed else "",
    )


def _alarms(seen: Seen, now: datetime) -> Iterator[Text]:
    for worker in seen.silent:
        yield _silent(worker, now)
    for one in seen.failing:
        yield _failing(one)
    for refused in seen.states_refused.items():
        yield _refused(*refused)


def _failing(one: FailingRunner) -> Text:
    return Text(f"Worker {one.worker}: {one.runner} fails there: {one.error}.", style="yellow")


def _not_sent(what: str) -> Text:
    return Text(f"Not sent: {what}", style="red")


def _refused(cause: str, number: int) -> Text:
    """The letter says the same, so it is no fault of ours to mend; but whoever runs it can."""
    what = f"{number} states refused within {DAYS} days: {cause}"
    return Text(f"Mailboxes of accounts: {what}; ask who runs that mailbox.", style="yellow")


def _silent(worker: SilentWorker, now: datetime) -> Text:
    """No fault where others do its work; but an operator wants to know."""
    what = f"{worker.runners} of its runners last beat {_ago(worker.beat_at, now)}"
    return Text(f"Worker {worker.worker}: {what}; it hangs, or was killed.", style="yellow")


def _ago(moment: datetime, now: datetime) -> str:
    return f"{_long((now - moment).total_seconds())} ago"


def _long(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
