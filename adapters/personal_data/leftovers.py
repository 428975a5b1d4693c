"""What is left of an application outside the log: proofs, what was caught, what is yet to go out.

Found by what they are named after, not by what the history tells: a file may have been kept for an
event that was never recorded, and a town may have another address by now, or be gone.
"""

import asyncio
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.account_mailbox.account_letters import AccountLetters
from adapters.event_store.log import EventLog
from adapters.mail.mail_folder import caught, forget
from adapters.proofs.files import ProofFiles

# One that is just being sent is in its sender's hands, and can be written no more.
UNSENT_NOTICES = """UPDATE notifications SET language = '', settled_at = CASE
        WHEN state IN ('failed', 'bounced') THEN coalesce(settled_at, clock_timestamp()) END,
        state = CASE WHEN state IN ('queued', 'sending') THEN 'dropped' ELSE state END
    WHERE notification_id IN (SELECT notification_id FROM notifications
        WHERE application_id = %b FOR UPDATE SKIP LOCKED) RETURNING notification_id"""
# The sender of this one looks at the log afterwards.
UNSENT = """UPDATE hand_overs SET state = 'dropped', error = '' WHERE hand_over_id IN (
        SELECT hand_over_id FROM hand_overs
        WHERE application_id = %b AND state <> 'delivered' FOR UPDATE SKIP LOCKED)
    RETURNING hand_over_id"""
IS_FORGOTTEN = "SELECT FROM data_keys WHERE stream_id = %s AND destroyed_at IS NOT NULL"

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Caught:
    """What a sandbox keeps: the folder of its mails, the file of letters to accounts."""

    mails: Path
    letters: Path

    def remove(self, application_id: UUID, notification_ids: AbstractSet[str]) -> int:
        """Return how many mails and letters there were."""
        letters = remove_letters(self.letters, application_id)
        return letters + remove_mails(self.mails, notification_ids)


async def drop_unsent(log: EventLog, application_id: UUID) -> None:
    """What a back office or a mail server has taken is there; the rest is not sent any more."""
    await log.rows(UNSENT, (application_id,))
    await log.rows(UNSENT_NOTICES, (application_id,))


async def take_back(
    connection: Connection, caught: Caught, application_id: UUID, sent: str
) -> None:
    """What was on its way while its person was erased came after all was removed.

    Erasing destroys the key before it removes anything: where there still is one, it finds this.
    """
    cursor = await connection.execute(IS_FORGOTTEN, (application_id,))
    if await cursor.fetchone() is not None:
        await asyncio.to_thread(caught.remove, application_id, {sent})


async def remove_files(files: ProofFiles, application_id: UUID) -> int:
    """Return how many there were."""
    removed = 0
    async for name in files.names(str(application_id)):
        await files.remove(name)
        removed += 1
    await files.remove_folder(str(application_id))
    return removed


def remove_mails(folder: Path, notification_ids: AbstractSet[str]) -> int:
    """Return how many there were."""
    if not notification_ids:
        return 0
    found = (str(mail["Message-ID"]) for mail in caught(folder))
    mails = [one for one in found if _about(one) in notification_ids]
    forget(folder, mails)
    return len(mails)


def remove_letters(file: Path, application_id: UUID) -> int:
    """With how the application stands. Return how many letters there were."""
    return AccountLetters(file).forget(str(application_id)) if file.exists() else 0


def _about(message_id: str) -> str:
    return message_id.strip(" <>").partition("@")[0]
