"""Collects what mail servers report about mails, and notes it: read twice, it changes nothing.

A report is taken away once it is noted. One that nobody understands is left for a person.
"""

import asyncio
from enum import StrEnum
from typing import assert_never
from uuid import UUID

import structlog

from adapters.bootstrap import Parts
from adapters.mail.bounce_mailbox import Arrived, BounceMailbox, BounceMailboxUnavailable
from adapters.mail.reports import Action, Report, read_report
from adapters.mail.return_paths import ReturnPathForged, ReturnPaths
from adapters.postgres.connecting import connect
from adapters.runner_names import BOUNCES
from workers.notifying.noting import arrive, bounce
from workers.react import Connection
from workers.supervision import BEAT_SECONDS, Runner, Tools

OFF, WAITING = "no mailbox for bounces", "the mailbox does not answer"
COUNTED = """INSERT INTO mail_reports (kind, count) VALUES (%s, 1) ON CONFLICT (kind) DO UPDATE
    SET count = mail_reports.count + 1, last_at = clock_timestamp()"""
DELAYED = """UPDATE notifications SET error = %s WHERE notification_id = %s AND state = 'sent'"""

log = structlog.get_logger()


class Kind(StrEnum):
    """`forged`: to a return path that is none of ours; `unread`: whatever else arrived."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    FORGED = "forged"
    UNREAD = "unread"


KINDS = {
    Action.FAILED: Kind.BOUNCED,
    Action.DELAYED: Kind.DELAYED,
    Action.DELIVERED: Kind.DELIVERED,
    Action.RELAYED: Kind.UNREAD,
    Action.EXPANDED: Kind.UNREAD,
}


async def collect_all(tools: Tools) -> None:
    settings, paths = tools.parts.settings.bounces, tools.parts.return_paths
    if settings is None or paths is None:
        while True:
            await tools.pulse.beat(detail=OFF)
            await tools.wake.wait(tools.wake.ticket())
    box, detail = BounceMailbox(settings), ""
    async with await connect(tools.parts.url) as connection:
        while True:
            await tools.pulse.beat(detail=detail)
            try:
                while await collect(tools.parts, connection, box, paths):
                    await tools.pulse.beat()
                detail = ""
            except BounceMailboxUnavailable as error:
                log.warning("bounces_not_read", error=error.args[0])
                detail = WAITING
            await _pause(tools, settings.seconds, detail)


async def _pause(tools: Tools, seconds: float, detail: str) -> None:
    """What happens here does not tell what arrives there, so nothing wakes us."""
    while seconds > 0:
        await tools.pulse.beat(detail=detail)
        await asyncio.sleep(min(seconds, BEAT_SECONDS))
        seconds -= BEAT_SECONDS


async def collect(
    parts: Parts, connection: Connection, box: BounceMailbox, paths: ReturnPaths
) -> int:
    """Note what has arrived; return how much it was. Raise BounceMailboxUnavailable."""
    arrived = await box.new()
    kinds = {one.uid: await take(parts, connection, one, paths) for one in arrived}
    left = [uid for uid, kind in kinds.items() if kind is Kind.UNREAD]
    read = [uid for uid in kinds if uid not in left]
    if left:
        await box.leave(left)
    if read:
        await box.take_away(read)
    return len(arrived)


async def take(parts: Parts, connection: Connection, arrived: Arrived, paths: ReturnPaths) -> Kind:
    report = read_report(arrived.content)
    kind, notification_id = _meant(report, paths)
    if notification_id is not None:
        await _note(parts, connection, kind, notification_id, report.status)
    await connection.execute(COUNTED, (kind,))
    return kind


def _meant(report: Report, paths: ReturnPaths) -> tuple[Kind, UUID | None]:
    try:
        notification_id = paths.named_in(report.sent_to)
    except ReturnPathForged:
        log.warning("return_path_forged")
        return Kind.FORGED, None
    if notification_id is None or report.action is None:
        return Kind.UNREAD, None
    return KINDS[report.action], notification_id


async def _note(
    parts: Parts, connection: Connection, kind: Kind, notification_id: UUID, status: str
) -> None:
    said = f"DSN {status}".strip()
    match kind:
        case Kind.BOUNCED:
            await bounce(parts, connection, notification_id, said)
        case Kind.DELAYED:
            await connection.execute(DELAYED, (said, notification_id))
        case Kind.DELIVERED:
            await arrive(connection, notification_id)
        case Kind.FORGED | Kind.UNREAD:
            pass
        case _:
            assert_never(kind)


RUNNER = Runner(BOUNCES, collect_all)
