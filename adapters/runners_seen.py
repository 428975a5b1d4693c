"""How the runners stand: what their heartbeats, their positions and the log say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from adapters.runner_names import RUNNER_NAMES

HEARTBEAT_SECONDS = 30
# Positions have no gaps: the first event that a runner has not read is the one after its own.
RUNNERS = """SELECT runner, coalesce(p.position, 0) AS position, b.beat_at,
        CASE WHEN p.runner IS NULL THEN 0 ELSE head.position - p.position END AS lag,
        coalesce(extract(epoch FROM clock_timestamp() - unread.recorded_at), 0)::float8
            AS lag_seconds,
        coalesce(b.state, 'never seen') AS state, coalesce(b.detail, '') AS detail,
        coalesce(b.state IN ('running', 'waiting')
            AND b.beat_at > clock_timestamp() - make_interval(secs => %s), false) AS alive,
        coalesce(b.last_error, '') AS last_error, b.failed_at,
        (SELECT count(*) FROM parked WHERE parked.runner = p.runner) AS parked
    FROM unnest(%s::text[]) AS named (runner)
        LEFT JOIN positions p USING (runner) LEFT JOIN heartbeats b USING (runner)
        LEFT JOIN events unread ON unread.notification_id = p.position + 1,
        (SELECT coalesce(max(notification_id), 0) AS position FROM events) head
    ORDER BY runner"""
MAILS = """SELECT count(*) FILTER (WHERE state IN ('queued', 'sending')) AS queued,
        count(*) FILTER (WHERE state = 'failed') AS failed,
        coalesce(extract(epoch FROM clock_timestamp() - min(due_at) FILTER
            (WHERE state IN ('queued', 'sending') AND due_at < clock_timestamp())), 0)::float8
            AS oldest_seconds
    FROM notifications"""
HEAD = "SELECT coalesce(max(notification_id), 0) FROM events"

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerSeen:
    """`lag`: events of the log not read yet, the first of them recorded `lag_seconds` ago.

    `parked`: events set aside for a person. `state`: `waiting` where it is at work and waits for
    another service, which `detail` names. `last_error`: the kind of the last failure, at
    `failed_at`; what it said is nowhere, for it may hold personal data.
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
class MailsSeen:
    """`failed`: for good; the oldest that could go has waited for so many seconds."""

    queued: int
    failed: int
    oldest_seconds: float


async def runners_seen(connection: Connection) -> Sequence[RunnerSeen]:
    async with connection.cursor(row_factory=class_row(RunnerSeen)) as cursor:
        await cursor.execute(RUNNERS, (HEARTBEAT_SECONDS, list(RUNNER_NAMES)))
        return await cursor.fetchall()


async def mails_seen(connection: Connection) -> MailsSeen:
    async with connection.cursor(row_factory=class_row(MailsSeen)) as cursor:
        await cursor.execute(MAILS)
        (found,) = await cursor.fetchall()
        return found


async def log_head(connection: Connection) -> int:
    """Return how many events there are."""
    row = await (await connection.execute(HEAD)).fetchone()
    return int(row[0]) if row else 0
