"""Notes what became of a digest: what an office was not told by it, it is told another time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, assert_never
from uuid import UUID

import structlog

from workers.notifying.deciding import DROPPED
from workers.notifying.outcomes import Later, RefusedForGood, Sent, Unanswered
from workers.notifying.patience import UNANSWERED, Patience
from workers.react import Connection

PATIENCE = Patience()
ONCE_MORE = "UPDATE digests SET unanswered = unanswered + 1 WHERE digest_id = %s"
LATER = """UPDATE digests SET state = 'queued', error = %s,
    due_at = clock_timestamp() + %s WHERE digest_id = %s"""
SENT = """UPDATE digests SET state = 'sent', error = '', sent_at = clock_timestamp()
    WHERE digest_id = %s"""
ALL_SENT = """UPDATE notifications SET state = 'sent', error = '', sent_at = clock_timestamp()
    WHERE digest_id = %s AND state = 'collected'"""
NOT_NEEDED = "UPDATE digests SET state = 'dropped', error = %s WHERE digest_id = %s"
# Nobody misses what this office was not told by a digest.
NOT_MISSED = """UPDATE digests SET settled_at = clock_timestamp() WHERE state = 'failed'
    AND settled_at IS NULL AND municipality = %s AND office = %s"""
# From now on they wait: what is given up after days is not given up at once.
GO_ON = """UPDATE notifications SET state = %s, error = %s, digest_id = NULL,
    queued_at = clock_timestamp(), due_at = clock_timestamp()
    WHERE digest_id = %s AND state = 'collected'"""
FAILED = """UPDATE digests SET state = 'failed', error = %s
    WHERE digest_id = %s AND state IN ('queued', 'sending', 'sent')
    RETURNING municipality, office"""
TAKEN = """UPDATE digests SET state = 'sent', error = '',
    sent_at = coalesce(sent_at, clock_timestamp())
    WHERE digest_id = %s AND state IN ('queued', 'sending', 'sent') RETURNING 1"""
AFTER_ALL = f"""UPDATE digests SET settled_at = clock_timestamp() WHERE digest_id = %s
    AND state = 'failed' AND error = '{UNANSWERED}' AND settled_at IS NULL RETURNING 1"""  # noqa: S608 -- a constant
COLLECTED_AGAIN = """UPDATE notifications SET state = 'collected', error = '', digest_id = NULL,
    sent_at = NULL WHERE digest_id = %s AND state IN ('collected', 'sent')"""

log = structlog.get_logger()


class Row(NamedTuple):
    digest_id: UUID
    municipality: str
    office: str
    day: date
    until: datetime
    attempts: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """There is no mail, and why. `held`: what becomes of what was in it."""

    cause: str
    held: str = DROPPED


DigestOutcome = Sent | RefusedForGood | Later | Unanswered | NotNeeded


async def note(connection: Connection, row: Row, outcome: DigestOutcome) -> None:
    match outcome:
        case Sent():
            await connection.execute(SENT, (row.digest_id,))
            await connection.execute(ALL_SENT, (row.digest_id,))
            log.info("digest_sent", digest_id=str(row.digest_id), municipality=row.municipality)
        case NotNeeded(cause, held):
            await connection.execute(NOT_NEEDED, (cause, row.digest_id))
            why = cause if held == DROPPED else ""
            await connection.execute(GO_ON, (held, why, row.digest_id))
            await connection.execute(NOT_MISSED, (row.municipality, row.office))
        case RefusedForGood(cause):
            await fail(connection, row.digest_id, cause)
        case Later(cause):
            await _postpone(connection, row, cause)
        case Unanswered():
            await _once_more(connection, row)
        case _:
            assert_never(outcome)


async def _postpone(connection: Connection, row: Row, cause: str) -> None:
    if datetime.now(UTC) - row.until >= PATIENCE.gives_up_after:
        await fail(connection, row.digest_id, cause)
    else:
        await _pause(connection, row, cause, PATIENCE.pause(row.attempts))


async def _once_more(connection: Connection, row: Row) -> None:
    """Its readers may have it, so it is not sent as often as what was not handed over."""
    await connection.execute(ONCE_MORE, (row.digest_id,))
    pause = PATIENCE.pause_unanswered(row.unanswered + 1)
    if pause is None:
        await fail(connection, row.digest_id, UNANSWERED)
    else:
        await _pause(connection, row, UNANSWERED, pause)


async def _pause(connection: Connection, row: Row, cause: str, pause: timedelta) -> None:
    known = {"digest_id": str(row.digest_id), "municipality": row.municipality}
    log.warning("digest_postponed", error=cause, seconds=round(pause.total_seconds()), **known)
    await connection.execute(LATER, (cause, pause, row.digest_id))


async def fail(connection: Connection, digest_id: UUID, cause: str) -> bool:
    """It was refused, given up, or came back: the next digest tells what it held.

    `cause` is a code, never an address. False where there is no such digest, or it is known.
    """
    async with connection.transaction():
        failed = await (await connection.execute(FAILED, (cause, digest_id))).fetchone()
        if failed is None:
            return False
        await connection.execute(COLLECTED_AGAIN, (digest_id,))
    town, office = failed
    whose = {"municipality": town, "office": office}
    log.error("digest_failed", error=cause, digest_id=str(digest_id), **whose)
    return True


async def taken(connection: Connection, digest_id: UUID) -> bool:
    """A mail server reports on it, so it has it; False where it is none, or failed before."""
    async with connection.transaction():
        if await (await connection.execute(TAKEN, (digest_id,))).fetchone() is None:
            return False
        await connection.execute(ALL_SENT, (digest_id,))
    return True


async def arrive(connection: Connection, digest_id: UUID) -> bool:
    """Return whether it is one of ours. One given up for want of an answer alarms nobody then;
    what it held is in the next one all the same.
    """
    if await taken(connection, digest_id):
        return True
    return await (await connection.execute(AFTER_ALL.encode(), (digest_id,))).fetchone() is not None
