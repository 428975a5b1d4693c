"""Notes what came of an attempt, in the row of the notice; a final failure in the log first."""

from datetime import UTC, datetime, timedelta
from typing import assert_never
from uuid import UUID

import structlog

from adapters.bootstrap import Parts
from adapters.crash_points import CrashPoint, reach
from domain.application.events import NotDelivered
from workers.notifying.notice import Notice, find
from workers.notifying.outcomes import (
    Later,
    NotTold,
    Outcome,
    RefusedForGood,
    Sent,
    Unanswered,
)
from workers.notifying.patience import PATIENCE, UNANSWERED
from workers.notifying.recording import known, not_delivered
from workers.react import Connection

SENT = """UPDATE notifications SET state = 'sent', sent_at = clock_timestamp(), error = ''
    WHERE notification_id = %s"""
DROPPED = "UPDATE notifications SET state = 'dropped', error = %s WHERE notification_id = %s"
FAILED = """UPDATE notifications SET state = %s, error = %s, failed_at = clock_timestamp(),
    settled_at = CASE WHEN %s THEN settled_at ELSE clock_timestamp() END
    WHERE notification_id = %s"""
LATER = """UPDATE notifications SET state = 'queued', error = %s,
    due_at = clock_timestamp() + %s WHERE notification_id = %s"""
ONCE_MORE = "UPDATE notifications SET unanswered = unanswered + 1 WHERE notification_id = %s"
# Who reports on a mail was given it, whatever its row says: its sender has not noted that yet, died
# before, or had no answer.
TAKEN = """UPDATE notifications SET state = 'sent', error = %s,
    sent_at = coalesce(sent_at, clock_timestamp())
    WHERE notification_id = %s AND state IN ('queued', 'sending', 'sent') RETURNING 1"""
DELIVERED = """UPDATE notifications SET state = 'delivered', delivered_at = clock_timestamp(),
    sent_at = coalesce(sent_at, clock_timestamp()), error = ''
    WHERE notification_id = %s AND (state IN ('queued', 'sending', 'sent')
        OR (state = 'failed' AND unanswered > 0)) RETURNING 1"""
# Found by its id alone, so that its sender is waited for.
HELD = """SELECT state IN ('queued', 'sending', 'sent', 'delivered')
        OR (state = 'failed' AND unanswered > 0 AND settled_at IS NULL)
    FROM notifications WHERE notification_id = %s FOR UPDATE"""

log = structlog.get_logger()


async def note(parts: Parts, connection: Connection, notice: Notice, outcome: Outcome) -> None:
    match outcome:
        case Sent():
            await connection.execute(SENT, (notice.notification_id,))
            log.info("notice_sent", **known(notice))
        case NotTold(cause):
            await connection.execute(DROPPED, (cause, notice.notification_id))
        case RefusedForGood(cause):
            await fail(parts, connection, notice, NotDelivered.REFUSED, cause)
        case Later(cause):
            await _postpone(parts, connection, notice, cause)
        case Unanswered():
            await _once_more(parts, connection, notice)
        case _:
            assert_never(outcome)


async def _postpone(parts: Parts, connection: Connection, notice: Notice, cause: str) -> None:
    patience = PATIENCE[notice.channel]
    if patience.is_over(notice, datetime.now(UTC)):
        await fail(parts, connection, notice, NotDelivered.GIVEN_UP, cause)
    else:
        await _pause(connection, notice, cause, patience.pause(notice.attempts))


async def _once_more(parts: Parts, connection: Connection, notice: Notice) -> None:
    """It may have arrived each time, so it is not sent as often as what was not handed over."""
    await connection.execute(ONCE_MORE, (notice.notification_id,))
    pause = PATIENCE[notice.channel].pause_unanswered(notice.unanswered + 1)
    if pause is None:
        await fail(parts, connection, notice, NotDelivered.GIVEN_UP, UNANSWERED)
    else:
        await _pause(connection, notice, UNANSWERED, pause)


async def _pause(connection: Connection, notice: Notice, cause: str, pause: timedelta) -> None:
    seconds = round(pause.total_seconds())
    log.warning("notice_postponed", error=cause, seconds=seconds, **known(notice))
    await connection.execute(LATER, (cause, pause, notice.notification_id))


async def fail(
    parts: Parts, connection: Connection, notice: Notice, cause: NotDelivered, detail: str
) -> None:
    """It will not be sent any more, or came back: the worklist and the operator are told."""
    matters = await not_delivered(parts, notice, cause, detail)
    reach(CrashPoint.NOTICE_AFTER_EVENT, parts.settings.crash_at)
    state = "bounced" if cause is NotDelivered.BOUNCED else "failed"
    row = (state, detail, matters, notice.notification_id)
    await connection.execute(FAILED, row)
    log.error("notice_failed", cause=cause.value, error=detail, **known(notice))


async def bounce(
    parts: Parts, connection: Connection, notification_id: UUID, detail: str
) -> Notice | None:
    """A notice that was sent has come back for good; `detail` is a code, never an address.

    None where no such notice was sent, or it is known already. Raise LockNotAvailable while its
    sender holds it.
    """
    async with connection.transaction():
        held = await (await connection.execute(HELD, (notification_id,))).fetchone()
        notice = await find(connection, notification_id) if held and held[0] else None
        if notice is not None:
            await fail(parts, connection, notice, NotDelivered.BOUNCED, detail)
    return notice


async def taken(connection: Connection, notification_id: UUID, detail: str) -> bool:
    """A mail server has it, and is not done with it, or tells no more; return whether it is ours.

    Raise LockNotAvailable while its sender holds it.
    """
    cursor = await connection.execute(TAKEN, (detail, notification_id))
    return await cursor.fetchone() is not None


async def arrive(connection: Connection, notification_id: UUID) -> bool:
    """Whoever carried it says that it is there; return whether that is news.

    Raise LockNotAvailable while its sender holds it. What had been noted as lost before is settled
    as whatever went through is, see settling.py.
    """
    cursor = await connection.execute(DELIVERED, (notification_id,))
    return await cursor.fetchone() is not None
