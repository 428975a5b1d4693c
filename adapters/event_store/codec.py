"""The stored form of an event, and how events of each class are read and written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from adapters.event_store.recorded import Metadata
from adapters.personal_data.marked import PersonalPart, personal_part

ACTOR = "$actor"
BEGINS = b'{"data":{"'  # as all are written: `Stored` has its data first, and hardly any is empty
BESIDE = frozenset({"metadata", "sealed"})
Data = TypeVar("Data")


class Stored(msgspec.Struct, Generic[Data], frozen=True, omit_defaults=True):
    """The bytes of one event: `{"data": ..., "metadata": ..., "sealed": ...}`."""

    data: Data
    metadata: Metadata
    sealed: bytes = b""


class DataOnly(msgspec.Struct, Generic[Data], frozen=True, gc=False):
    """The same bytes, for readers that do not need the envelope."""

    data: Data
    sealed: bytes = b""


class Bare(msgspec.Struct, Generic[Data], frozen=True, gc=False):
    """The same bytes, for readers that need neither the envelope nor what is sealed."""

    data: Data


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
    `plain`: it is stored as it is. `begins`: with all that is personal empty. `box` reads what was
    sealed.
    """

    name: str
    kind: type
    whole: msgspec.json.Decoder[Any]
    data_only: msgspec.json.Decoder[Any]
    bare: msgspec.json.Decoder[Any]
    box: msgspec.json.Decoder[dict[str, Any]]
    personal: PersonalPart
    upcast: Upcast | None
    plain: bool
    begins: bytes

    def closed(self, state: bytes) -> Any:
        """Return the event without what is personal in it."""
        return self.event(self.bare.decode(self.emptied(state)).data, b"")

    def emptied(self, state: bytes) -> bytes:
        """Put the empty value of each personal field before the others.

        So that one pass makes the event. Of a field that occurs twice the last value counts: it may
        lie there in the clear, as one that was empty anyway does.
        """
        if not self.personal:
            return state
        if state.startswith(BEGINS):
            return self.begins + state[len(BEGINS) :]
        return _data_first(state, self.begins)

    def event(self, read: Any, box: bytes) -> Any:
        """Complete what was read by what was sealed; `box` is empty without its key."""
        if box and self.personal:
            for name, value in self.box.decode(box).items():
                object.__setattr__(read, name, value)  # nobody else has seen it yet
        return self.upcast.by(read) if self.upcast else read


def codec_of(event_type: type, upcast: Upcast | None = None) -> Codec:
    personal = personal_part(event_type)
    data: Any = event_type
    return Codec(
        name=event_type.__name__,
        kind=upcast.new if upcast else event_type,
        whole=msgspec.json.Decoder(Stored[data]),
        data_only=msgspec.json.Decoder(DataOnly[data]),
        bare=msgspec.json.Decoder(Bare[data]),
        box=msgspec.json.Decoder(personal.box),
        personal=personal,
        upcast=upcast,
        plain=not personal and upcast is None,
        begins=BEGINS[:-1] + personal.empty[1:-1] + b',"',
    )


_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])


def _data_first(state: bytes, begins: bytes) -> bytes:
    """The same in another order, with spaces, or with nothing in the clear."""
    parts = _parts.decode(state)
    if "data" not in parts:
        return state  # and msgspec says so
    clear = bytes(parts["data"])[1:].lstrip()
    first = begins[:-1] if clear != b"}" else begins[: -len(b',"')]
    others = b"".join(
        b',"%s":%s' % (name.encode(), bytes(parts[name])) for name in BESIDE & parts.keys()
    )
    return first + clear + others + b"}"
