"""The login of `serve` and `work` at the built-in database; its owner's is for maintenance."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from adapters.postgres.privileges import ROLE
from adapters.settings import Settings
from adapters.whole_files import replace_whole

SERVICE = "amtsweg_service"
FILE = "service-password"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('amtsweg.service_login', 0))"
IS_THERE = "SELECT to_regrole(%s) IS NOT NULL"
MAKE = "CREATE ROLE {login} LOGIN IN ROLE {role}"
# Each time: the file may have been lost, or the data folder be an older one.
LET_IN = "ALTER ROLE {login} PASSWORD {password}"


def service_url(settings: Settings, url: str) -> str:
    """Return the address for `serve` and `work`: the one that is set, or one made for them.

    `url` is the owner's, of a database that has been prepared.
    """
    if settings.database_url:
        return settings.database_url
    with psycopg.connect(url, connect_timeout=5) as connection:
        connection.execute(LOCK)
        password = _password(settings.home / "postgres" / FILE)
        _let_in(connection, password)
    place = urlsplit(url).netloc.rpartition("@")[2]
    return urlsplit(url)._replace(netloc=f"{SERVICE}:{password}@{place}").geturl()


def _let_in(connection: psycopg.Connection[tuple[object, ...]], password: str) -> None:
    names = {"login": sql.Identifier(SERVICE), "role": sql.Identifier(ROLE)}
    row = connection.execute(IS_THERE, (SERVICE,)).fetchone()
    if row is None or not row[0]:
        connection.execute(sql.SQL(MAKE).format(**names))
    # Hashed here: the server never sees it, so none of its logs can show it.
    hashed = connection.pgconn.encrypt_password(
        password.encode(), SERVICE.encode(), b"scram-sha-256"
    )
    connection.execute(sql.SQL(LET_IN).format(**names, password=sql.Literal(hashed.decode())))


def _password(file: Path) -> str:
    if not file.exists():
        replace_whole(file, secrets.token_urlsafe(24))
    return file.read_text()
