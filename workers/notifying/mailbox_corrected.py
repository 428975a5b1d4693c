"""Once an office has another mailbox, its own or its town's, what the old one did not take is sent.

Each is a row of its own that repeats the one that failed: when it goes through, that one is
settled; when it fails, it stands for that one. Digests need none of it: the next one tells all.
"""

from uuid import UUID

from adapters.bootstrap import Parts
from adapters.catalogue.streams import municipality_stream
from adapters.event_store.recorded import Recorded
from adapters.ids import derived_id
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.state import Town
from workers.notifying.notice import OFFICE
from workers.react import Connection

# What a clerk had sent again already is on its way.
FAILED = """SELECT notification_id, office FROM notifications n
    WHERE state IN ('failed', 'bounced') AND settled_at IS NULL AND channel = %(way)s
        AND municipality = %(town)s AND position < %(position)s
        AND NOT EXISTS (SELECT FROM notifications WHERE repeats = n.notification_id)
    ORDER BY position"""
# Whoever sends them has heard of the new mailbox by then.
AGAIN = """INSERT INTO notifications (notification_id, application_id, template, version,
        position, municipality, channel, language, office, repeats, due_at)
    SELECT %s, application_id, template, version, %s, municipality, channel, language, office,
        notification_id, clock_timestamp() + interval '15 seconds'
    FROM notifications WHERE notification_id = %s ON CONFLICT DO NOTHING"""


async def queue_what_failed(parts: Parts, connection: Connection, recorded: Recorded) -> None:
    town = _town(parts, recorded.stream_id)
    which = {"way": OFFICE, "town": town, "position": recorded.position}
    before, after = await _before_and_after(parts, recorded)
    for failed, office in await (await connection.execute(FAILED, which)).fetchall():
        if after.mailbox_of(office) not in {None, before.mailbox_of(office)}:
            again = derived_id(recorded.event_id, OFFICE, failed)
            await connection.execute(AGAIN, (again, recorded.position, failed))


async def _before_and_after(parts: Parts, recorded: Recorded) -> tuple[Town, Town]:
    """As the log has it: the catalogue may not have heard of it yet."""
    history = await parts.log.history(recorded.stream_id, version=recorded.version)
    events = [one.event for one in history]
    return MUNICIPALITY.fold(events[:-1]), MUNICIPALITY.fold(events)


def _town(parts: Parts, stream_id: UUID) -> str | None:
    """Return its AGS; None where no town of the catalogue has this stream."""
    towns = (town.ags for town in parts.catalogue.municipalities)
    return next((ags for ags in towns if municipality_stream(ags) == stream_id), None)
