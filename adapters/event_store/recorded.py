"""An event in its envelope: what happened, where it is recorded, and who asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec

from adapters.event_store.chain import GENESIS
from adapters.personal_data.sealing import DataKey


class ActorStamp(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who acted, in which role, for which municipality. A pseudonym, never a name."""

    subject: str
    role: str
    municipality: str | None = None


class Metadata(msgspec.Struct, frozen=True, omit_defaults=True):
    command_id: UUID
    actor: ActorStamp
    correlation_id: str
    causation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """`position`: place in the log, in commit order; `version`: place in the stream, from 1."""

    stream_id: UUID
    version: int
    position: int
    event: Any
    metadata: Metadata
    recorded_at: datetime

    @property
    def event_id(self) -> UUID:
        return uuid5(self.stream_id, str(self.version))


class Loaded(msgspec.Struct, frozen=True):
    """The events of a stream, for folding, and what it takes to append to it."""

    events: Sequence[Any] = msgspec.field(default_factory=list)
    hash: bytes = GENESIS
    key: DataKey | None = None

    @property
    def version(self) -> int:
        return len(self.events)


class Proposal(msgspec.Struct, frozen=True):
    """What a command wants appended to a stream that stands at `expected_version`.

    `fingerprint` tells the same command from another one that reuses its id. `previous` and `key`
    are of the stream as it was loaded; a new one begins without.
    """

    stream_id: UUID
    expected_version: int
    events: Sequence[Any]
    metadata: Metadata
    fingerprint: bytes = b""
    previous: bytes = GENESIS
    key: DataKey | None = None


class Appended(msgspec.Struct, frozen=True):
    """Where the stream and the log stand after the command; the same again for a replay.

    `hash` is what the next append to the stream gives as `previous`; unknown for a replay.
    """

    stream_id: UUID
    version: int
    position: int
    replayed: bool = False
    hash: bytes | None = None
