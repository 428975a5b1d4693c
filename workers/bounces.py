"""Collects what mail servers report about mails, and notes it: read twice, it changes nothing.

A report is taken away once it is noted. One that nobody understands is left for a person, for a
month at most: nobody else would ever empty that mailbox.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from psycopg.errors import LockNotAvailable

from adapters.bootstrap import Parts
from adapters.crash_points import CrashPoint, reach
from adapters.mail.bounce_mailbox import Arrived, BounceMailbox, BounceMailboxUnavailable
from adapters.mail.reports import read_report, read_sent_to
from adapters.mail.return_paths import ReturnPathForged, ReturnPaths
from adapters.postgres.connecting import connect
from adapters.runner_names import BOUNCES
from workers.notifying.hearing import KINDS, Kind, hear
from workers.react import Connection
from workers.supervision import BEAT_SECONDS, Runner, Tools

OFF, WAITING = "no mailbox for bounces", "the mailbox does not answer"
COUNTED = """INSERT INTO mail_reports (kind, count) VALUES (%s, 1) ON CONFLICT (kind) DO UPDATE
    SET count = mail_reports.count + 1, last_at = clock_timestamp()"""
KEPT = """INSERT INTO mail_reports (kind, count) VALUES ('kept', %s) ON CONFLICT (kind) DO UPDATE
    SET count = excluded.count, last_at = clock_timestamp()"""
KEPT_FOR = timedelta(days=30)
# One reader at a time. Whoever hangs while it has its turn loses the connection, and that with it.
TURN = "SELECT pg_try_advisory_lock(hashtextextended('amtsweg.bounces', 0))"
CUT_OFF = "SET idle_session_timeout = '2min'"
OVER = "SELECT pg_advisory_unlock(hashtextextended('amtsweg.bounces', 0))"
NOT_CUT_OFF = "RESET idle_session_timeout"

log = structlog.get_logger()


Beat = Callable[[], Awaitable[None]]


async def collect_all(tools: Tools) -> None:
    settings, paths = tools.parts.settings.bounces, tools.parts.return_paths
    if settings is None or paths is None:
        while True:
            await tools.pulse.beat(detail=OFF)
            await tools.wake.wait(tools.wake.ticket())
    box, detail = BounceMailbox(settings), ""
    async with await connect(tools.parts.url) as connection:
        while True:
            await tools.pulse.beat(detail=detail)
            try:
                while await collect(tools.parts, connection, box, paths, tools.pulse.beat):
                    pass
                await tidy(connection, box)
                detail = ""
            except BounceMailboxUnavailable as error:
                log.warning("bounces_not_read", error=error.args[0])
                detail = WAITING
            await _pause(tools, settings.seconds, detail)


async def _pause(tools: Tools, seconds: float, detail: str) -> None:
    """What happens here does not tell what arrives there, so nothing wakes us."""
    while seconds > 0:
        await tools.pulse.beat(detail=detail)
        await asyncio.sleep(min(seconds, BEAT_SECONDS))
        seconds -= BEAT_SECONDS


async def collect(
    parts: Parts, connection: Connection, box: BounceMailbox, paths: ReturnPaths, beat: Beat
) -> int:
    """Note some of what has arrived, one after another, each marked at once; return how much was
    marked: nothing while another worker has its turn.

    Raise BounceMailboxUnavailable.
    """
    async with _turn(connection) as ours:
        return await _collect(parts, connection, box, paths, beat) if ours else 0


@asynccontextmanager
async def _turn(connection: Connection) -> AsyncIterator[bool]:
    row = await (await connection.execute(TURN)).fetchone()
    if row is None or not row[0]:
        yield False
        return
    await connection.execute(CUT_OFF.encode())
    try:
        yield True
    finally:
        await connection.execute(OVER)
        await connection.execute(NOT_CUT_OFF)


async def _collect(
    parts: Parts, connection: Connection, box: BounceMailbox, paths: ReturnPaths, beat: Beat
) -> int:
    """What is about a mail that its sender still holds is there the next time."""
    marked = 0
    for one in await box.new():
        await beat()
        try:
            kind = await take(parts, connection, one, paths)
        except LockNotAvailable:
            continue
        if kind is Kind.UNREAD:
            await box.leave(one.uid)
        else:
            await box.take_away(one.uid)
        marked += 1
    return marked


async def tidy(connection: Connection, box: BounceMailbox) -> None:
    """Delete what was left for long enough; what still is there is for somebody to look at."""
    kept = await box.clear((datetime.now(UTC) - KEPT_FOR).date())
    await connection.execute(KEPT, (kept,))


async def take(parts: Parts, connection: Connection, arrived: Arrived, paths: ReturnPaths) -> Kind:
    # What strangers wrote may take a while to read; in a thread it holds up nobody.
    kind, notification_id, status = await asyncio.to_thread(_meant, arrived.content, paths)
    async with connection.transaction():
        if notification_id is None or await hear(parts, connection, kind, notification_id, status):
            await connection.execute(COUNTED, (kind,))
    reach(CrashPoint.BOUNCE_AFTER_NOTE, parts.settings.crash_at)
    return kind


def _meant(content: bytes, paths: ReturnPaths) -> tuple[Kind, UUID | None, str]:
    """Whom it is about comes first: what was not sent to a return path of ours is not read."""
    try:
        notification_id = paths.named_in(read_sent_to(content))
    except ReturnPathForged:
        log.warning("return_path_forged")
        return Kind.FORGED, None, ""
    if notification_id is None:
        return Kind.UNREAD, None, ""
    report = read_report(content)
    if report.action is None:
        return Kind.UNREAD, None, ""
    return KINDS[report.action], notification_id, report.status


RUNNER = Runner(BOUNCES, collect_all)
