"""Notes what came of an attempt, in the row of the notice."""

import structlog

from workers.notifying.notice import Notice
from workers.notifying.outcomes import Later, NobodyToTell, Outcome, RefusedForGood, Sent
from workers.react import Connection

LONGEST_PAUSE = 300
SENT = """UPDATE notifications SET state = 'sent', sent_at = clock_timestamp(), error = ''
    WHERE notification_id = %s"""
DROPPED = "UPDATE notifications SET state = 'dropped', error = '' WHERE notification_id = %s"
FAILED = """UPDATE notifications SET state = 'failed', error = %s, failed_at = clock_timestamp()
    WHERE notification_id = %s"""
LATER = """UPDATE notifications SET state = 'queued', error = %s,
    due_at = clock_timestamp() + make_interval(secs => %s) WHERE notification_id = %s"""

log = structlog.get_logger()


async def note(connection: Connection, notice: Notice, outcome: Outcome) -> None:
    known = {"notification_id": str(notice.notification_id), "channel": notice.channel}
    match outcome:
        case Sent():
            log.info("mail_sent", **known)
            await connection.execute(SENT, (notice.notification_id,))
        case NobodyToTell():
            await connection.execute(DROPPED, (notice.notification_id,))
        case RefusedForGood(cause):
            log.error("mail_failed", error=cause, **known)
            await connection.execute(FAILED, (cause, notice.notification_id))
        case Later(cause):
            pause = min(2**notice.attempts, LONGEST_PAUSE)
            log.warning("mail_postponed", error=cause, seconds=pause, **known)
            await connection.execute(LATER, (cause, pause, notice.notification_id))
