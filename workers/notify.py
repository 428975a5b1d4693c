"""Tells applicants what happened: one mail an event for ever, also after a rebuild or a crash.

The row is made in the transaction that moves the notifier's position, under a key derived from the
event. Its lock is held until the mail server's answer is noted, so a crash gives it back at once:
a mail that was accepted, but not noted, is sent again under the same Message-ID. That is as far as
SMTP allows.
"""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import structlog

from adapters.bootstrap import Parts
from adapters.event_store.recorded import Recorded
from adapters.ids import derived_id
from adapters.mail.letters import compose
from adapters.mail.notices import NOTICES, OFFICE_NOTICES
from adapters.mail.smtp import MailRefused, MailServerUnavailable
from adapters.postgres.connecting import OPTIONS, connect
from adapters.runner_names import MAIL_SENDER, NOTIFIER
from workers.consume import Consumer
from workers.react import Connection
from workers.supervision import Runner, Tools

SEND_SECONDS, LONGEST_PAUSE = 25, 300
# The transaction stands still while the mail server is asked.
PATIENT = f"{OPTIONS} -c idle_in_transaction_session_timeout=90s"
TEMPLATES = {**NOTICES, **OFFICE_NOTICES}
QUEUE = """INSERT INTO notifications (notification_id, application_id, template, version, position)
    VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
TAKE = """UPDATE notifications SET state = 'sending', attempts = attempts + 1
    WHERE notification_id = (
        SELECT notification_id FROM notifications
        WHERE state IN ('queued', 'sending') AND due_at <= clock_timestamp()
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING notification_id, application_id, template, version, attempts"""
SENT = """UPDATE notifications SET state = 'sent', sent_at = clock_timestamp(), error = ''
    WHERE notification_id = %s"""
DROPPED = "UPDATE notifications SET state = 'dropped' WHERE notification_id = %s"
FAILED = "UPDATE notifications SET state = 'failed', error = %s WHERE notification_id = %s"
LATER = """UPDATE notifications SET state = 'queued', error = %s,
    due_at = clock_timestamp() + make_interval(secs => %s) WHERE notification_id = %s"""

log = structlog.get_logger()


class NobodyToTell(Exception):
    """The applicant gave no e-mail address, or was erased."""


async def queue(_: Parts, connection: Connection, recorded: Recorded) -> None:
    template = TEMPLATES[type(recorded.event)]
    to = "office" if type(recorded.event) in OFFICE_NOTICES else "applicant"
    notification_id = derived_id(recorded.event_id, to, template)
    where = (recorded.stream_id, template, recorded.version, recorded.position)
    await connection.execute(QUEUE, (notification_id, *where))


QUEUEING = Consumer(NOTIFIER, dict.fromkeys(TEMPLATES, queue))


async def send_all(tools: Tools) -> None:
    async with await connect(tools.parts.url, options=PATIENT) as connection:
        while True:
            ticket = tools.wake.ticket()
            await tools.pulse.beat()
            if not await send_next(tools.parts, connection):
                # The row comes a moment after the event that woke us.
                await tools.wake.wait(ticket, 0.1)


async def send_next(parts: Parts, connection: Connection) -> bool:
    """Send the next mail that is due; False when there is none."""
    async with connection.transaction():
        row = await (await connection.execute(TAKE)).fetchone()
        if row is None:
            return False
        notification_id, *what, attempts = row
        note, *why = await _outcome(parts, attempts, notification_id, *what)
        await connection.execute(note.encode(), (*why, notification_id))
    return True


async def _outcome(
    parts: Parts, attempts: int, notification_id: UUID, *what: Any
) -> tuple[str, *tuple[object, ...]]:
    """Send it, and return what is to be noted of it. One that cannot be sent holds up no other."""
    known = {"notification_id": str(notification_id)}
    try:
        refused = await _send(parts, notification_id, *what)
    except psycopg.Error:
        raise
    except NobodyToTell:
        return (DROPPED,)
    except Exception as error:  # noqa: BLE001 -- whatever it is, this one waits
        pause = min(2**attempts, LONGEST_PAUSE)
        log.warning("mail_postponed", error=type(error).__name__, seconds=pause, **known)
        return LATER, type(error).__name__, pause
    if refused:
        log.error("mail_failed", error=refused, **known)
        return FAILED, refused
    log.info("mail_sent", **known)
    return (SENT,)


async def _send(
    parts: Parts, notification_id: UUID, application_id: UUID, template: str, version: int
) -> str:
    """Return why it can never be sent, or nothing.

    Raise NobodyToTell, or MailServerUnavailable to try later.
    """
    history = await parts.log.history(application_id, version=version)
    message = compose(notification_id, template, history, parts.catalogue)
    if message is None:
        raise NobodyToTell
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await replace(parts.mail, sender=str(message["From"])).send(message)
    except MailRefused as error:
        return error.cause
    except TimeoutError as error:
        raise MailServerUnavailable("it takes too long") from error
    return ""


SENDER = Runner(MAIL_SENDER, send_all)
