"""Queues a notice for each event that calls for one, by each way that it goes.

The row is made in the transaction that moves the notifier's position, under a key derived from the
event, the recipient and the template: however often an event is read, it queues nothing twice.
"""

from adapters.bootstrap import Parts
from adapters.event_store.recorded import Recorded
from adapters.ids import derived_id
from adapters.mail.notices import NOTICES, OFFICE_NOTICES
from adapters.runner_names import NOTIFIER
from domain.application.events import ApplicationSubmitted
from workers.consume import Consumer
from workers.notifying.deciding import tellings
from workers.notifying.notice import OFFICE
from workers.react import Connection

QUEUE = """INSERT INTO notifications (notification_id, application_id, template, version, position,
    municipality, channel, language, office, state, error)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""


async def queue(parts: Parts, connection: Connection, recorded: Recorded) -> None:
    history = await parts.log.history(recorded.stream_id, version=recorded.version)
    submitted: ApplicationSubmitted = history[0].event
    for one in tellings(parts.catalogue, history):
        recipient = "office" if one.channel == OFFICE else "applicant"
        notification_id = derived_id(recorded.event_id, recipient, one.template)
        where = (recorded.stream_id, one.template, recorded.version, recorded.position)
        way = (submitted.municipality, one.channel, one.language, one.office)
        row = (notification_id, *where, *way, one.state, one.cause)
        await connection.execute(QUEUE, row)


QUEUEING = Consumer(NOTIFIER, dict.fromkeys([*NOTICES, *OFFICE_NOTICES], queue))
