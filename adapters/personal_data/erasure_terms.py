"""What is asked for when a person is erased, and what became of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from adapters.event_store.recorded import Metadata
from adapters.ids import derived_id
from adapters.personal_data.damage import Damage
from domain.application.events import ErasureGround
from domain.application.state import Status


class Fate(StrEnum):
    """`open`: not finished, so nothing was erased; `owed`: money has to go back to them first;
    `paying`: a payment is open, within a day it is not; `kept`: the law wants the payer's name
    kept; `damaged`: as well, and cannot be read: only whoever asks for it by hand erases that.
    """

    ERASED = "erased"
    OPEN = "open"
    OWED = "owed"
    PAYING = "paying"
    KEPT = "kept"
    DAMAGED = "damaged"


class Removed(NamedTuple):
    """What was there besides the key, and is no more. `mails`: with letters to accounts."""

    files: int = 0
    mails: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one application, or of one fee record; `until` when it may be erased.

    `status`: of one that is open. `before`: it was erased earlier already, as is known of an
    application that is named by its id. `damage`: what could not be read, and is gone all the same.
    """

    stream_id: UUID
    fate: Fate
    until: date | None = None
    status: Status | None = None
    removed: Removed = field(default=Removed(), compare=False)
    before: bool = False
    damage: Damage | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """`subject`: an account of a portal, or the id of one application."""

    subject: str
    municipality: str | None
    ground: ErasureGround
    metadata: Metadata
    now: datetime

    def metadata_for(self, stream_id: UUID, what: type) -> Metadata:
        command_id = derived_id(self.metadata.command_id, stream_id, what.__name__)
        return Metadata(command_id, self.metadata.actor, self.metadata.correlation_id)
