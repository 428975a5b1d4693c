"""Once an office has another mailbox, what the old one did not take is sent to it.

Each is a row of its own that repeats the one that failed: when it goes through, that one is
settled; when it fails, it stands for that one. Digests need none of it: the next one tells all.
"""

from uuid import UUID

from adapters.bootstrap import Parts
from adapters.catalogue.streams import municipality_stream
from adapters.event_store.recorded import Recorded
from adapters.ids import derived_id
from domain.municipality.events import ClerkMailboxSet
from workers.notifying.notice import OFFICE
from workers.react import Connection

# What a clerk had sent again already is on its way.
FAILED = """SELECT notification_id FROM notifications n
    WHERE state IN ('failed', 'bounced') AND settled_at IS NULL AND channel = %(way)s
        AND municipality = %(town)s AND (%(office)s::text IS NULL OR office = %(office)s)
        AND position < %(position)s
        AND NOT EXISTS (SELECT FROM notifications WHERE repeats = n.notification_id)
    ORDER BY position"""
# Whoever sends them has heard of the new mailbox by then.
AGAIN = """INSERT INTO notifications (notification_id, application_id, template, version,
        position, municipality, channel, language, office, repeats, due_at)
    SELECT %s, application_id, template, version, %s, municipality, channel, language, office,
        notification_id, clock_timestamp() + interval '15 seconds'
    FROM notifications WHERE notification_id = %s ON CONFLICT DO NOTHING"""


async def queue_what_failed(parts: Parts, connection: Connection, recorded: Recorded) -> None:
    corrected: ClerkMailboxSet = recorded.event
    town = _town(parts, recorded.stream_id)
    if town is None or corrected.address is None:
        return
    which: dict[str, object] = {"way": OFFICE, "town": town, "office": corrected.office}
    which["position"] = recorded.position
    for (failed,) in await (await connection.execute(FAILED, which)).fetchall():
        again = derived_id(recorded.event_id, OFFICE, failed)
        await connection.execute(AGAIN, (again, recorded.position, failed))


def _town(parts: Parts, stream_id: UUID) -> str | None:
    """Return its AGS; None where no town of the catalogue has this stream."""
    towns = (town.ags for town in parts.catalogue.municipalities)
    return next((ags for ags in towns if municipality_stream(ags) == stream_id), None)
