"""The stored form of an event, and how events of each class are read and written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from adapters.event_store.recorded import Metadata
from adapters.personal_data.marked import PersonalPart, personal_part

ACTOR = "$actor"
SHORTEST = len("{}")
Data = TypeVar("Data")


class Stored(msgspec.Struct, Generic[Data], frozen=True, omit_defaults=True):
    """The bytes of one event: `{"data": ..., "metadata": ..., "sealed": ...}`."""

    data: Data
    metadata: Metadata
    sealed: bytes = b""


class DataOnly(msgspec.Struct, Generic[Data], frozen=True):
    """The same bytes, for readers that do not need the envelope."""

    data: Data
    sealed: bytes = b""


class Acted(msgspec.Struct, frozen=True):
    """Who acted, where it was a citizen: sealed beside the personal fields, under a name apart."""

    actor: str = msgspec.field(default="", name=ACTOR)


@dataclass(frozen=True, slots=True)
class Upcast:
    """A class that is read for ever, and written no more: `by` makes the new fact of the old."""

    old: type
    new: type
    by: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Codec:
    """How events of one class are read and written.

    `kind`: what it is read as; `upcast` where that took the place of the class it is stored under.
    `plain`: it is stored as it is.
    """

    name: str
    kind: type
    whole: msgspec.json.Decoder[Any]
    data_only: msgspec.json.Decoder[Any]
    fields: msgspec.json.Decoder[Any]
    personal: PersonalPart
    upcast: Upcast | None
    plain: bool

    def event(self, stored: Stored[Any] | DataOnly[Any], box: bytes) -> Any:
        """Put an event together again; `box` is what was sealed, empty without its key."""
        if self.plain:
            return stored.data
        event = self._joined(stored, box) if self.personal else stored.data
        return self.upcast.by(event) if self.upcast else event

    def _joined(self, stored: Stored[Any] | DataOnly[Any], box: bytes) -> Any:
        clear = bytes(stored.data)
        if not stored.sealed:
            return self.fields.decode(clear)
        # Of a field that occurs twice the last value counts; clear ones are never personal.
        first, last = (clear, box) if box else (self.personal.empty, clear)
        comma = b"," if len(first) > SHORTEST and len(last) > SHORTEST else b""
        return self.fields.decode(first[:-1] + comma + last[1:])


def codec_of(event_type: type, upcast: Upcast | None = None) -> Codec:
    personal = personal_part(event_type)
    data: Any = msgspec.Raw if personal else event_type
    return Codec(
        name=event_type.__name__,
        kind=upcast.new if upcast else event_type,
        whole=msgspec.json.Decoder(Stored[data]),
        data_only=msgspec.json.Decoder(DataOnly[data]),
        fields=msgspec.json.Decoder(event_type),
        personal=personal,
        upcast=upcast,
        plain=not personal and upcast is None,
    )
