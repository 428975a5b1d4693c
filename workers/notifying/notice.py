"""One row of the queue: who is to be told what, and by which way."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

EMAIL, OFFICE = "email", "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The letter is written from the application's first `version` events, in `language`: empty
    where it was queued before that was pinned. `repeats`: a clerk had that one sent again.
    """

    notification_id: UUID
    application_id: UUID
    template: str
    version: int
    municipality: str
    channel: str
    language: str
    attempts: int
    queued_at: datetime
    repeats: UUID | None


COLUMNS = ", ".join(field.name for field in fields(Notice))
