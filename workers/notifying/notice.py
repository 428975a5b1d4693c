"""One row of the queue: who is to be told what, and by which way."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from workers.react import Connection

EMAIL, OFFICE = "email", "office"
ACCOUNT, ACCOUNT_STATE = "account", "account-state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The letter is written from the application's first `version` events, in `language`: empty
    where it was queued before that was pinned. `unanswered`: so often a mail server did not say
    whether it took it. `repeats`: a clerk had that one sent again.
    """

    notification_id: UUID
    application_id: UUID
    template: str
    version: int
    municipality: str
    office: str
    channel: str
    language: str
    attempts: int
    unanswered: int
    queued_at: datetime
    repeats: UUID | None


def columns_of(table: str) -> str:
    return ", ".join(f"{table}.{field.name}" for field in fields(Notice))


COLUMNS = columns_of("notifications")
ONE = f"SELECT {COLUMNS} FROM notifications WHERE notification_id = %s"  # noqa: S608 -- the fields


def recipient(channel: str) -> str:
    """Part of a notice's id: an e-mail is to the applicant, all else to whom its way leads to."""
    return "applicant" if channel == EMAIL else channel


async def find(connection: Connection, notification_id: UUID) -> Notice | None:
    async with connection.cursor(row_factory=class_row(Notice)) as cursor:
        await cursor.execute(ONE.encode(), (notification_id,))
        return await cursor.fetchone()
