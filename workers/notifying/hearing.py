"""Hears what was reported of a mail, whether it was a notice's or a digest's."""

from enum import StrEnum
from typing import assert_never
from uuid import UUID

from adapters.bootstrap import Parts
from adapters.mail.reports import Action
from workers.notifying import digest_noting
from workers.notifying.noting import arrive, bounce, taken
from workers.react import Connection


class Kind(StrEnum):
    """`relayed`: to somebody who tells no more; `forged`: to a return path that is none of ours;
    `unread`: whatever else arrived.
    """

    BOUNCED = "bounced"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    FORGED = "forged"
    UNREAD = "unread"


KINDS = {
    Action.FAILED: Kind.BOUNCED,
    Action.DELAYED: Kind.DELAYED,
    Action.DELIVERED: Kind.DELIVERED,
    Action.RELAYED: Kind.RELAYED,
    Action.EXPANDED: Kind.RELAYED,
}


async def hear(
    parts: Parts, connection: Connection, kind: Kind, notification_id: UUID, status: str
) -> bool:
    """Return whether it says anything new of a mail of ours. Raise LockNotAvailable while the
    sender of that holds it.
    """
    said = f"DSN {status}".strip()
    match kind:
        case Kind.BOUNCED:
            came_back = await bounce(parts, connection, notification_id, said) is not None
            return came_back or await digest_noting.fail(connection, notification_id, said)
        case Kind.DELAYED | Kind.RELAYED:
            detail = said if kind is Kind.DELAYED else ""
            known = await taken(connection, notification_id, detail)
            return known or await digest_noting.taken(connection, notification_id)
        case Kind.DELIVERED:
            arrived = await arrive(connection, notification_id)
            return arrived or await digest_noting.arrive(connection, notification_id)
        case Kind.FORGED | Kind.UNREAD:
            return False
        case _:
            assert_never(kind)
