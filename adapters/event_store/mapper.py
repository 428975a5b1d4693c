"""Events to stored bytes and back, under their bare names, so that code may move freely.

What is personal is stored in a sealed box beside the rest. Without its key, an event is read with
those fields empty.
"""

from collections.abc import Callable, Container, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from eventsourcing.persistence import Mapper, Notification, StoredEvent
from psycopg.rows import TupleRow

from adapters.event_store.codec import ACTOR, Acted, Codec, Stored, Upcast, codec_of
from adapters.event_store.errors import (
    DuplicateEventName,
    EventIsSuperseded,
    PersonIsErased,
    UnknownEvent,
)
from adapters.event_store.recorded import ActorStamp, Metadata, Proposal, Recorded
from adapters.personal_data.key_ring import KeyEncryption
from adapters.personal_data.people import person_in
from adapters.personal_data.sealing import DataKey, NewKey, new_key, stored_key

UNKNOWN_TIME = datetime.min.replace(tzinfo=UTC)
CITIZEN = "citizen"
CommandReader = Callable[[bytes], UUID]
StoredKey = tuple[str, int, bytes | None]  # municipality, version of the key-encryption key, key


class Place(NamedTuple):
    """Where an event is, or goes; and the key of what is sealed there, unless it is destroyed."""

    version: int
    key: DataKey | None


class Codecs(dict[str, Codec]):
    """By the name that events of a class are stored under."""

    def __missing__(self, name: str) -> Codec:
        raise UnknownEvent(name)


class EventMapper(Mapper[UUID]):
    """`keys` wraps the keys that personal data are sealed under; without, none can be stored."""

    def __init__(
        self,
        event_types: Iterable[type],
        keys: KeyEncryption | None = None,
        superseded: Iterable[Upcast] = (),
    ) -> None:
        self._keys = keys
        self._codecs = Codecs()
        self._encode = msgspec.json.Encoder().encode
        self._acted = msgspec.json.Decoder(Acted).decode
        for event_type in event_types:
            self._add(codec_of(event_type))
        for upcast in superseded:
            self._add(codec_of(upcast.old, upcast))

    def _add(self, codec: Codec) -> None:
        if codec.name in self._codecs:
            raise DuplicateEventName(codec.name)
        self._codecs[codec.name] = codec

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._codecs)

    def stored_names(self, wanted: Iterable[str]) -> frozenset[str]:
        """Return under which names facts of these names are stored: their own, and older ones."""
        own = frozenset(wanted)
        upcasts = (codec.upcast for codec in self._codecs.values() if codec.upcast)
        return own | {upcast.old.__name__ for upcast in upcasts if upcast.new.__name__ in own}

    def key_for(self, begins: Proposal) -> NewKey | None:
        """Return a new key for a stream that begins with a person's data."""
        person = person_in(begins.stream_id, begins.events[0]) if begins.events else None
        if person is None or self._keys is None:
            return None
        return new_key(self._keys, begins.stream_id, person)

    def stored_key(self, stream_id: UUID, stored: StoredKey) -> DataKey | None:
        """Return the key of a stream; None where there is none, or it is destroyed."""
        municipality, kek, wrapped = stored
        if wrapped is None or self._keys is None:
            return None
        return stored_key(self._keys, stream_id, municipality, kek, wrapped)

    def encode(self, event: Any, metadata: Metadata, place: Place) -> tuple[str, bytes]:
        """Return the stored name and bytes of an event; what is personal in it is sealed.

        Raise PersonIsErased where there is no key left to seal it under.
        """
        codec = self._codecs[type(event).__name__]
        if codec.upcast:
            raise EventIsSuperseded(codec.name)
        actor = metadata.actor.subject if metadata.actor.role == CITIZEN else ""
        private, clear = codec.personal.apart(event) if codec.personal or actor else ({}, {})
        if not private and not actor:
            return codec.name, self._encode(Stored(event, metadata))
        if place.key is None:
            raise PersonIsErased
        box = {**private, ACTOR: actor} if actor else private
        sealed = place.key.seal(self._encode(box), place.version, codec.name)
        return codec.name, self._encode(Stored(clear, _without_actor(metadata), sealed))

    def decode(self, name: str, state: bytes, place: Place | None = None) -> Stored[Any]:
        """Raise UnknownEvent for a name that no class bears, SealBroken for a box moved here."""
        codec = self._codecs[name]
        stored = codec.whole.decode(codec.emptied(state))
        box = self._opened(codec, stored.sealed, place)
        event, metadata = codec.event(stored.data, box), stored.metadata
        if box and (actor := self._acted(box).actor):
            stamp = msgspec.structs.replace(metadata.actor, subject=actor)
            metadata = msgspec.structs.replace(metadata, actor=stamp)
        return Stored(event, metadata)

    def command_reader(self, name: str) -> CommandReader:
        """Return what reads all of such an event that needs no key, and tells its command.

        Raise UnknownEvent; what is returned raises ValueError for bytes that are no such event.
        """
        codec = self._codecs[name]
        decode, whole = codec.whole.decode, codec.plain

        def read(state: bytes) -> UUID:
            stored = decode(state if whole else codec.emptied(state))
            if codec.upcast:
                codec.event(stored.data, b"")
            command_id: UUID = stored.metadata.command_id
            return command_id

        return read

    def decode_event(self, name: str, state: bytes, place: Place | None = None) -> Any:
        codec = self._codecs[name]
        if place is None or place.key is None or not codec.personal:
            return codec.closed(state)
        return self._opened_event(codec, state, place)

    def events(
        self, rows: Iterable[TupleRow], key: DataKey | None, opened: Container[type] | None = None
    ) -> list[Any]:
        """Return the bare events of a stream. `rows`: version, name, state, and whatever else.

        `opened`: whose personal fields are wanted, by class; None: of all. The others' are empty.
        """
        codecs, events = self._codecs, []
        for row in rows:
            codec = codecs[row[1]]
            if codec.plain:
                events.append(codec.bare.decode(row[2]).data)
            elif key and codec.personal and (opened is None or codec.kind in opened):
                events.append(self._opened_event(codec, row[2], Place(row[0], key)))
            else:
                events.append(codec.closed(row[2]))
        return events

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        recorded: Recorded = domain_event
        topic, state = self.encode(recorded.event, recorded.metadata, Place(recorded.version, None))
        return StoredEvent(recorded.stream_id, recorded.version, topic, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        stored = self.decode(stored_event.topic, stored_event.state)
        position = stored_event.id if isinstance(stored_event, Notification) else 0
        return Recorded(
            stream_id=UUID(str(stored_event.originator_id)),
            version=stored_event.originator_version,
            position=position,
            event=stored.data,
            metadata=stored.metadata,
            recorded_at=UNKNOWN_TIME,
        )

    def _opened_event(self, codec: Codec, state: bytes, place: Place) -> Any:
        stored = codec.data_only.decode(codec.emptied(state))
        return codec.event(stored.data, self._opened(codec, stored.sealed, place))

    @staticmethod
    def _opened(codec: Codec, sealed: bytes, place: Place | None) -> bytes:
        """Return what is in the box; nothing where there is none, or no key to it."""
        if not sealed or place is None or place.key is None:
            return b""
        return place.key.open(sealed, place.version, codec.name)


def _without_actor(metadata: Metadata) -> Metadata:
    actor = metadata.actor
    if actor.role != CITIZEN:
        return metadata
    nobody = ActorStamp("", actor.role, actor.municipality)
    return Metadata(metadata.command_id, nobody, metadata.correlation_id, metadata.causation_id)
