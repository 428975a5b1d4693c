"""Changes the key-encryption key: every data key is wrapped anew, no event is touched.

Once the old version is out of the key file, what was destroyed is beyond recall: the wrapped keys
that old pages, write-ahead logs and backups may still hold open nothing any more.
"""

from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg.errors import CheckViolation, LockNotAvailable

from adapters.personal_data.key_ring import (
    KeyRing,
    KeyRingRefused,
    save_key_ring,
)
from adapters.personal_data.preparing import ring_at, ring_for
from adapters.personal_data.retired import forbid, retired_versions
from adapters.personal_data.rewrapping import Damaged, Progress, damaged_under, rewrap_all
from adapters.personal_data.told import given_versions, tell
from adapters.personal_data.turns import take_turn
from adapters.postgres.connecting import OPTIONS

EVERY_TOWN = "-c amtsweg.municipality=*"  # and as much time as it takes
USED = "SELECT count(*) FROM data_keys WHERE wrapped IS NOT NULL AND kek = %s"
UNDER = "SELECT kek, count(*) FROM data_keys WHERE wrapped IS NOT NULL GROUP BY kek"
DESTROYED_UNDER = """SELECT last_kek, count(*) FROM data_keys
    WHERE last_kek IS NOT NULL GROUP BY last_kek"""
# Whoever waits for the table holds up all who come later: not for long.
BRIEFLY = "SET LOCAL lock_timeout = '5s'"
OWNS = """SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class
    WHERE oid = 'data_keys'::regclass"""

Connection = psycopg.Connection[Any]


class Rotated(NamedTuple):
    """`damaged`: what was passed over, for it opens under no version of the file."""

    ring: KeyRing
    damaged: Damaged


class RotationRefused(KeyRingRefused):
    """The key file stays as it is."""


class LoginMayNotChangeKeys(RotationRefused):
    """This login may not change the keys; use the one that owns the tables and runs `migrate`."""


class VersionInUse(RotationRefused):
    """Some data keys are still under this version; run `keys rotate` first. Data keys under it:"""


class VersionIsCurrent(RotationRefused):
    """New data keys go under this version; run `keys rotate` first. Version:"""


class VersionUnknown(RotationRefused):
    """The key file has no such version; `keys show` lists them. Version:"""


class KeysAreHeld(RotationRefused):
    """Another session holds the keys, such as a backup; retire the version once it has ended.
    Version:
    """


class KeysAreDamaged(RotationRefused):
    """These data keys are under this version, and it does not open them: they were damaged, or
    never made with this key file. Bring them back from a backup and run `keys rotate`; or give them
    up for ever, with `--give-up`. Version, and their streams:
    """


def rotate(file: Path, url: str, progress: Progress) -> Rotated:
    """Make a new version the current one and wrap all keys under it; safe to run again.

    Raise a kind of KeyRingRefused.
    """
    with psycopg.connect(url, autocommit=True, options=EVERY_TOWN) as connection:
        _require_owner(connection)
        take_turn(connection, file)
        # Before anything is written: a file that is not this database's stays as it is.
        ring, retired = ring_for(file, connection), retired_versions(connection)
        given = given_versions(connection) | retired
        tell(connection, ring, retired)
        rest = rewrap_all(connection, ring, retired, progress)
        if rest.done:  # of a rotation that was interrupted
            return Rotated(ring, rest.damaged)
        ring = ring.with_new_version(given)
        tell(connection, ring, retired)
        save_key_ring(ring, file)
        return Rotated(ring, rewrap_all(connection, ring, retired, progress).damaged)


def retire(file: Path, url: str, version: int, *, give_up: bool = False) -> KeyRing:
    """Take a version out of the file, for ever. `give_up`: although some keys do not open under it.

    Raise a kind of KeyRingRefused.
    """
    with psycopg.connect(url, autocommit=True, options=EVERY_TOWN) as connection:
        take_turn(connection, file)
        ring = _require_retirable(connection, file, version, give_up=give_up)
        _forbid(connection, ring, version, give_up=give_up)
        left = ring.without(version)
        save_key_ring(left, file)
    return left


class Version(NamedTuple):
    """A version of the key-encryption key, as the file and the database know it.

    `destroyed`: data keys that were under it last; backups still have them.
    """

    version: int
    current: bool
    in_file: bool
    retired: bool
    data_keys: int
    destroyed: int


def key_versions(file: Path, url: str) -> list[Version]:
    """Return all that either knows. Raise a kind of KeyRingRefused."""
    with psycopg.connect(url, autocommit=True, options=OPTIONS) as connection:
        ring, retired = ring_at(file, connection), retired_versions(connection)
        under: dict[int, int] = dict(connection.execute(UNDER).fetchall())
        gone: dict[int, int] = dict(connection.execute(DESTROYED_UNDER).fetchall())
    return [
        Version(
            version=one,
            current=one == ring.current,
            in_file=one in ring.keys,
            retired=one in retired,
            data_keys=under.get(one, 0),
            destroyed=gone.get(one, 0),
        )
        for one in sorted(ring.keys.keys() | retired | under.keys() | gone.keys())
    ]


def require_retirable(file: Path, url: str, version: int, *, give_up: bool = False) -> None:
    """Raise what `retire` would, but for KeysAreHeld."""
    with psycopg.connect(url, autocommit=True, options=EVERY_TOWN) as connection:
        _require_retirable(connection, file, version, give_up=give_up)


def _require_retirable(
    connection: Connection, file: Path, version: int, *, give_up: bool
) -> KeyRing:
    _require_owner(connection)
    ring = ring_for(file, connection)
    if version not in ring.keys:
        raise VersionUnknown(version)
    if version == ring.current:
        raise VersionIsCurrent(version)
    _require_unused(connection, ring, version, give_up=give_up)
    return ring


def _require_unused(connection: Connection, ring: KeyRing, version: int, *, give_up: bool) -> None:
    damaged = damaged_under(connection, ring, version)
    if damaged is None:
        raise VersionInUse(_used(connection, version))
    if damaged.count and not give_up:
        raise KeysAreDamaged(version, damaged)


def _require_owner(connection: Connection) -> None:
    row = connection.execute(OWNS).fetchone()
    if not (row and row[0]):
        raise LoginMayNotChangeKeys


def _forbid(connection: Connection, ring: KeyRing, version: int, *, give_up: bool) -> None:
    try:
        with connection.transaction():
            connection.execute(BRIEFLY)
            connection.execute(forbid(version, all_rows=not give_up))
            if give_up:  # else the constraint itself looks
                _require_unused(connection, ring, version, give_up=True)
    except CheckViolation:
        raise VersionInUse(_used(connection, version)) from None
    except LockNotAvailable:
        raise KeysAreHeld(version) from None


def _used(connection: Connection, version: int) -> int:
    row = connection.execute(USED, (version,)).fetchone()
    return int(row[0]) if row else 0
