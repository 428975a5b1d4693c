"""Wraps data keys anew, page by page; what opens under no version of the file is passed over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from adapters.personal_data.key_ring import KeyRing, KeyVersionMissing, WrongKeyRing
from adapters.personal_data.sealing import wrapping_place

PAGE = 1_000
NAMED = 20
# Under a retired version only what was given up is left.
LEFT = """SELECT count(*) FROM data_keys
    WHERE wrapped IS NOT NULL AND kek <> %s AND kek <> ALL(%s::int[])"""
OLD = """SELECT stream_id, municipality, kek, wrapped FROM data_keys
    WHERE wrapped IS NOT NULL AND kek <> %s AND kek <> ALL(%s::int[]) AND stream_id > %s
    ORDER BY stream_id LIMIT %s"""
UNDER = """SELECT stream_id, municipality, kek, wrapped FROM data_keys
    WHERE wrapped IS NOT NULL AND kek = %s AND stream_id > %s ORDER BY stream_id LIMIT %s"""
# One that was destroyed in between stays so.
REWRAP = """UPDATE data_keys SET kek = %s, wrapped = %s
    WHERE stream_id = %s AND kek = %s AND wrapped IS NOT NULL"""

Progress = Callable[[int, int], None]
Connection = psycopg.Connection[Any]
Row = tuple[UUID, str, int, bytes]
Wrapped = tuple[int, bytes, UUID, int]


@dataclass(slots=True)
class Damaged:
    """Keys that no version of the file opens: the first of them, and how many there are."""

    count: int = 0
    streams: list[UUID] = field(default_factory=list)

    def add(self, stream_id: UUID) -> None:
        self.count += 1
        if len(self.streams) < NAMED:
            self.streams.append(stream_id)

    def __str__(self) -> str:
        named = ", ".join(map(str, self.streams))
        more = self.count - len(self.streams)
        return f"{named} and {more} more" if more else named


@dataclass(slots=True)
class Rewrapped:
    """`done`: how many are wrapped under the current version now, that were not before."""

    done: int = 0
    damaged: Damaged = field(default_factory=Damaged)


def rewrap_all(
    connection: Connection, ring: KeyRing, retired: set[int], progress: Progress
) -> Rewrapped:
    """Go over them until nothing is left that opens: meanwhile some may come late."""
    result, total = Rewrapped(), _left(connection, ring, retired)
    while left := _left(connection, ring, retired):
        before, result.damaged = result.done, Damaged()
        for rows in _old(connection, ring, retired):
            anew = _all_rewrapped(ring, rows, result.damaged)
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(REWRAP, anew)
            if anew:
                result.done += len(anew)
                progress(result.done, max(total, result.done, left))
        if result.done == before:
            break
    return result


def damaged_under(connection: Connection, ring: KeyRing, version: int) -> Damaged | None:
    """Return what cannot be opened under this version; None as soon as one is found that can."""
    damaged, last = Damaged(), UUID(int=0)
    while rows := connection.execute(UNDER, (version, last, PAGE)).fetchall():
        if _all_rewrapped(ring, rows, damaged):
            return None
        last = rows[-1][0]
    return damaged


def _old(connection: Connection, ring: KeyRing, retired: set[int]) -> Iterator[list[Row]]:
    last, old = UUID(int=0), (ring.current, sorted(retired))
    while rows := connection.execute(OLD, (*old, last, PAGE)).fetchall():
        yield rows
        last = rows[-1][0]


def _all_rewrapped(ring: KeyRing, rows: list[Row], damaged: Damaged) -> list[Wrapped]:
    anew = []
    for row in rows:
        try:
            anew.append(_rewrapped(ring, row))
        except (WrongKeyRing, KeyVersionMissing):
            damaged.add(row[0])
    return anew


def _rewrapped(ring: KeyRing, row: Row) -> Wrapped:
    stream_id, municipality, kek, wrapped = row
    place = wrapping_place(stream_id, municipality)
    version, anew = ring.wrap(ring.unwrap(kek, wrapped, place), place)
    return version, anew, stream_id, kek


def _left(connection: Connection, ring: KeyRing, retired: set[int]) -> int:
    row = connection.execute(LEFT, (ring.current, sorted(retired))).fetchone()
    return int(row[0]) if row else 0
