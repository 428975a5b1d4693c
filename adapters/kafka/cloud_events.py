"""An event of the log as a message: CloudEvents 1.0, binary mode, with nothing personal in it.

The value is the public part of the event as it is stored, the envelope is in the headers, and the
key is its stream, so that one partition holds a stream in order.
"""

import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha1
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from psycopg.rows import TupleRow

from adapters.event_names import EVENT_TYPES
from adapters.event_store.errors import UnknownEvent
from adapters.event_store.mapping import SUPERSEDED
from adapters.event_store.recorded import ActorStamp
from adapters.kafka.topic_names import topic_name
from adapters.kafka.topics import AGGREGATES
from adapters.personal_data.marked import internal_names, personal_part

TYPE = "amtsweg"
TRACE = re.compile(r"(?!0{32})[0-9a-f]{32}")
HEADERS = (
    ("content-type", b"application/json"),
    ("ce_specversion", b"1.0"),
)
# What is personal lies sealed beside the rest; should any of it lie in the clear, it stays here.
# So does which of the staff acted.
KEPT_BACK: Mapping[str, frozenset[str]] = {
    event_type.__name__: names
    for event_type in (*EVENT_TYPES, *(upcast.old for upcast in SUPERSEDED))
    if (names := frozenset([*personal_part(event_type).names, *internal_names(event_type)]))
}


class Message(NamedTuple):
    """`position`: where it is in the log."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    position: int


class Envelope(msgspec.Struct, frozen=True):
    """The metadata as they are stored: ids go from text to text."""

    command_id: str
    actor: ActorStamp
    correlation_id: str
    causation_id: str = ""


class Public(msgspec.Struct, frozen=True):
    """The stored bytes of an event, without what is sealed."""

    data: msgspec.Raw
    metadata: Envelope


_stored = msgspec.json.Decoder(Public).decode
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


class _Kind(NamedTuple):
    """What all events of one name have in common."""

    topic: str
    source: tuple[str, bytes]
    type: tuple[str, bytes]


@cache
def _kind(prefix: str, name: str) -> _Kind:
    aggregate = AGGREGATES.get(name)
    if aggregate is None:
        raise UnknownEvent(name)
    source, kind = f"/{prefix}/{aggregate}", f"{TYPE}.{aggregate}.{name}"
    topic = topic_name(prefix, aggregate)
    return _Kind(topic, ("ce_source", source.encode()), ("ce_type", kind.encode()))


def message_of(prefix: str, row: TupleRow) -> Message:
    """`row` is of the log. Raise UnknownEvent for a name that no class of this version bears."""
    stream_id, version, position, name, state, recorded_at = row
    kind, stored = _kind(prefix, name), _stored(state)
    event_id, subject = _event_id(stream_id, version), str(stream_id).encode()
    headers = [
        *HEADERS,
        kind.source,
        kind.type,
        ("ce_id", event_id.encode()),
        ("ce_subject", subject),
        ("ce_time", recorded_at.isoformat().encode()),
        ("ce_position", b"%d" % position),
        ("ce_streamversion", b"%d" % version),
        *_envelope(stored.metadata, event_id),
    ]
    return Message(kind.topic, subject, _public(name, stored.data), headers, position)


def _public(name: str, data: msgspec.Raw) -> bytes:
    kept_back, plain = KEPT_BACK.get(name), bytes(data)
    if kept_back is None or not _naming(kept_back).search(plain):
        return plain
    public: dict[str, Any] = _fields(data)
    return _encode({field: value for field, value in public.items() if field not in kept_back})


@cache
def _naming(kept_back: frozenset[str]) -> re.Pattern[bytes]:
    """Finds them, or what looks like them."""
    return re.compile(rb'"(?:%s)"' % "|".join(sorted(kept_back)).encode())


def _event_id(stream_id: UUID, version: int) -> str:
    """The id that the event has everywhere, uuid5(stream, version), in a third of the time."""
    made = sha1(stream_id.bytes + b"%d" % version, usedforsecurity=False).digest()
    text = bytes(
        (*made[:6], made[6] & 0x0F | 0x50, made[7], made[8] & 0x3F | 0x80, *made[9:16])
    ).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _envelope(metadata: Envelope, event_id: str) -> list[tuple[str, bytes]]:
    """Who acted is told by role and municipality, here as in the value, not by pseudonym."""
    actor, trace = metadata.actor, metadata.correlation_id
    found = [
        ("ce_commandid", metadata.command_id.encode()),
        ("ce_actorrole", actor.role.encode()),
    ]
    if actor.municipality:
        found.append(("ce_municipality", actor.municipality.encode()))
    if metadata.causation_id:
        found.append(("ce_causationid", metadata.causation_id.encode()))
    if TRACE.fullmatch(trace):
        found.append(
            (
                "ce_traceparent",
                f"00-{trace}-{event_id[:8]}{event_id[9:13]}{event_id[14:18]}-01".encode(),
            )
        )
    return found
