"""Makes the tables of the read models, once, however many start at the same time."""

from collections.abc import Sequence

import psycopg

from projections.projection import Projection

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('amtsweg.read_models', 0))"
# A table that was lost leaves its position behind: the new one is empty and begins at 0.
BEGIN = """INSERT INTO positions (runner) VALUES (%s)
    ON CONFLICT (runner) DO UPDATE SET position = 0, applied = 0"""
FORGET = "DELETE FROM parked WHERE runner = %s"
# Of a schema, those that row-level security does not keep yet.
NOT_WALLED = """SELECT c.oid::regclass::text FROM pg_class c
    WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'p')
    AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS (
        SELECT FROM pg_policy WHERE polrelid = c.oid AND polname = 'towns_apart'))
    AND EXISTS (SELECT FROM pg_attribute
        WHERE attrelid = c.oid AND attname = 'municipality' AND NOT attisdropped)"""
WALL_OFF = "SELECT public.wall_off(%s::regclass, %s)"


def make_tables(url: str, projections: Sequence[Projection]) -> list[str]:
    """Return the names of the read models made now."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        connection.execute(LOCK)
        missing = [p for p in projections if not _exists(connection, p.name)]
        for projection in missing:
            connection.execute(projection.table.encode())
            connection.execute(BEGIN, (projection.name,))
            connection.execute(FORGET, (projection.name,))
        _raise_walls(connection, {projection.name for projection in projections if projection.own})
        return [projection.name for projection in missing]


def _raise_walls(connection: psycopg.Connection[tuple[object, ...]], own: set[str]) -> None:
    """Whatever table names a municipality, a read model's or another: none is forgotten."""
    for (table,) in connection.execute(NOT_WALLED, ("public",)).fetchall():
        connection.execute(WALL_OFF, (table, table in own))


def _exists(connection: psycopg.Connection[tuple[object, ...]], table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (table,)).fetchone()
    return bool(row and row[0])
