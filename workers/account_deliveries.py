"""Asks whether letters are in the mailboxes of accounts: soon at first, seldom later, for 14 days.

FIT-Connect turns away by itself what nobody fetched for so long.
"""

import psycopg
import structlog

from adapters.account_mailbox.decided import require_decided
from adapters.account_mailbox.errors import MailboxRefuses, MailboxUnavailable
from adapters.account_mailbox.mailbox import Delivery
from adapters.bootstrap import Parts
from adapters.postgres.connecting import OPTIONS, connect
from adapters.runner_names import ACCOUNT_DELIVERIES
from domain.application.events import ApplicationSubmitted, NotDelivered
from workers.notifying.by_account import mailbox_of
from workers.notifying.notice import Notice, find
from workers.notifying.noting import arrive, fail
from workers.react import Connection
from workers.supervision import Runner, Tools

OFF = "no mailbox of accounts"
PAUSE_SECONDS = 2.0
PATIENT = f"{OPTIONS} -c idle_in_transaction_session_timeout=90s"
# Before anybody is asked, the next time is noted: one that hangs holds up no other.
TAKE = """UPDATE notifications SET due_at = clock_timestamp()
        + greatest('5 s', least('6 h', (clock_timestamp() - sent_at) / 2))
    WHERE notification_id = (
        SELECT notification_id FROM notifications
        WHERE state = 'sent' AND channel = 'account' AND due_at <= clock_timestamp()
            AND sent_at > clock_timestamp() - interval '14 days'
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING notification_id"""
NOT_AGAIN = "UPDATE notifications SET due_at = 'infinity' WHERE notification_id = %s"

log = structlog.get_logger()


async def ask_all(tools: Tools) -> None:
    while not tools.parts.settings.mailboxes:
        await tools.pulse.beat(detail=OFF)
        await tools.wake.wait(tools.wake.ticket())
    async with await connect(tools.parts.url, options=PATIENT) as connection:
        while True:
            ticket = tools.wake.ticket()
            await tools.pulse.beat()
            if not await ask_next(tools.parts, connection):
                await tools.wake.wait(ticket, PAUSE_SECONDS)


async def ask_next(parts: Parts, connection: Connection) -> bool:
    """Ask about the next letter that is due; False when there is none."""
    async with connection.transaction():
        row = await (await connection.execute(TAKE)).fetchone()
        notice = await find(connection, row[0]) if row else None
        if notice is None:
            return False
        await _note(parts, connection, notice, await _asked(parts, notice))
    return True


async def _asked(parts: Parts, notice: Notice) -> Delivery | None:
    """None where nobody says it. One that cannot be looked up is asked for later, and holds up no
    other.
    """
    try:
        return await _told(parts, notice)
    except psycopg.Error:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, this one waits
        known = {"notification_id": str(notice.notification_id), "error": type(error).__name__}
        log.warning("delivery_not_asked", **known)
        return Delivery.SUBMITTED


async def _told(parts: Parts, notice: Notice) -> Delivery | None:
    """A service that knows nothing of it is not asked again."""
    (first,) = await parts.log.history(notice.application_id, version=1)
    submitted: ApplicationSubmitted = first.event
    mailbox = mailbox_of(parts, submitted)
    if mailbox is None:  # erased; or a provider that may be named again
        return Delivery.SUBMITTED if submitted.mailbox else None
    try:
        return await mailbox.delivery_of(notice.notification_id)
    except MailboxUnavailable:
        return Delivery.SUBMITTED
    except MailboxRefuses as refused:
        told = {"notification_id": str(notice.notification_id), "error": refused.cause}
        log.warning("delivery_not_told", **told)
        return None


async def _note(
    parts: Parts, connection: Connection, notice: Notice, delivery: Delivery | None
) -> None:
    match delivery:
        case Delivery.ACCEPTED:
            await arrive(connection, notice.notification_id)
        case Delivery.REJECTED:
            await fail(parts, connection, notice, NotDelivered.REFUSED, "rejected")
        case Delivery.SUBMITTED:
            pass
        case None:
            await connection.execute(NOT_AGAIN, (notice.notification_id,))


RUNNER = Runner(ACCOUNT_DELIVERIES, ask_all, require_decided)
