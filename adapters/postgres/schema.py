"""Brings a database to what this version needs, and says whether one can be worked with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import structlog

from adapters.postgres.as_made import kept_over_a_crash
from adapters.postgres.connecting import CONNECT_TIMEOUT, OPTIONS
from adapters.postgres.finding import database
from adapters.postgres.migrations import MigrationRefused, migrate
from adapters.postgres.privileges import ROLE, grant_privileges
from adapters.postgres.service_login import service_url
from adapters.postgres.usable import IS_PREPARED, IS_THERE, what_is_needed
from adapters.read_models.tables import make_tables
from adapters.settings import Settings
from projections.catalogue import PROJECTIONS

HAS_ROLE = "SELECT to_regrole(%s) IS NOT NULL"
MAY_LOOK = "SELECT has_table_privilege('schema_migrations', 'SELECT')"
LOSING = """SELECT string_agg(name, ', ' ORDER BY name) FROM pg_settings
    WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'"""
EMPTIED = """SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) AND relpersistence <> 'p'"""
MAY_APPEND = """SELECT bool_and(has_table_privilege(name, 'SELECT')) AND (
        SELECT bool_and(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc
        WHERE proname = 'append_events'
    ) FROM unnest('{events,commands}'::text[]) AS log (name)"""
MAY_CHANGE = """SELECT bool_or(has_table_privilege(name, 'UPDATE, DELETE, TRUNCATE'))
    FROM unnest('{events,commands}'::text[]) AS log (name)"""

log = structlog.get_logger()


class DatabaseNotPrepared(MigrationRefused):
    """This database has not been prepared for this version yet; run `migrate` first."""


class EventsCouldBeLost(MigrationRefused):
    """A power cut could take events away from this PostgreSQL after they were acknowledged; set
    to `on`, for the server, the database and the login, and start again:
    """


class TablesCouldBeLost(MigrationRefused):
    """A crash of this PostgreSQL would empty these tables; `ALTER TABLE ... SET LOGGED`, make a
    backup, and start again:
    """


class LoginMayNotAppend(MigrationRefused):
    """This login may not add to the log; grant it the role named here, or run `migrate` once more
    as the owner:
    """


def bring_up_to_date(url: str) -> list[str]:
    """Return what was done now; safe to run twice, and by two at once."""
    done = [*migrate(url), *make_tables(url, PROJECTIONS)]
    if grant_privileges(url):
        done.append(f"the rights of {ROLE}, and of everybody")
    return done


def require_prepared(url: str) -> None:
    """Raise DatabaseNotPrepared where something is missing that this version needs.

    A login that may not look is told by `fit_for_service` what it lacks.
    """
    with _connect(url) as connection:
        if not (_answer(connection, IS_THERE) and _answer(connection, HAS_ROLE, ROLE)):
            raise DatabaseNotPrepared
        if not _answer(connection, MAY_LOOK):
            return
        if not _answer(connection, IS_PREPARED, *what_is_needed()):
            raise DatabaseNotPrepared


def fit_for_service(settings: Settings, url: str) -> str:
    """Return the address for `serve` and `work`. `url`: the owner's, where none is set.

    Raise EventsCouldBeLost, TablesCouldBeLost or LoginMayNotAppend; a login that may do more is
    logged.
    """
    url = service_url(settings, url)
    with _connect(url) as connection:
        if losing := _answer(connection, LOSING):
            raise EventsCouldBeLost(losing)
        if emptied := _answer(connection, EMPTIED, kept_over_a_crash()):
            raise TablesCouldBeLost(emptied)
        if not _answer(connection, MAY_APPEND):
            raise LoginMayNotAppend(ROLE)
        if _answer(connection, MAY_CHANGE):
            log.warning("database_login_too_powerful", use=f"a login IN ROLE {ROLE}")
    return url


@contextmanager
def prepared_database(settings: Settings) -> Iterator[str]:
    """Yield the URL. Raise a kind of MigrationRefused or of EmbeddedPostgresFailed."""
    with database(settings) as url:
        require_prepared(url)
        yield fit_for_service(settings, url)


def _connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """With the options of the connections to come, for they decide what holds in them."""
    return psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT, options=OPTIONS)


def _answer(
    connection: psycopg.Connection[tuple[Any, ...]], question: str, *parameters: object
) -> Any:
    row = connection.execute(question.encode(), parameters or None).fetchone()
    return row and row[0]
