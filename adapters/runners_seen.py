"""How the runners stand: what their heartbeats, their positions and the log say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from adapters.runner_names import RUNNER_NAMES

HEARTBEAT_SECONDS = 30
# Who was killed is not told from who hangs, and is shown for as long.
SILENT_SECONDS = 3600
# Positions have no gaps: the first event that a runner has not read is the one after its own.
RUNNERS = """SELECT named.runner, coalesce(p.position, 0) AS position, b.beat_at,
        CASE WHEN p.runner IS NULL THEN 0 ELSE head.position - p.position END AS lag,
        coalesce(extract(epoch FROM clock_timestamp() - unread.recorded_at), 0)::float8
            AS lag_seconds,
        coalesce(b.state, 'never seen') AS state, coalesce(b.detail, '') AS detail,
        coalesce(b.alive, false) AS alive, coalesce(failed.last_error, '') AS last_error,
        failed.failed_at,
        (SELECT count(*) FROM parked WHERE parked.runner = p.runner) AS parked
    FROM unnest(%s::text[]) AS named (runner)
        LEFT JOIN positions p USING (runner)
        LEFT JOIN LATERAL (SELECT *, state IN ('running', 'waiting')
                AND beat_at > clock_timestamp() - make_interval(secs => %s) AS alive
            FROM heartbeats h WHERE h.runner = named.runner
            ORDER BY alive DESC, beat_at DESC LIMIT 1) b ON true
        LEFT JOIN LATERAL (SELECT last_error, failed_at FROM heartbeats h
            WHERE h.runner = named.runner AND failed_at IS NOT NULL
            ORDER BY failed_at DESC LIMIT 1) failed ON true
        LEFT JOIN events unread ON unread.notification_id = p.position + 1,
        (SELECT coalesce(max(notification_id), 0) AS position FROM events) head
    ORDER BY named.runner"""
MAILS = """SELECT count(*) FILTER (WHERE state IN ('queued', 'sending')) AS queued,
        count(*) FILTER (WHERE state IN ('failed', 'bounced')) AS failed,
        coalesce(extract(epoch FROM clock_timestamp() - min(due_at) FILTER
            (WHERE state IN ('queued', 'sending') AND due_at < clock_timestamp())), 0)::float8
            AS oldest_seconds,
        coalesce(extract(epoch FROM clock_timestamp() - min(queued_at) FILTER
            (WHERE state IN ('queued', 'sending'))), 0)::float8 AS longest_seconds
    FROM notifications
    WHERE state IN ('queued', 'sending', 'bounced', 'failed') AND settled_at IS NULL"""
NOTICES = """SELECT channel, state, count(*) FROM notifications
    WHERE state IN ('queued', 'sending', 'bounced', 'failed') AND settled_at IS NULL
    GROUP BY 1, 2 ORDER BY 1, 2"""
# One that was told to stop said so. Where a worker hangs, another may do its work all the same.
# What is no runner, as that which listens for news, has no rounds to beat in.
SILENT = """SELECT worker, min(beat_at) AS beat_at, count(*) AS runners FROM heartbeats
    WHERE worker <> '' AND state <> 'stopped' AND runner = ANY(%s)
        AND clock_timestamp() - beat_at BETWEEN make_interval(secs => %s)
            AND make_interval(secs => %s)
    GROUP BY worker ORDER BY worker"""
# Where another worker runs it all the same, the runner itself is seen to be alive.
FAILING = """SELECT worker, runner, detail AS error FROM heartbeats
    WHERE worker <> '' AND state = 'restarting'
        AND beat_at > clock_timestamp() - make_interval(secs => %s)
    ORDER BY worker, runner"""
HEAD = "SELECT coalesce(max(notification_id), 0) FROM events"

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerSeen:
    """`lag`: events of the log not read yet, the first of them recorded `lag_seconds` ago.

    `parked`: events set aside for a person. `state`: `waiting` where it is at work and waits for
    another service, which `detail` names. `last_error`: the kind of the last failure, at
    `failed_at`; what it said is nowhere, for it may hold personal data. Of several
    workers, one that is alive is seen.
    """

    runner: str
    position: int
    lag: int
    lag_seconds: float
    beat_at: datetime | None
    state: str
    detail: str
    alive: bool
    parked: int
    last_error: str
    failed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentWorker:
    """A machine and process, so many runners of which have not beaten since: it hangs or died."""

    worker: str
    beat_at: datetime
    runners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingRunner:
    """A runner that has just failed in a worker, and starts again; `error` is the kind."""

    worker: str
    runner: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsSeen:
    """`failed`: for good or come back, and nobody has seen to it. The oldest that could go has
    waited for `oldest_seconds`; the one that is tried longest was queued `longest_seconds` ago.
    """

    queued: int
    failed: int
    oldest_seconds: float
    longest_seconds: float


async def runners_seen(connection: Connection) -> Sequence[RunnerSeen]:
    async with connection.cursor(row_factory=class_row(RunnerSeen)) as cursor:
        await cursor.execute(RUNNERS, (list(RUNNER_NAMES), HEARTBEAT_SECONDS))
        return await cursor.fetchall()


async def silent_workers(connection: Connection) -> Sequence[SilentWorker]:
    async with connection.cursor(row_factory=class_row(SilentWorker)) as cursor:
        await cursor.execute(SILENT, (list(RUNNER_NAMES), HEARTBEAT_SECONDS, SILENT_SECONDS))
        return await cursor.fetchall()


async def failing_runners(connection: Connection) -> Sequence[FailingRunner]:
    async with connection.cursor(row_factory=class_row(FailingRunner)) as cursor:
        await cursor.execute(FAILING, (HEARTBEAT_SECONDS,))
        return await cursor.fetchall()


async def mails_seen(connection: Connection) -> MailsSeen:
    async with connection.cursor(row_factory=class_row(MailsSeen)) as cursor:
        await cursor.execute(MAILS)
        (found,) = await cursor.fetchall()
        return found


async def notices_seen(connection: Connection) -> Sequence[tuple[str, str, int]]:
    """Return by way and state how many wait, or need somebody's care."""
    return await (await connection.execute(NOTICES)).fetchall()


async def log_head(connection: Connection) -> int:
    """Return how many events there are."""
    row = await (await connection.execute(HEAD)).fetchone()
    return int(row[0]) if row else 0
