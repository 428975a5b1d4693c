"""The chain: each event's hash covers the hash before it in its stream, so none can be changed.

The SQL function `event_hash` makes the same from the same, where events are stored.
"""

from collections.abc import Iterable
from hashlib import sha256
from struct import Struct
from typing import Any
from uuid import UUID

HASH_BYTES = 32
GENESIS = bytes(HASH_BYTES)
_PLACE = Struct(">32s16sqH")


def event_hash(previous: bytes, stream_id: UUID, version: int, name: str, state: bytes) -> bytes:
    """Return 32 bytes. `previous`: the hash of version - 1, GENESIS before the first."""
    label = name.encode()
    place = _PLACE.pack(previous, stream_id.bytes, version, len(label))
    return sha256(place + label + state).digest()


def first_broken(stream_id: UUID, rows: Iterable[tuple[Any, ...]]) -> int | None:
    """Return the first version that is not what was recorded after those before it.

    `rows`: version, name, state and hash of the stream's events, from the first one on.
    """
    previous = GENESIS
    for expected, row in enumerate(rows, 1):
        version, name, state, hash_ = row
        if version != expected or None in row:
            return expected
        if event_hash(previous, stream_id, version, name, state) != hash_:
            return expected
        previous = hash_
    return None
