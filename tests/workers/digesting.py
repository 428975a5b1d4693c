"""Digests of one office, begun and sent by hand on days far ahead of what tests record."""

from datetime import UTC, date, datetime

from adapters.bootstrap import Parts
from domain.municipality.clerk_mail import ClerkMail, ClerkMailMode
from tests.catalogue import with_town
from tests.domain.application import happened as h
from tests.domain.application.facts import GELSENKIRCHEN
from tests.projections.log import Log
from tests.workers.lives_told import submitted
from tests.workers.telling import queue_all
from workers.notifying.digest_sending import send_next
from workers.notifying.digests import begin_all

LIBRARY, AT = "library", "07:30"
RECEIVED = (submitted(), h.paid(), h.received)
DIGEST, IMMEDIATE, NONE = ClerkMailMode.DIGEST, ClerkMailMode.IMMEDIATE, ClerkMailMode.NONE
# At half past seven in Germany.
FRIDAY, MONDAY = (datetime(2099, 6, day, 5, 30, tzinfo=UTC) for day in (12, 15))
DIGESTS = "SELECT day, state, error FROM digests ORDER BY day"
OF_OFFICE = "SELECT state, error FROM notifications WHERE channel = 'office' ORDER BY position"
NOW_DUE = "UPDATE digests SET due_at = clock_timestamp()"


def choosing(parts: Parts, mode: ClerkMailMode) -> Parts:
    chosen = {LIBRARY: ClerkMail(mode=mode, digest_at=AT)}
    return with_town(parts, GELSENKIRCHEN, clerk_mail=chosen)


async def at(log: Log, parts: Parts, now: datetime) -> None:
    """Queue all there is, begin the digests of that moment, and send what is due."""
    await queue_all(log, parts)
    async with log.connection() as connection:
        await begin_all(parts, connection, now)
        while await send_next(parts, connection):
            pass


async def digests(log: Log) -> list[tuple[date, str]]:
    return [(row["day"], row["state"]) for row in await log.ask(DIGESTS)]


async def causes(log: Log) -> list[tuple[str, str]]:
    return [(row["state"], row["error"]) for row in await log.ask(DIGESTS)]


async def of_office(log: Log) -> list[tuple[str, str]]:
    return [(row["state"], row["error"]) for row in await log.ask(OF_OFFICE)]
