"""Tells applicants what happened: one mail an event for ever, also after a rebuild or a crash.

The row is made in the transaction that moves the notifier's position, under a key derived from the
event. It is marked `sending` before the mail server is asked. A crash between the server's
acceptance and our note of it sends the same mail again, under the same Message-ID: that is as far
as SMTP allows.
"""

from dataclasses import replace
from uuid import UUID

import structlog

from adapters.bootstrap import Parts
from adapters.event_store.recorded import Recorded
from adapters.ids import derived_id
from adapters.mail.letters import compose
from adapters.mail.notices import NOTICES
from adapters.mail.smtp import MailRefused, MailServerUnavailable
from adapters.runner_names import MAIL_SENDER, NOTIFIER
from workers.react import Connection, Reaction
from workers.supervision import Runner, Tools

LEASE_SECONDS = 30
QUEUE = """INSERT INTO notifications (notification_id, application_id, template, version, position)
    VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
TAKE = """UPDATE notifications SET state = 'sending', attempts = attempts + 1,
        due_at = clock_timestamp() + make_interval(secs => %s)
    WHERE notification_id = (
        SELECT notification_id FROM notifications
        WHERE state IN ('queued', 'sending') AND due_at <= clock_timestamp()
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING notification_id, application_id, template, version, attempts"""
SENT = """UPDATE notifications SET state = 'sent', sent_at = clock_timestamp(), error = ''
    WHERE notification_id = %s"""
FAILED = "UPDATE notifications SET state = 'failed', error = %s WHERE notification_id = %s"
LATER = """UPDATE notifications SET state = 'queued', error = %s,
    due_at = clock_timestamp() + make_interval(secs => %s) WHERE notification_id = %s"""

log = structlog.get_logger()


async def queue(_: Parts, connection: Connection, recorded: Recorded) -> None:
    template = NOTICES[type(recorded.event)]
    notification_id = derived_id(recorded.event_id, "applicant", template)
    where = (recorded.stream_id, template, recorded.version, recorded.position)
    await connection.execute(QUEUE, (notification_id, *where))


QUEUEING = Reaction(NOTIFIER, dict.fromkeys(NOTICES, queue))


async def send_all(tools: Tools) -> None:
    while True:
        ticket = tools.wake.ticket()
        await tools.pulse.beat()
        if not await send_next(tools.parts):
            # The row comes a moment after the event that woke us.
            await tools.wake.wait(ticket, 0.1)


async def send_next(parts: Parts) -> bool:
    """Send the next mail that is due; False when there is none."""
    async with parts.pool.connection() as connection:
        row = await (await connection.execute(TAKE, (LEASE_SECONDS,))).fetchone()
    if row is None:
        return False
    notification_id, application_id, template, version, attempts = row
    try:
        error = await _send(parts, notification_id, application_id, template, version)
    except MailServerUnavailable:
        pause = min(2**attempts, 3600)
        await _note(parts, LATER, "mail server unavailable", pause, notification_id)
        log.warning("mail_postponed", notification_id=str(notification_id), seconds=pause)
        return True
    if error:
        log.error("mail_failed", notification_id=str(notification_id), error=error)
        await _note(parts, FAILED, error, notification_id)
    else:
        log.info("mail_sent", notification_id=str(notification_id), template=template)
        await _note(parts, SENT, notification_id)
    return True


async def _send(
    parts: Parts, notification_id: UUID, application_id: UUID, template: str, version: int
) -> str:
    """Return why it cannot be sent, or nothing. Raise MailServerUnavailable to try later."""
    history = await parts.log.history(application_id, version=version)
    message = compose(notification_id, template, history, parts.catalogue)
    if message is None:
        return "the applicant gave no e-mail address"
    try:
        await replace(parts.mail, sender=str(message["From"])).send(message)
    except MailRefused as error:
        return error.cause
    return ""


async def _note(parts: Parts, statement: str, *parameters: object) -> None:
    async with parts.pool.connection() as connection:
        await connection.execute(statement.encode(), parameters)


SENDER = Runner(MAIL_SENDER, send_all)
