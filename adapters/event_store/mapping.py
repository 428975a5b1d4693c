"""The one mapper of the product: every event, and those whose place another one took."""

from adapters.event_names import EVENT_TYPES
from adapters.event_store.codec import Upcast
from adapters.event_store.mapper import EventMapper
from adapters.personal_data.key_ring import KeyEncryption

SUPERSEDED: tuple[Upcast, ...] = ()


def event_mapper(keys: KeyEncryption | None = None) -> EventMapper:
    """Without keys, events are read without what is personal in them."""
    return EventMapper(EVENT_TYPES, keys, SUPERSEDED)
