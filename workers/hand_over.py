"""Hands finished applications to back offices: none is lost, and each can be told from another.

The row is made in the transaction that moves the position, under a key derived from the event;
that key is the webhook's id. Its lock is held until the answer is noted, so a crash gives it back
at once: what was taken, but not noted, is sent again under the same id. Each back office has a
sender of its own, so that one that is down holds up no other.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import psycopg
import structlog

from adapters.bootstrap import Parts
from adapters.crash_points import CrashPoint, reach
from adapters.event_store.recorded import Recorded
from adapters.hand_over.acknowledging import acknowledge
from adapters.hand_over.calling import Call, client_for
from adapters.hand_over.data_set import TYPES, HandOver, finished, is_acknowledged, written
from adapters.hand_over.errors import HandOverIsGone, NotHandedOver
from adapters.hand_over.noting import DELIVERED, DROPPED
from adapters.hand_over.settings import BackOffice
from adapters.ids import derived_id
from adapters.postgres.connecting import OPTIONS, connect
from adapters.runner_names import HAND_OVER, HAND_OVER_SENDER
from domain.application.decisions import APPLICATION
from workers.react import Connection, Reaction
from workers.supervision import Runner, Tools, keep_running

OFF = "no back office to call"
# Before the next attempt, in seconds: a little over three days in all, as Standard Webhooks advise.
PAUSES = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
# The transaction stands still while the back office is asked.
PATIENT = f"{OPTIONS} -c idle_in_transaction_session_timeout=90s"
QUEUE = """INSERT INTO hand_overs (hand_over_id, application_id, municipality, service, back_office,
    version, position) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
TAKE = """UPDATE hand_overs SET state = 'sending', attempts = attempts + 1
    WHERE hand_over_id = (
        SELECT hand_over_id FROM hand_overs
        WHERE back_office = %s AND state IN ('queued', 'sending') AND due_at <= clock_timestamp()
        ORDER BY due_at, position LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING hand_over_id, application_id, municipality, service, back_office, version, position,
        attempts"""
FAILED = """UPDATE hand_overs SET state = 'failed', error = %s
    WHERE hand_over_id = %s AND state = 'queued'"""
ONCE_MORE_SECONDS = 60
LATER = """UPDATE hand_overs SET state = 'queued', error = %s,
    due_at = clock_timestamp() + make_interval(secs => %s) WHERE hand_over_id = %s"""
Note = tuple[str, *tuple[object, ...]]

log = structlog.get_logger()


async def queue(parts: Parts, connection: Connection, recorded: Recorded) -> None:
    if not parts.settings.back_offices:
        return
    state = APPLICATION.fold(await parts.log.events(recorded.stream_id))
    back_office = parts.settings.back_office(state.municipality, state.rules.service)
    if back_office is None or state.erased:
        return
    hand_over = HandOver(
        hand_over_id=derived_id(HAND_OVER, recorded.event_id),
        application_id=recorded.stream_id,
        municipality=state.municipality,
        service=state.rules.service,
        back_office=back_office.name,
        version=recorded.version,
        position=recorded.position,
    )
    await connection.execute(QUEUE, hand_over)
    reach(CrashPoint.HAND_OVER_AFTER_QUEUEING, parts.settings.crash_at)


QUEUEING = Reaction(HAND_OVER, dict.fromkeys(TYPES, queue))


async def send_all(tools: Tools) -> None:
    called = [one for one in tools.parts.settings.back_offices if one.url]
    if not called:
        while True:
            await tools.pulse.beat(detail=OFF)
            await tools.wake.wait(tools.wake.ticket())
    async with asyncio.TaskGroup() as senders:
        for back_office in called:
            senders.create_task(_keep_sending(tools, back_office))
    await tools.pulse.beat()  # all of them have finished: raise Drained


async def _keep_sending(tools: Tools, back_office: BackOffice) -> None:
    """One whose connection is lost starts again by itself, and ends no call of the others."""

    async def run(tools: Tools) -> None:
        await _send_to(tools, back_office)

    await keep_running(Runner(HAND_OVER_SENDER, run), tools)


