"""Brings a database to what this version needs: migrations, then the tables of the read models."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from adapters.postgres.finding import database
from adapters.postgres.migrations import MigrationRefused, migrate
from adapters.read_models.tables import make_tables
from adapters.settings import Settings
from projections.catalogue import PROJECTIONS


class DatabaseNotPrepared(MigrationRefused):
    """This database has not been prepared for this version yet; run `migrate` first."""


def bring_up_to_date(url: str) -> list[str]:
    """Return what was done now; safe to run twice, and by two at once."""
    return [*migrate(url), *make_tables(url, PROJECTIONS)]


def require_prepared(url: str) -> None:
    """Raise DatabaseNotPrepared where a table is missing that this version reads."""
    wanted = ["schema_migrations", "events", *(projection.name for projection in PROJECTIONS)]
    with psycopg.connect(url, connect_timeout=5) as connection:
        cursor = connection.execute(
            "SELECT bool_and(to_regclass(name) IS NOT NULL) FROM unnest(%s::text[]) AS t (name)",
            (wanted,),
        )
        row = cursor.fetchone()
    if row is None or not row[0]:
        raise DatabaseNotPrepared


@contextmanager
def prepared_database(settings: Settings) -> Iterator[str]:
    """Yield the URL. Raise DatabaseNotPrepared, or a kind of EmbeddedPostgresFailed."""
    with database(settings) as url:
        require_prepared(url)
        yield url
