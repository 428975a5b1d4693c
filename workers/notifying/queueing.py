"""Queues a notice for each event that calls for one, by each way that it goes.

The row is made in the transaction that moves the notifier's position, under a key derived from the
event, the recipient and the template: however often an event is read, it queues nothing twice.
"""

from adapters.bootstrap import Parts
from adapters.crash_points import CrashPoint, reach
from adapters.event_store.recorded import Recorded
from adapters.ids import derived_id
from adapters.mail.notices import NOTICES, OFFICE_NOTICES
from adapters.runner_names import NOTIFIER
from domain.application.events import (
    ApplicationSubmitted,
    NoticeNotDelivered,
    NoticeSentAgain,
    NoticeSettled,
)
from domain.municipality.events import ClerkMailboxSet
from workers.consume import Consumer
from workers.notifying.deciding import tellings
from workers.notifying.mailbox_corrected import queue_what_failed
from workers.notifying.notice import find, recipient
from workers.notifying.ways import by_each_way
from workers.react import Connection

QUEUE = """INSERT INTO notifications (notification_id, application_id, template, version, position,
    municipality, channel, language, office, state, error)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
QUEUE_AGAIN = """INSERT INTO notifications (notification_id, application_id, template, version,
        position, municipality, channel, language, office, repeats)
    SELECT %s, application_id, template, version, %s, municipality, channel, language, office,
        notification_id
    FROM notifications WHERE notification_id = %s ON CONFLICT DO NOTHING"""
SETTLED = """UPDATE notifications SET settled_at = coalesce(settled_at, clock_timestamp())
    WHERE notification_id = %s"""


class NoticeIsGone(Exception):
    """What is to be sent again is not in the queue any more; restore its table, then requeue."""


async def queue(parts: Parts, connection: Connection, recorded: Recorded) -> None:
    history = await parts.log.history(recorded.stream_id, version=recorded.version)
    submitted: ApplicationSubmitted = history[0].event
    told = tellings(parts.catalogue, history)
    for one in by_each_way(parts.settings, submitted, told):
        notification_id = derived_id(recorded.event_id, recipient(one.channel), one.template)
        where = (recorded.stream_id, one.template, recorded.version, recorded.position)
        way = (submitted.municipality, one.channel, one.language, one.office)
        row = (notification_id, *where, *way, one.state, one.cause)
        await connection.execute(QUEUE, row)
    reach(CrashPoint.NOTICE_AFTER_QUEUEING, parts.settings.crash_at)


async def queue_again(_: Parts, connection: Connection, recorded: Recorded) -> None:
    """As it was queued the first time: the same letter, in the same language, by the same way."""
    again: NoticeSentAgain = recorded.event
    if await find(connection, again.notification_id) is None:
        raise NoticeIsGone
    notification_id = derived_id(recorded.event_id, recipient(again.channel), again.template)
    row = (notification_id, recorded.position, again.notification_id)
    await connection.execute(QUEUE_AGAIN, row)


async def settle(_: Parts, connection: Connection, recorded: Recorded) -> None:
    """The operator is alarmed no longer: it was seen to, or another one stands for it now."""
    event: NoticeSettled | NoticeNotDelivered = recorded.event
    seen_to = event.notification_id if isinstance(event, NoticeSettled) else event.repeats
    if seen_to is not None:
        await connection.execute(SETTLED, (seen_to,))


QUEUEING = Consumer(
    NOTIFIER,
    {
        **dict.fromkeys([*NOTICES, *OFFICE_NOTICES], queue),
        NoticeSentAgain: queue_again,
        NoticeSettled: settle,
        NoticeNotDelivered: settle,
        ClerkMailboxSet: queue_what_failed,
    },
)