async def _send_to(tools: Tools, back_office: BackOffice) -> None:
    async with (
        client_for(back_office) as http,
        await connect(tools.parts.url, options=PATIENT) as connection,
    ):
        while True:
            ticket = tools.wake.ticket()
            await tools.pulse.beat()
            if not await send_next(tools.parts, connection, Call(back_office, http)):
                # The row comes a moment after the event that woke us.
                await tools.wake.wait(ticket, 0.1)


async def send_next(parts: Parts, connection: Connection, call: Call) -> bool:
    """Hand over what is due next; False when nothing is."""
    async with connection.transaction():
        row = await (await connection.execute(TAKE, (call.back_office.name,))).fetchone()
        if row is None:
            return False
        *what, attempts = row
        hand_over = HandOver(*what)
        reach(CrashPoint.HAND_OVER_AFTER_CLAIM, parts.settings.crash_at)
        note = await _outcome(parts, call, hand_over, attempts)
        await _write(connection, hand_over, _for_now(note))
        reach(CrashPoint.HAND_OVER_AFTER_NOTE, parts.settings.crash_at)
    # Whoever else had something to note in the meantime has left it to us.
    settled = await _settled(parts, hand_over) if note[0] in {LATER, FAILED} else None
    if settled or note[0] is FAILED:
        await _write(connection, hand_over, settled or note)
    return True


def _for_now(note: Note) -> Note:
    """Until the log was looked at with the row let go of, nothing has failed for good."""
    return (LATER, *note[1:], ONCE_MORE_SECONDS) if note[0] is FAILED else note


async def _write(connection: Connection, hand_over: HandOver, note: Note) -> None:
    statement, *why = note
    await connection.execute(statement.encode(), (*why, hand_over.hand_over_id))


async def _settled(parts: Parts, hand_over: HandOver) -> Note | None:
    """What the log says: a back office may acknowledge before it answers, or after we gave up."""
    try:
        return (DELIVERED,) if await is_acknowledged(parts.log, hand_over) else None
    except HandOverIsGone:
        return (DROPPED,)
    except Exception:  # noqa: BLE001 -- a history that cannot be read now holds up no other
        return None


async def _outcome(parts: Parts, call: Call, hand_over: HandOver, attempts: int) -> Note:
    """Send it, and return what is to be noted of it. Whatever is wrong with it, others go on."""
    known = {"hand_over_id": str(hand_over.hand_over_id), "back_office": hand_over.back_office}
    try:
        await _send(parts, call, hand_over)
    except psycopg.Error:
        raise
    except HandOverIsGone:
        return (DROPPED,)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it waits
        return await _settled(parts, hand_over) or _missed(error, attempts, known)
    log.info("handed_over", **known)
    return (DELIVERED,)


def _missed(error: Exception, attempts: int, known: Mapping[str, str]) -> Note:
    """A fault of ours waits until it is mended, without an end."""
    if not isinstance(error, NotHandedOver):
        return _later(type(error).__name__, attempts, known)
    why = f"{type(error).__name__}: {error.cause}"
    return _in_vain(why, attempts, known, at_least=error.wait)


def _in_vain(why: str, attempts: int, known: Mapping[str, str], at_least: int) -> Note:
    if attempts <= len(PAUSES):
        return _later(why, attempts, known, at_least)
    log.error("hand_over_failed", error=why, **known)
    return FAILED, why


def _later(why: str, attempts: int, known: Mapping[str, str], at_least: int = 0) -> Note:
    """Not sooner than usual: a back office that asks for haste would use up its three days."""
    pause = max(PAUSES[min(attempts, len(PAUSES)) - 1], at_least)
    log.warning("hand_over_postponed", error=why, seconds=pause, **known)
    return LATER, why, pause


async def _send(parts: Parts, call: Call, hand_over: HandOver) -> None:
    """Raise NotHandedOver to try later, HandOverIsGone not to."""
    body = written(await finished(parts.log, hand_over), parts.settings.public_url)
    reference = await call.hand_over(str(hand_over.hand_over_id), body)
    reach(CrashPoint.HAND_OVER_AFTER_SEND, parts.settings.crash_at)
    await acknowledge(parts.office, hand_over, reference, datetime.now(UTC))
    reach(CrashPoint.HAND_OVER_AFTER_EVENT, parts.settings.crash_at)


SENDER = Runner(HAND_OVER_SENDER, send_all)
