"""Writes and sends one digest: what came to an office and still waits, as it stands now."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg
from psycopg.rows import class_row

from adapters.bootstrap import Parts
from adapters.crash_points import CrashPoint, reach
from adapters.mail.digest import Case, Digest, compose_digest
from adapters.mail.notices import base
from adapters.mail.unsubscribing import token_for
from adapters.portal.case_links import case_link
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationSubmitted
from domain.application.state import ENDED, Application, Status
from domain.languages import GERMAN
from domain.municipality.clerk_mail import ClerkMailMode
from workers.notifying.by_mail import hand_over
from workers.notifying.deciding import as_chosen
from workers.notifying.digest_noting import DigestOutcome, NotNeeded, Row, note
from workers.notifying.outcomes import Later
from workers.react import Connection

NO_MAILBOX, NOTHING_WAITS, TOLD_AT_ONCE = "no-mailbox", "nothing-waits", "told-at-once"
DECIDED = frozenset({Status.APPROVED, Status.READY_FOR_PICKUP})
MONEY = "office/money"
TAKE = """UPDATE digests SET state = 'sending', attempts = attempts + 1
    WHERE digest_id = (
        SELECT digest_id FROM digests
        WHERE state IN ('queued', 'sending') AND due_at <= clock_timestamp()
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING digest_id, municipality, office, day, until, attempts, unanswered"""
HOLDS = """SELECT application_id, template FROM notifications WHERE digest_id = %s
    ORDER BY application_id, position"""


async def send_next(parts: Parts, connection: Connection) -> bool:
    """Send the next digest that is due; False when there is none."""
    async with connection.transaction():
        async with connection.cursor(row_factory=class_row(Row)) as cursor:
            row = await (await cursor.execute(TAKE)).fetchone()
        if row is None:
            return False
        # The worker that began it may have known more of its town than this one.
        await parts.live_catalogue.catch_up()
        outcome = await _delivered(parts, connection, row)
        reach(CrashPoint.DIGEST_AFTER_SEND, parts.settings.crash_at)
        await note(connection, row, outcome)
    return True


async def _delivered(parts: Parts, connection: Connection, row: Row) -> DigestOutcome:
    """One that cannot be written holds up no other."""
    try:
        return await _deliver(parts, connection, row)
    except psycopg.Error:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, this one waits
        return Later(type(error).__name__)


async def _deliver(parts: Parts, connection: Connection, row: Row) -> DigestOutcome:
    """What is told otherwise since it was begun, or to nobody any more, is not told by it."""
    town = parts.catalogue.municipality(row.municipality)
    chosen = town.clerk_mail_of(row.office)
    if chosen.mode is not ClerkMailMode.DIGEST:
        told, cause = as_chosen(chosen.mode)
        return NotNeeded(cause or TOLD_AT_ONCE, told)
    if not town.mailbox_of(row.office):
        return NotNeeded(NO_MAILBOX)
    held = await (await connection.execute(HOLDS, (row.digest_id,))).fetchall()
    message = compose_digest(
        Digest(
            digest_id=row.digest_id,
            town=town,
            office=row.office,
            at=row.until,
            cases=[case async for case in _cases(parts, row, held)],
            unsubscribe=_address(parts, row, chosen.chosen_at),
        )
    )
    if message is None:
        return NotNeeded(NOTHING_WAITS)
    return await hand_over(parts, row.digest_id, message)


async def _cases(parts: Parts, row: Row, held: Iterable[Sequence[Any]]) -> AsyncIterator[Case]:
    """Those that still wait for something, and are still this office's."""
    settings = parts.settings
    for application_id, rows in groupby(held, itemgetter(0)):
        events = await parts.log.events(application_id)
        state = APPLICATION.fold(events)
        kinds = open_kinds(state, (base(template) for _, template in rows))
        if not kinds or state.office not in {None, row.office}:
            continue
        submitted: ApplicationSubmitted = events[0]
        definition = parts.catalogue.definition(submitted.service, submitted.rules.version)
        yield Case(
            service=definition.title[GERMAN],
            due_on=state.due_on,
            kinds=kinds,
            link=case_link(settings.case_url, settings.public_url, application_id),
        )


def open_kinds(state: Application, kinds: Iterable[str]) -> tuple[str, ...]:
    """Which of them are not settled yet: a decision settles all of them but money that is loose."""
    if state.status in ENDED:
        return ()
    decided = state.status in DECIDED
    money = state.money_owed or state.fee_lost
    return tuple(kind for kind in dict.fromkeys(kinds) if not decided or (kind == MONEY and money))


def _address(parts: Parts, row: Row, chosen_at: datetime | None) -> str:
    token = token_for(parts.keys, row.municipality, row.office, row.day, chosen_at)
    return f"{parts.settings.public_url.rstrip('/')}/digest/{token}"
