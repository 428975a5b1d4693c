"""The chain: each event's hash covers the hash before it in its stream, so none can be changed.

The SQL function `event_hash` makes the same from the same, for the library's own way of appending.
"""

from hashlib import sha256
from struct import Struct
from uuid import UUID

GENESIS = bytes(32)
_PLACE = Struct(">32s16sqH")


def event_hash(previous: bytes, stream_id: UUID, version: int, name: str, state: bytes) -> bytes:
    """Return 32 bytes. `previous`: the hash of version - 1, GENESIS before the first."""
    label = name.encode()
    place = _PLACE.pack(previous, stream_id.bytes, version, len(label))
    return sha256(place + label + state).digest()
