"""The key file of an installation: made once, and never where there is data under another one."""

from pathlib import Path
from typing import Any

import psycopg

from adapters.personal_data.key_ring import (
    KeyRing,
    KeyRingElsewhere,
    KeyRingMissing,
    KeyRingOutdated,
    create_key_ring,
    load_key_ring,
    new_key_ring,
)
from adapters.personal_data.retired import retired_versions
from adapters.personal_data.sealing import stored_key
from adapters.postgres.connecting import OPTIONS

# One of each version, for a file may have some of them right; and one that it lacks.
SOME_KEYS = """SELECT k.* FROM unnest(%(versions)s::int[]) AS v (version) CROSS JOIN LATERAL (
        SELECT stream_id, municipality, kek, wrapped FROM data_keys WHERE kek = v.version LIMIT 1) k
    UNION ALL (SELECT stream_id, municipality, kek, wrapped FROM data_keys
        WHERE kek <> ALL (%(versions)s) LIMIT 1)"""

Connection = psycopg.Connection[tuple[Any, ...]]


def prepare_key_ring(file: Path, url: str) -> bool:
    """Return whether the file was made now. Raise a kind of KeyRingRefused."""
    with _connected(url) as connection:
        free = not file.exists() and not _keys(connection)
        made = free and create_key_ring(new_key_ring(), file)
        ring_for(file, connection)
    return made


def right_ring(file: Path, url: str) -> KeyRing:
    """Return the keys in this file, if they are this database's. Raise a kind of KeyRingRefused."""
    with _connected(url) as connection:
        return ring_for(file, connection)


def ring_for(file: Path, connection: Connection) -> KeyRing:
    """Do the same over a connection that is open."""
    try:
        ring = load_key_ring(file)
    except KeyRingMissing:
        if not _keys(connection):
            raise
        raise KeyRingElsewhere(file) from None
    for row in _keys(connection, ring):
        stored_key(ring, *row)
    if ring.current in retired_versions(connection):
        raise KeyRingOutdated(file)
    return ring


def _keys(connection: Connection, ring: KeyRing | None = None) -> list[tuple[Any, ...]]:
    versions = sorted(ring.keys) if ring else []
    return connection.execute(SOME_KEYS, {"versions": versions}).fetchall()


def _connected(url: str) -> Connection:
    return psycopg.connect(url, connect_timeout=5, options=OPTIONS)
