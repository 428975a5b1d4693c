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
from workers.notifying.notice import EMAIL, OFFICE
from workers.react import Connection

TEMPLATES = {**NOTICES, **OFFICE_NOTICES}
QUEUE = """INSERT INTO notifications (notification_id, application_id, template, version, position,
    municipality, channel, language) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT DO NOTHING"""


async def queue(parts: Parts, connection: Connection, recorded: Recorded) -> None:
    template = TEMPLATES[type(recorded.event)]
    to_office = type(recorded.event) in OFFICE_NOTICES
    recipient, channel = ("office", OFFICE) if to_office else ("applicant", EMAIL)
    (first,) = await parts.log.history(recorded.stream_id, version=1)
    submitted: ApplicationSubmitted = first.event
    language = "de" if to_office else _language_of(submitted)
    notification_id = derived_id(recorded.event_id, recipient, template)
    where = (recorded.stream_id, template, recorded.version, recorded.position)
    row = (notification_id, *where, submitted.municipality, channel, language)
    await connection.execute(QUEUE, row)


def _language_of(submitted: ApplicationSubmitted) -> str:
    return submitted.applicant.language if submitted.applicant else ""


QUEUEING = Consumer(NOTIFIER, dict.fromkeys(TEMPLATES, queue))
