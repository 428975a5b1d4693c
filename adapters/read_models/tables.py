"""Makes the tables of the read models, once, however many start at the same time."""

from collections.abc import Iterable

import psycopg

from projections.projection import Projection

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('amtsweg.read_models', 0))"
# A table that was lost leaves its position behind: the new one is empty and begins at 0.
BEGIN = """INSERT INTO positions (runner) VALUES (%s)
    ON CONFLICT (runner) DO UPDATE SET position = 0, applied = 0"""
FORGET = "DELETE FROM parked WHERE runner = %s"


def make_tables(url: str, projections: Iterable[Projection]) -> list[str]:
    """Return the names of the read models made now."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        connection.execute(LOCK)
        missing = [p for p in projections if not _exists(connection, p.name)]
        for projection in missing:
            connection.execute(projection.table.encode())
            connection.execute(BEGIN, (projection.name,))
            connection.execute(FORGET, (projection.name,))
        return [projection.name for projection in missing]


def _exists(connection: psycopg.Connection[tuple[object, ...]], table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (table,)).fetchone()
    return bool(row and row[0])
