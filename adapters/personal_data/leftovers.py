"""What is left of an application outside the database: its proofs, and the mails that were caught.

Found by what they are named after, not by what the history tells: a file may have been kept for an
event that was never recorded, and a town may have another address by now, or be gone.
"""

from collections.abc import Set as AbstractSet
from pathlib import Path
from uuid import UUID

from adapters.mail.mail_folder import caught, forget
from adapters.proofs.files import ProofFiles


async def remove_files(files: ProofFiles, application_id: UUID) -> None:
    async for page in files.store.list(prefix=str(application_id)):
        for one in page:
            await files.remove(one["path"])


def remove_mails(folder: Path, notification_ids: AbstractSet[str]) -> None:
    if notification_ids:
        found = (str(mail["Message-ID"]) for mail in caught(folder))
        forget(folder, [one for one in found if _about(one) in notification_ids])


def _about(message_id: str) -> str:
    return message_id.strip(" <>").partition("@")[0]
