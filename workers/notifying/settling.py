"""What was noted as lost and went through after all needs nobody's care: the sender says so.

That comes after the note that it was sent, and never undoes it: a mail that was accepted is not
sent again because the log is busy. What was missed then, or by a crash, is made good later.
"""

from collections.abc import Sequence

import structlog
from psycopg.errors import UndefinedTable
from psycopg.rows import class_row

from adapters.bootstrap import Parts
from workers.notifying.notice import Notice, columns_of
from workers.notifying.recording import known, seen_to
from workers.react import Connection

AT_ONCE = 100
# One that is locked is being noted as lost just now. What came back was lost after it was sent.
MISSED = f"""SELECT {columns_of("n")} FROM notifications n JOIN undelivered_v1 u
        ON n.application_id = u.application_id AND (n.repeats = u.notification_id
            OR (n.notification_id = u.notification_id AND n.channel <> 'account'
                AND u.cause <> 'bounced'))
    WHERE n.state IN ('sent', 'delivered') LIMIT {AT_ONCE} FOR UPDATE OF n SKIP LOCKED"""  # noqa: S608 -- the fields of a class

log = structlog.get_logger()


async def settle(parts: Parts, notice: Notice) -> None:
    try:
        await seen_to(parts, notice)
    except Exception as error:  # noqa: BLE001 -- it was sent, whatever this is
        log.warning("notice_not_settled", error=type(error).__name__, **known(notice))


async def settle_missed(parts: Parts, connection: Connection) -> None:
    try:
        missed = await _missed(connection)
    except UndefinedTable:
        return  # nobody has been shown anything yet
    for notice in missed:
        await settle(parts, notice)


async def _missed(connection: Connection) -> Sequence[Notice]:
    async with connection.transaction(), connection.cursor(row_factory=class_row(Notice)) as cursor:
        await cursor.execute(MISSED.encode())
        return await cursor.fetchall()
