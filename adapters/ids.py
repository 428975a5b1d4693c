"""Ids: time-ordered ones for new streams, derived ones where twice must be once."""

from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

_NAMESPACE = UUID("6f1f6f0e-6f0a-5d6b-8f55-0a9d3c1b7e21")


def new_id() -> UUID:
    """Return a UUID version 7: streams that begin together lie together in the index."""
    return uuid7()


def derived_id(*parts: object) -> UUID:
    """Return the same id for the same parts, for ever."""
    return uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))
