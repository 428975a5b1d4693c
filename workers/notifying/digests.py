"""Tells offices that want it so what came, in one mail a working day.

What is to be told is collected in the queue. Once the office's time has come, one transaction
makes the digest's row, under a key derived from office and day, and gives it what was recorded
before that time. It is sent like any notice: again after a crash, under the same Message-ID. What
one that failed had held is collected again, for the next.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import UUID

import structlog

from adapters.bootstrap import Parts
from adapters.catalogue.calendar import working_calendar
from adapters.crash_points import CrashPoint, reach
from adapters.ids import derived_id
from adapters.postgres.connecting import connect
from adapters.runner_names import DIGEST
from domain.municipality.clerk_mail import ClerkMail, ClerkMailMode
from domain.municipality.municipality import Municipality
from domain.working_days import BERLIN, legal_day
from workers.notifying.deciding import as_chosen
from workers.notifying.digest_noting import NOT_MISSED
from workers.notifying.digest_sending import send_next
from workers.notifying.waiting import PATIENT, beating
from workers.react import Connection
from workers.supervision import BEAT_SECONDS, Runner, Tools

WAITING = """SELECT municipality, office FROM notifications
    WHERE state = 'collected' AND digest_id IS NULL
    UNION SELECT municipality, office FROM digests WHERE state = 'failed' AND settled_at IS NULL
    ORDER BY 1, 2"""
BEGIN = """INSERT INTO digests (digest_id, municipality, office, day, until)
    SELECT %(id)s, %(town)s, %(office)s, %(day)s, %(until)s
    WHERE EXISTS (SELECT FROM notifications JOIN events ON events.notification_id = position
        WHERE notifications.state = 'collected' AND digest_id IS NULL
        AND municipality = %(town)s AND office = %(office)s AND recorded_at < %(until)s)
    ON CONFLICT DO NOTHING RETURNING digest_id"""
FILL = """UPDATE notifications SET digest_id = %(id)s FROM events
    WHERE events.notification_id = position AND notifications.state = 'collected'
    AND digest_id IS NULL AND municipality = %(town)s AND office = %(office)s
    AND recorded_at < %(until)s"""
LET_GO = """UPDATE notifications SET state = %s, error = %s,
    queued_at = clock_timestamp(), due_at = clock_timestamp()
    WHERE state = 'collected' AND digest_id IS NULL AND municipality = %s AND office = %s"""

log = structlog.get_logger()


class Office(NamedTuple):
    municipality: str
    name: str


@dataclass(frozen=True, slots=True)
class Due:
    """A digest of that day: what was recorded before `until` is in it."""

    day: date
    until: datetime


def due(town: Municipality, chosen: ClerkMail, now: datetime) -> Due | None:
    """Return the digest whose time has come today; none on a day on which nobody works."""
    day = legal_day(now)
    until = datetime.combine(day, time.fromisoformat(chosen.digest_at), BERLIN)
    if now < until or working_calendar(town, day).why_closed(day, saturday_counts=False):
        return None
    return Due(day, until)


async def run(tools: Tools) -> None:
    async with await connect(tools.parts.url, options=PATIENT) as connection:
        while True:
            await tools.pulse.beat()
            await begin_all(tools.parts, connection, datetime.now(UTC))
            while await beating(tools.pulse, send_next(tools.parts, connection)):
                await tools.pulse.beat()
            await asyncio.sleep(BEAT_SECONDS)


async def begin_all(parts: Parts, connection: Connection, now: datetime) -> None:
    """Begin the digests whose time has come; whatever is wrong with one, others are begun."""
    waiting = await _waiting(connection)
    if waiting:
        # The worker that collected for them may have known more of their towns than this one.
        await parts.live_catalogue.catch_up()
    for office in waiting:
        town = parts.catalogue.by_ags.get(office.municipality)
        if town is None:
            continue
        chosen = town.clerk_mail_of(office.name)
        if chosen.mode is not ClerkMailMode.DIGEST:
            await connection.execute(LET_GO, (*as_chosen(chosen.mode), *office))
            await connection.execute(NOT_MISSED, office)
        elif digest := due(town, chosen, now):
            await begin(parts, connection, office, digest)


async def _waiting(connection: Connection) -> list[Office]:
    rows = await (await connection.execute(WAITING)).fetchall()
    return [Office(municipality, name) for municipality, name in rows]


async def begin(parts: Parts, connection: Connection, office: Office, digest: Due) -> bool:
    """Return whether this one was begun now; two workers begin it once."""
    row = {
        "id": digest_id(office, digest.day),
        "town": office.municipality,
        "office": office.name,
        "day": digest.day,
        "until": digest.until,
    }
    async with connection.transaction():
        begun = await (await connection.execute(BEGIN, row)).fetchone()
        if begun is None:
            return False
        reach(CrashPoint.DIGEST_AFTER_ROW, parts.settings.crash_at)
        await connection.execute(FILL, row)
    reach(CrashPoint.DIGEST_AFTER_BEGIN, parts.settings.crash_at)
    log.info("digest_begun", digest_id=str(row["id"]), municipality=office.municipality)
    return True


def digest_id(office: Office, day: date) -> UUID:
    return derived_id(DIGEST, office.municipality, office.name, day)


RUNNER = Runner(DIGEST, run)
