"""Changes the key-encryption key: every data key is wrapped anew, no event is touched.

Once the old version is out of the key file, what was destroyed is beyond recall: the wrapped keys
that old pages, write-ahead logs and backups may still hold open nothing any more.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg.errors import CheckViolation, LockNotAvailable

from adapters.personal_data.key_ring import (
    KeyRing,
    KeyRingRefused,
    load_key_ring,
    save_key_ring,
)
from adapters.personal_data.preparing import ring_for
from adapters.personal_data.retired import forbid, retired_versions
from adapters.personal_data.sealing import wrapping_place
from adapters.personal_data.told import tell
from adapters.personal_data.turns import take_turn
from adapters.postgres.connecting import OPTIONS

PAGE = 1_000
EVERY_TOWN = "-c amtsweg.municipality=*"  # and as much time as it takes
LEFT = "SELECT count(*) FROM data_keys WHERE wrapped IS NOT NULL AND kek <> %s"
USED = "SELECT count(*) FROM data_keys WHERE wrapped IS NOT NULL AND kek = %s"
UNDER = "SELECT kek, count(*) FROM data_keys WHERE wrapped IS NOT NULL GROUP BY kek"
DESTROYED_UNDER = """SELECT last_kek, count(*) FROM data_keys
    WHERE last_kek IS NOT NULL GROUP BY last_kek"""
OLD = """SELECT stream_id, municipality, kek, wrapped FROM data_keys
    WHERE wrapped IS NOT NULL AND kek <> %s AND stream_id > %s ORDER BY stream_id LIMIT %s"""
# One that was destroyed in between stays so.
REWRAP = """UPDATE data_keys SET kek = %s, wrapped = %s
    WHERE stream_id = %s AND kek = %s AND wrapped IS NOT NULL"""

# Whoever waits for the table holds up all who come later: not for long.
BRIEFLY = "SET LOCAL lock_timeout = '5s'"
OWNS = """SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class
    WHERE oid = 'data_keys'::regclass"""

Progress = Callable[[int, int], None]
Row = tuple[UUID, str, int, bytes]


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


def rotate(file: Path, url: str, progress: Progress) -> KeyRing:
    """Make a new version the current one and wrap all keys under it; safe to run again.

    Raise a kind of KeyRingRefused.
    """
    with psycopg.connect(url, autocommit=True, options=EVERY_TOWN) as connection:
        _require_owner(connection)
        take_turn(connection)
        # Before anything is written: a file that is not this database's stays as it is.
        ring = ring_for(file, connection)
        if begins := not _count(connection, LEFT, ring.current):
            ring = ring.with_new_version()
        tell(connection, ring, retired_versions(connection))
        if begins:
            save_key_ring(ring, file)
        _rewrap_all(connection, ring, progress)
    return ring


def retire(file: Path, url: str, version: int) -> KeyRing:
    """Take a version out of the file, for ever.

    Raise a kind of KeyRingRefused.
    """
    with psycopg.connect(url, autocommit=True, options=EVERY_TOWN) as connection:
        take_turn(connection)
        ring = _require_retirable(connection, file, version)
        _forbid(connection, version)
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
        ring, retired = load_key_ring(file), retired_versions(connection)
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


def require_retirable(file: Path, url: str, version: int) -> None:
    """Raise what `retire` would, but for KeysAreHeld."""
    with psycopg.connect(url, autocommit=True, options=EVERY_TOWN) as connection:
        _require_retirable(connection, file, version)


def _require_retirable(connection: psycopg.Connection[Any], file: Path, version: int) -> KeyRing:
    _require_owner(connection)
    ring = ring_for(file, connection)
    if version not in ring.keys:
        raise VersionUnknown(version)
    if version == ring.current:
        raise VersionIsCurrent(version)
    if used := _count(connection, USED, version):
        raise VersionInUse(used)
    return ring


def _require_owner(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(OWNS).fetchone()
    if not (row and row[0]):
        raise LoginMayNotChangeKeys


def _forbid(connection: psycopg.Connection[Any], version: int) -> None:
    try:
        with connection.transaction():
            connection.execute(BRIEFLY)
            connection.execute(forbid(version))
    except CheckViolation:
        raise VersionInUse(_count(connection, USED, version)) from None
    except LockNotAvailable:
        raise KeysAreHeld(version) from None


def _rewrap_all(connection: psycopg.Connection[Any], ring: KeyRing, progress: Progress) -> None:
    total, done = _count(connection, LEFT, ring.current), 0
    while left := _count(connection, LEFT, ring.current):
        last = UUID(int=0)
        while rows := connection.execute(OLD, (ring.current, last, PAGE)).fetchall():
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(REWRAP, [_rewrapped(ring, row) for row in rows])
            last, done = rows[-1][0], done + len(rows)
            progress(done, max(total, done, left))


def _rewrapped(ring: KeyRing, row: Row) -> tuple[int, bytes, UUID, int]:
    stream_id, municipality, kek, wrapped = row
    place = wrapping_place(stream_id, municipality)
    version, anew = ring.wrap(ring.unwrap(kek, wrapped, place), place)
    return version, anew, stream_id, kek


def _count(connection: psycopg.Connection[Any], question: str, version: int) -> int:
    row = connection.execute(question.encode(), (version,)).fetchone()
    return int(row[0]) if row else 0
