"""Events to stored bytes and back, under their bare names, so that code may move freely."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from eventsourcing.persistence import Mapper, Notification, StoredEvent

from adapters.event_store.errors import DuplicateEventName, UnknownEvent
from adapters.event_store.recorded import Metadata, Recorded

Data = TypeVar("Data")
UNKNOWN_TIME = datetime.min.replace(tzinfo=UTC)


class Stored(msgspec.Struct, Generic[Data], frozen=True):
    """The bytes of one event: `{"data": ..., "metadata": ...}`."""

    data: Data
    metadata: Metadata


class DataOnly(msgspec.Struct, Generic[Data], frozen=True):
    """The same bytes, for readers that do not need the envelope."""

    data: Data


class EventMapper(Mapper[UUID]):
    def __init__(self, event_types: Iterable[type]) -> None:
        self._whole: dict[str, msgspec.json.Decoder[Any]] = {}
        self._data: dict[str, msgspec.json.Decoder[Any]] = {}
        self._encode = msgspec.json.Encoder().encode
        for event_type in event_types:
            name = event_type.__name__
            if name in self._whole:
                raise DuplicateEventName(name)
            self._whole[name] = msgspec.json.Decoder(Stored[event_type])  # type: ignore[valid-type]
            self._data[name] = msgspec.json.Decoder(DataOnly[event_type])  # type: ignore[valid-type]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._whole)

    def encode(self, event: Any, metadata: Metadata) -> tuple[str, bytes]:
        """Return the stored name and bytes of an event."""
        return type(event).__name__, self._encode(Stored(event, metadata))

    def decode(self, name: str, state: bytes) -> Stored[Any]:
        """Raise UnknownEvent for a name that no class bears."""
        return self._decoder(self._whole, name).decode(state)  # type: ignore[no-any-return]

    def decode_event(self, name: str, state: bytes) -> Any:
        return self._decoder(self._data, name).decode(state).data

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        recorded: Recorded = domain_event
        topic, state = self.encode(recorded.event, recorded.metadata)
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

    @staticmethod
    def _decoder(
        decoders: dict[str, msgspec.json.Decoder[Any]], name: str
    ) -> msgspec.json.Decoder[Any]:
        try:
            return decoders[name]
        except KeyError:
            raise UnknownEvent(name) from None
