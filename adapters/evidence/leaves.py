"""What the Merkle tree binds of an event: where and when it was recorded, and its chain's hash."""

from struct import Struct

# Position; microseconds since 2000-01-01 UTC, as PostgreSQL counts them; hash of the event.
LEAF = Struct(">qq32s")
LEAF_SQL = "int8send(notification_id) || timestamptz_send(recorded_at) || hash"
