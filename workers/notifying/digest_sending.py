"""Writes and sends one digest: what came to an office and still waits, as it stands now."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import class_row

from adapters.bootstrap import Parts
from adapters.mail.digest import Case, Digest, compose_digest
from adapters.mail.notices import base
from adapters.mail.unsubscribing import token_for
from adapters.portal.case_links import case_link
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationSubmitted
from domain.application.state import ENDED
from domain.languages import GERMAN
from domain.municipality.clerk_mail import ClerkMailMode
from workers.notifying.by_mail import hand_over
from workers.notifying.deciding import NOT_WANTED
from workers.notifying.outcomes import Later, NobodyToTell, Outcome, RefusedForGood, Sent
from workers.react import Connection

LONGEST_PAUSE, DIGEST_FAILED = 900, "digest-failed"
TAKE = """UPDATE digests SET state = 'sending', attempts = attempts + 1
    WHERE digest_id = (
        SELECT digest_id FROM digests
        WHERE state IN ('queued', 'sending') AND due_at <= clock_timestamp()
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING digest_id, municipality, office, day, until, attempts"""
HOLDS = """SELECT application_id, template FROM notifications WHERE digest_id = %s
    ORDER BY application_id, position"""
LATER = """UPDATE digests SET state = 'queued', error = %s,
    due_at = clock_timestamp() + make_interval(secs => %s) WHERE digest_id = %s"""
OVER = """UPDATE digests SET state = %(state)s, error = %(cause)s,
    sent_at = CASE WHEN %(state)s = 'sent' THEN clock_timestamp() END WHERE digest_id = %(id)s"""
ALL_OVER = """UPDATE notifications SET state = %(state)s, error = %(cause)s,
    sent_at = CASE WHEN %(state)s = 'sent' THEN clock_timestamp() END
    WHERE digest_id = %(id)s AND state = 'collected'"""

log = structlog.get_logger()


class Row(NamedTuple):
    digest_id: UUID
    municipality: str
    office: str
    day: date
    until: datetime
    attempts: int


async def send_next(parts: Parts, connection: Connection) -> bool:
    """Send the next digest that is due; False when there is none."""
    async with connection.transaction():
        async with connection.cursor(row_factory=class_row(Row)) as cursor:
            row = await (await cursor.execute(TAKE)).fetchone()
        if row is None:
            return False
        await _note(connection, row, await _delivered(parts, connection, row))
    return True


async def _delivered(parts: Parts, connection: Connection, row: Row) -> Outcome:
    """One that cannot be written holds up no other."""
    try:
        return await _deliver(parts, connection, row)
    except psycopg.Error:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, this one waits
        return Later(type(error).__name__)


async def _deliver(parts: Parts, connection: Connection, row: Row) -> Outcome:
    town = parts.catalogue.municipality(row.municipality)
    if town.clerk_mail_of(row.office).mode is not ClerkMailMode.DIGEST:
        return NobodyToTell()  # its readers ended it meanwhile
    held = await (await connection.execute(HOLDS, (row.digest_id,))).fetchall()
    message = compose_digest(
        Digest(
            digest_id=row.digest_id,
            town=town,
            office=row.office,
            at=row.until,
            cases=[case async for case in _cases(parts, row, held)],
            unsubscribe=_address(parts, row),
        )
    )
    if message is None:
        return NobodyToTell()
    return await hand_over(parts, row.digest_id, message)


async def _cases(parts: Parts, row: Row, held: Iterable[Sequence[Any]]) -> AsyncIterator[Case]:
    """Those that have not ended since, and are still this office's."""
    settings = parts.settings
    for application_id, rows in groupby(held, itemgetter(0)):
        events = await parts.log.events(application_id)
        state = APPLICATION.fold(events)
        if state.status in ENDED or state.office not in {None, row.office}:
            continue
        submitted: ApplicationSubmitted = events[0]
        definition = parts.catalogue.definition(submitted.service, submitted.rules.version)
        yield Case(
            service=definition.title[GERMAN],
            due_on=state.due_on,
            kinds=tuple(dict.fromkeys(base(template) for _, template in rows)),
            link=case_link(settings.case_url, settings.public_url, application_id),
        )


def _address(parts: Parts, row: Row) -> str:
    token = token_for(parts.keys, row.municipality, row.office, row.day)
    return f"{parts.settings.public_url.rstrip('/')}/digest/{token}"


async def _note(connection: Connection, row: Row, outcome: Outcome) -> None:
    known = {"digest_id": str(row.digest_id), "municipality": row.municipality}
    match outcome:
        case Sent():
            log.info("digest_sent", **known)
            await _over(connection, row, "sent", "")
        case NobodyToTell():
            await _over(connection, row, "dropped", NOT_WANTED)
        case RefusedForGood(cause):
            log.error("digest_failed", error=cause, **known)
            await _over(connection, row, "failed", cause, "dropped", DIGEST_FAILED)
        case Later(cause):
            pause = min(2**row.attempts, LONGEST_PAUSE)
            log.warning("digest_postponed", error=cause, seconds=pause, **known)
            await connection.execute(LATER, (cause, pause, row.digest_id))


async def _over(
    connection: Connection, row: Row, state: str, cause: str, held: str = "", why: str = ""
) -> None:
    """`held`, `why`: what becomes of what it held, where that is another thing."""
    values = {"state": state, "cause": cause, "id": row.digest_id}
    await connection.execute(OVER, values)
    await connection.execute(ALL_OVER, {**values, "state": held or state, "cause": why or cause})
