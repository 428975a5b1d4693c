"""Sends what is queued, one after another, each by its own way.

A row's lock is held until the answer is noted, so a crash gives it back at once: what was accepted,
but not noted, is sent again under the same id. That is as far as SMTP allows.
"""

import asyncio
from collections.abc import Sequence

import psycopg
from psycopg.rows import class_row

from adapters.account_mailbox.decided import require_decided
from adapters.bootstrap import Parts
from adapters.crash_points import CrashPoint, reach
from adapters.personal_data.leftovers import take_back
from adapters.postgres.connecting import connect
from adapters.runner_names import ACCOUNT_SENDER, MAIL_SENDER
from workers.notifying.channels import CHANNELS
from workers.notifying.notice import ACCOUNT, ACCOUNT_STATE, COLUMNS, EMAIL, OFFICE, Notice
from workers.notifying.noting import note
from workers.notifying.outcomes import Later, Outcome, Sent
from workers.notifying.settling import settle, settle_missed
from workers.notifying.waiting import PATIENT, beating
from workers.react import Connection
from workers.supervision import Require, Runner, Tools, nothing

SETTLE_SECONDS = 60.0
TAKE = f"""UPDATE notifications SET state = 'sending', attempts = attempts + 1
    WHERE notification_id = (
        SELECT notification_id FROM notifications
        WHERE state IN ('queued', 'sending') AND due_at <= clock_timestamp()
            AND channel = ANY(%s)
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING {COLUMNS}"""  # noqa: S608 -- the fields of a class


def sending(name: str, channels: Sequence[str], require: Require = nothing) -> Runner:
    """By some ways and not by others, so that one that hangs holds up no other."""

    async def send_all(tools: Tools) -> None:
        loop, look_again = asyncio.get_running_loop(), 0.0
        async with await connect(tools.parts.url, options=PATIENT) as connection:
            while True:
                ticket = tools.wake.ticket()
                await tools.pulse.beat()
                if loop.time() >= look_again:
                    await settle_missed(tools.parts, connection)
                    look_again = loop.time() + SETTLE_SECONDS
                if not await beating(tools.pulse, send_next(tools.parts, connection, channels)):
                    # The row comes a moment after the event that woke us.
                    await tools.wake.gather(ticket, 0.1)

    return Runner(name, send_all, require)


async def send_next(
    parts: Parts, connection: Connection, channels: Sequence[str] = tuple(CHANNELS)
) -> bool:
    """Send the next notice that is due; False when there is none."""
    async with connection.transaction():
        notice = await _next(connection, channels)
        if notice is None:
            return False
        reach(CrashPoint.NOTICE_AFTER_CLAIM, parts.settings.crash_at)
        # The worker that queued it may have known more of its town than this one; more, too, than
        # was recorded before the event it is about: to know up to that would not do.
        await parts.live_catalogue.catch_up()
        outcome = await _deliver(parts, connection, notice)
        reach(CrashPoint.NOTICE_AFTER_SEND, parts.settings.crash_at)
        await note(parts, connection, notice, outcome)
    reach(CrashPoint.NOTICE_AFTER_NOTE, parts.settings.crash_at)
    if isinstance(outcome, Sent):
        await settle(parts, notice)
    return True


async def _next(connection: Connection, channels: Sequence[str]) -> Notice | None:
    async with connection.cursor(row_factory=class_row(Notice)) as cursor:
        await cursor.execute(TAKE.encode(), (list(channels),))
        return await cursor.fetchone()


async def _deliver(parts: Parts, connection: Connection, notice: Notice) -> Outcome:
    """One that cannot be sent holds up no other.

    Its person may be erased meanwhile. That is looked at before it is noted, and whatever came of
    it: should this worker die, whoever sends it next looks.
    """
    try:
        outcome = await CHANNELS[notice.channel](parts, notice)
        sent, caught = str(notice.notification_id), parts.eraser.caught
        await take_back(connection, caught, notice.application_id, sent)
    except psycopg.Error:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, this one waits
        return Later(type(error).__name__)
    return outcome


SENDER = sending(MAIL_SENDER, (EMAIL, OFFICE))
TO_ACCOUNTS = sending(ACCOUNT_SENDER, (ACCOUNT, ACCOUNT_STATE), require_decided)
