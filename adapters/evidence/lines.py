"""The lines of an exported log: a header, one an event, one a checkpoint, and the end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec

FORMAT = "amtsweg-log/1"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Int8 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Position = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Header(msgspec.Struct, frozen=True, tag="header", tag_field="kind"):
    """`log` and `public_key` are for information: whoever made the file wrote them, too."""

    format: str
    log: str
    public_key: str
    made_at: Moment
    last_position: int


class EventLine(msgspec.Struct, frozen=True, omit_defaults=True, tag="event", tag_field="kind"):
    """`state` holds the stored bytes as they are; those that are no text are in `state_base64`."""

    position: Position
    stream: UUID
    version: Int8
    name: str
    recorded_at: Moment
    hash: Hash
    state: str | None = None
    state_base64: bytes | None = None

    @property
    def stored(self) -> bytes:
        return self.state_base64 or (self.state or "").encode()


class CheckpointLine(msgspec.Struct, frozen=True, tag="checkpoint", tag_field="kind"):
    number: int
    note: str


class EndLine(msgspec.Struct, frozen=True, tag="end", tag_field="kind"):
    """Without it the file was cut."""

    events: int
    checkpoints: int


Line = Header | EventLine | CheckpointLine | EndLine
encode = msgspec.json.Encoder().encode
decode: Callable[[bytes], Line] = msgspec.json.Decoder(Line).decode
# As `encode` begins it; another program may write the same in other words.
EVENT_BEGINS = b'{"kind":"event",'


def microseconds(moment: datetime) -> int:
    """As PostgreSQL counts them."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(count: int) -> datetime:
    """Raise OverflowError for what is beyond the calendar."""
    return EPOCH + timedelta(microseconds=count)
