"""Changes the key-encryption key: every data key is wrapped anew, no event is touched.

Once the old version is out of the key file, what was destroyed is beyond recall: the wrapped keys
that old pages, write-ahead logs and backups may still hold open nothing any more.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.errors import CheckViolation, LockNotAvailable
from psycopg.sql import SQL, Identifier, Literal

from adapters.personal_data.key_ring import (
    KeyRing,
    KeyRingRefused,
    load_key_ring,
    save_key_ring,
)
from adapters.personal_data.sealing import wrapping_place

PAGE = 1_000
LEFT = "SELECT count(*) FROM data_keys WHERE wrapped IS NOT NULL AND kek <> %s"
USED = "SELECT count(*) FROM data_keys WHERE wrapped IS NOT NULL AND kek = %s"
OLD = """SELECT stream_id, municipality, kek, wrapped FROM data_keys
    WHERE wrapped IS NOT NULL AND kek <> %s AND stream_id > %s ORDER BY stream_id LIMIT %s"""
# One that was destroyed in between stays so.
REWRAP = """UPDATE data_keys SET kek = %s, wrapped = %s
    WHERE stream_id = %s AND kek = %s AND wrapped IS NOT NULL"""

ONE_AT_A_TIME = "SELECT pg_advisory_lock(hashtextextended('amtsweg.keys', 0))"
# Whoever waits for the table holds up all who come later: not for long.
BRIEFLY = "SET LOCAL lock_timeout = '5s'"
# The database itself refuses a key that was wrapped before and comes late.
FORBID = SQL(
    "ALTER TABLE data_keys DROP CONSTRAINT IF EXISTS {name}, ADD CONSTRAINT {name} "
    "CHECK (kek <> {version})"
)

Progress = Callable[[int, int], None]
Row = tuple[UUID, str, int, bytes]


class RotationRefused(KeyRingRefused):
    """The key file stays as it is."""


class VersionInUse(RotationRefused):
    """Some data keys are still under this version; run `keys rotate` first."""


class VersionIsCurrent(RotationRefused):
    """New data keys go under this version; run `keys rotate` first."""


class VersionUnknown(RotationRefused):
    """The key file has no such version."""


class KeysAreHeld(RotationRefused):
    """Another session holds the keys, such as a backup; retire the version once it has ended:"""


def rotate(file: Path, url: str, progress: Progress) -> KeyRing:
    """Make a new version the current one and wrap all keys under it; safe to run again."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(ONE_AT_A_TIME)
        ring = load_key_ring(file)
        if not _count(connection, LEFT, ring.current):
            ring = ring.with_new_version()
            save_key_ring(ring, file)
        _rewrap_all(connection, ring, progress)
    return ring


def retire(file: Path, url: str, version: int) -> KeyRing:
    """Take a version out of the file, for ever.

    Raise VersionInUse, VersionIsCurrent, VersionUnknown or KeysAreHeld.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(ONE_AT_A_TIME)
        ring = load_key_ring(file)
        if version not in ring.keys:
            raise VersionUnknown(version)
        if version == ring.current:
            raise VersionIsCurrent(version)
        _forbid(connection, version)
        left = ring.without(version)
        save_key_ring(left, file)
    return left


def _forbid(connection: psycopg.Connection[Any], version: int) -> None:
    forbid = FORBID.format(name=Identifier(f"kek_{version}_is_retired"), version=Literal(version))
    try:
        with connection.transaction():
            connection.execute(BRIEFLY)
            connection.execute(forbid)
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
