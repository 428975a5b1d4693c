"""The key file of an installation: made once, and never where there is data under another one."""

from pathlib import Path
from typing import Any

import psycopg

from adapters.personal_data.key_ring import (
    KeyRing,
    KeyRingElsewhere,
    KeyRingMissing,
    KeyRingOutdated,
    WrongKeyRing,
    create_key_ring,
    load_key_ring,
    new_key_ring,
)
from adapters.personal_data.retired import retired_versions
from adapters.personal_data.sealing import stored_key
from adapters.personal_data.told import is_told, require_proven, tell
from adapters.personal_data.turns import take_turn
from adapters.postgres.connecting import OPTIONS

# Of a database that was told of no version yet: some of each version, for one row of it may be
# damaged while a file has the others right; and one that the file lacks.
SOME_KEYS = """SELECT k.* FROM unnest(%(versions)s::int[]) AS v (version) CROSS JOIN LATERAL (
        SELECT stream_id, municipality, kek, wrapped FROM data_keys
        WHERE kek = v.version LIMIT 20) k
    UNION ALL (SELECT stream_id, municipality, kek, wrapped FROM data_keys
        WHERE kek <> ALL (%(versions)s) AND kek <> ALL (%(retired)s::int[]) LIMIT 1)"""
IS_NEEDED = "SELECT EXISTS (SELECT FROM data_keys WHERE wrapped IS NOT NULL)"
# Another's change of the keys may rightly take long.
PATIENT = "-c amtsweg.municipality=*"

Connection = psycopg.Connection[tuple[Any, ...]]


def prepare_key_ring(file: Path, url: str) -> bool:
    """Return whether the file was made now. Raise a kind of KeyRingRefused."""
    with _connected(url, PATIENT) as connection:
        take_turn(connection, file)
        free = not file.exists() and not _is_needed(connection)
        made = free and create_key_ring(new_key_ring(), file)
        ring = ring_for(file, connection)
        tell(connection, ring, retired_versions(connection))
    return made


def right_ring(file: Path, url: str) -> KeyRing:
    """Return the keys in this file, if they are this database's. Raise a kind of KeyRingRefused."""
    with _connected(url, OPTIONS) as connection:
        return ring_for(file, connection)


def ring_for(file: Path, connection: Connection) -> KeyRing:
    """Do the same over a connection that is open."""
    ring = ring_at(file, connection)
    retired = retired_versions(connection)
    if is_told(connection):
        require_proven(connection, ring, retired)
    else:
        _require_opens(connection, ring, retired)
    if ring.current in retired:
        raise KeyRingOutdated(file)
    return ring


def ring_at(file: Path, connection: Connection) -> KeyRing:
    """Return what is in this file, whosever it is; to make one is no advice where one is needed."""
    try:
        return load_key_ring(file)
    except KeyRingMissing:
        if not _is_needed(connection):
            raise
        raise KeyRingElsewhere(file) from None


def _require_opens(connection: Connection, ring: KeyRing, retired: set[int]) -> None:
    """Raise KeyVersionMissing, or WrongKeyRing where nothing of a version opens."""
    versions = {"versions": sorted(ring.keys), "retired": sorted(retired)}
    opens: dict[int, bool] = {}
    for stream_id, municipality, kek, wrapped in connection.execute(SOME_KEYS, versions):
        try:
            stored_key(ring, stream_id, municipality, kek, wrapped)
        except WrongKeyRing:
            opens.setdefault(kek, False)
        else:
            opens[kek] = True
    if not all(opens.values()):
        raise WrongKeyRing


def _is_needed(connection: Connection) -> bool:
    """Return whether anybody's data are under a key."""
    row = connection.execute(IS_NEEDED).fetchone()
    return bool(row and row[0])


def _connected(url: str, options: str) -> Connection:
    return psycopg.connect(url, autocommit=True, connect_timeout=5, options=options)
