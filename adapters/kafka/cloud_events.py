"""An event of the log as a message: CloudEvents 1.0, binary mode, with nothing personal in it.

The value is the public part of the event as it is stored, the envelope is in the headers, and the
key is its stream, so that one partition holds a stream in order.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha1
from typing import NamedTuple

import msgspec
from psycopg.rows import TupleRow

from adapters.event_names import EVENT_TYPES
from adapters.event_store.errors import UnknownEvent
from adapters.event_store.mapping import SUPERSEDED
from adapters.event_store.recorded import ActorStamp
from adapters.kafka.topic_names import topic_name
from adapters.kafka.topics import AGGREGATES
from adapters.personal_data.marked import internal_names, internal_within, personal_part

TYPE = "amtsweg"
TRACE = re.compile(r"(?!0{32})[0-9a-f]{32}")
# The two bits that tell the variant of a UUID stand in the first digit of its fourth group.
VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
Header = tuple[str, bytes]
HEADERS: tuple[Header, ...] = (
    ("content-type", b"application/json"),
    ("ce_specversion", b"1.0"),
)
STORED = (*EVENT_TYPES, *(upcast.old for upcast in SUPERSEDED))
# What is personal lies sealed beside the rest; should any of it lie in the clear, it stays here.
# So does which of the staff acted, what somebody wrote freely, and the address of a mailbox.
KEPT_BACK: Mapping[str, frozenset[str]] = {
    event_type.__name__: names
    for event_type in STORED
    if (names := frozenset([*personal_part(event_type).names, *internal_names(event_type)]))
}
# The same of parts of an event, by its name and theirs.
PARTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    event_type.__name__: {name: frozenset(internal_names(kind)) for name, kind in parts.items()}
    for event_type in STORED
    if (parts := internal_within(event_type))
}
WHOLE: Mapping[str, frozenset[str]] = {}


class Message(NamedTuple):
    """`position`: where it is in the log."""

    topic: str
    key: bytes
    value: bytes
    headers: list[Header]
    position: int


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """The metadata as they are stored: ids go from text to text."""

    command_id: str
    actor: ActorStamp
    correlation_id: str
    causation_id: str = ""


class AsItIs(msgspec.Struct, frozen=True, gc=False):
    """The stored bytes of an event, without what is sealed."""

    data: msgspec.Raw
    metadata: Envelope


class ByField(msgspec.Struct, frozen=True):
    """The same bytes, of an event that has fields to keep back."""

    data: dict[str, msgspec.Raw]
    metadata: Envelope


_as_it_is = msgspec.json.Decoder(AsItIs).decode
_by_field = msgspec.json.Decoder(ByField).decode
_part = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


class _Kind(NamedTuple):
    """What all events of one name have in common."""

    topic: str
    headers: tuple[Header, ...]
    kept_back: frozenset[str]
    parts: Mapping[str, frozenset[str]]


@cache
def _kind(prefix: str, name: str) -> _Kind:
    aggregate = AGGREGATES.get(name)
    if aggregate is None:
        raise UnknownEvent(name)
    source, kind = f"/{prefix}/{aggregate}", f"{TYPE}.{aggregate}.{name}"
    headers = (*HEADERS, ("ce_source", source.encode()), ("ce_type", kind.encode()))
    kept_back, parts = KEPT_BACK.get(name, frozenset()), PARTS.get(name, WHOLE)
    return _Kind(topic_name(prefix, aggregate), headers, kept_back, parts)


def message_of(prefix: str, row: TupleRow) -> Message:
    """`row` is of the log. Raise UnknownEvent for a name that no class of this version bears."""
    stream_id, version, position, name, state, recorded_at = row
    topic, common, kept_back, parts = _kind(prefix, name)
    value, envelope = _public(state, kept_back, parts)
    stream = stream_id.bytes
    event_id, key = _event_id(stream, version), _text(stream.hex()).encode()
    headers = [
        *common,
        ("ce_id", event_id.encode()),
        ("ce_subject", key),
        ("ce_time", recorded_at.isoformat().encode()),
        ("ce_position", b"%d" % position),
        ("ce_streamversion", b"%d" % version),
        ("ce_commandid", envelope.command_id.encode()),
        *_acted(envelope.actor.role, envelope.actor.municipality),
    ]
    if envelope.causation_id:
        headers.append(("ce_causationid", envelope.causation_id.encode()))
    if TRACE.fullmatch(envelope.correlation_id):
        headers.append(_trace(envelope.correlation_id, event_id))
    return Message(topic, key, value, headers, position)


def _public(
    state: bytes, kept_back: frozenset[str], parts: Mapping[str, frozenset[str]] = WHOLE
) -> tuple[bytes, Envelope]:
    """Return what may be published of the stored bytes, and the envelope."""
    if not kept_back and not parts:
        whole = _as_it_is(state)
        return bytes(whole.data), whole.metadata
    stored = _by_field(state)
    public = _without(stored.data, kept_back)
    for field in parts.keys() & public.keys():
        public[field] = msgspec.Raw(_encode(_without(_part(public[field]), parts[field])))
    return _encode(public), stored.metadata


def _without(stored: dict[str, msgspec.Raw], kept_back: frozenset[str]) -> dict[str, msgspec.Raw]:
    for field in kept_back:
        stored.pop(field, None)
    return stored


def _event_id(stream: bytes, version: int) -> str:
    """The id that the event has everywhere, uuid5(stream, version), in a fifth of the time."""
    made = sha1(stream + b"%d" % version, usedforsecurity=False).hexdigest()
    return f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{VARIANT[made[16]]}{made[17:20]}-{made[20:32]}"


def _text(digits: str) -> str:
    """An id as it is written."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@lru_cache(10_000)
def _acted(role: str, municipality: str | None) -> tuple[Header, ...]:
    """Who acted is told by role and municipality, here as in the value, not by pseudonym."""
    by = ("ce_actorrole", role.encode())
    return (by, ("ce_municipality", municipality.encode())) if municipality else (by,)


def _trace(trace: str, event_id: str) -> Header:
    span = f"{event_id[:8]}{event_id[9:13]}{event_id[14:18]}"
    return "ce_traceparent", f"00-{trace}-{span}-01".encode()
