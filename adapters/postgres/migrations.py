"""Brings a database to this version: applies each `migrations/NNNN_name.sql` once, in order."""

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow

from domain.saying import SaysWhatToDo

MIGRATIONS = Path(__file__).parent / "migrations"
NUMBERED = "[0-9][0-9][0-9][0-9]_*.sql"
CONNECT_SECONDS = 10
LOCK_TIMEOUT = "10s"

Connection = psycopg.Connection[TupleRow]

LEDGER = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        name text PRIMARY KEY,
        sha256 text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )"""


class MigrationRefused(SaysWhatToDo):
    """The database stays as it is."""


class MigrationWasEdited(MigrationRefused):
    """A migration that this database has had before was changed since; restore the file and put
    the change into a new one.
    """


class DatabaseIsNewer(MigrationRefused):
    """This database was used by a newer version, which made changes unknown here; start that
    version, or restore a backup from before the upgrade.
    """


class TablesAreBusy(MigrationRefused):
    """Other sessions held a lock too long for this migration; end them and run it again."""


class Migration(NamedTuple):
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return sha256(self.sql.encode()).hexdigest()


def migrate(url: str, folder: Path = MIGRATIONS) -> list[str]:
    """Return the names applied now. Run it again after a failure: what was half done is undone.

    Raises a kind of MigrationRefused, or the error of PostgreSQL with a note that names the file.
    """
    migrations = _migrations_in(folder)
    with psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS) as connection:
        _wait_for_turn(connection)
        connection.execute(LEDGER)
        missing = _missing(connection, migrations)
        for migration in missing:
            _apply(connection, migration)
    return [migration.name for migration in missing]


def not_applied(connection: Connection) -> list[str]:
    """Return what `migrate` would apply. Raise DatabaseIsNewer or MigrationWasEdited."""
    return [migration.name for migration in _missing(connection, _migrations_in(MIGRATIONS))]


def _migrations_in(folder: Path) -> list[Migration]:
    return [
        Migration(path.name, path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob(NUMBERED))
    ]


def _wait_for_turn(connection: Connection) -> None:
    """Only from here on is there a lock_timeout: another's migration may rightly take long."""
    connection.execute("SET statement_timeout = 0")
    connection.execute("SET lock_timeout = 0")
    connection.execute("SELECT pg_advisory_lock(hashtextextended('amtsweg.migrations', 0))")
    connection.execute("SELECT set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))


def _missing(connection: Connection, migrations: list[Migration]) -> list[Migration]:
    rows = connection.execute("SELECT name, sha256 FROM schema_migrations").fetchall()
    applied: dict[str, str] = dict(rows)
    if unknown := sorted(applied.keys() - {migration.name for migration in migrations}):
        raise DatabaseIsNewer(", ".join(unknown))
    for migration in migrations:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise MigrationWasEdited(migration.name)
    return [migration for migration in migrations if migration.name not in applied]


def _apply(connection: Connection, migration: Migration) -> None:
    try:
        with connection.transaction():
            connection.execute(migration.sql.encode())
            connection.execute(
                "INSERT INTO schema_migrations (name, sha256) VALUES (%s, %s)",
                (migration.name, migration.sha256),
            )
    except LockNotAvailable as error:
        raise TablesAreBusy(migration.name) from error
    except psycopg.Error as error:
        error.add_note(f"in {migration.name}")
        raise
