"""A login as `serve` and `work` are given it: a member of the group role, and nothing besides."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from adapters.postgres.privileges import ROLE

MAY_APPEND_AND_WRITE = """SELECT has_function_privilege(oid, 'EXECUTE'),
    has_table_privilege('events', 'INSERT, UPDATE, DELETE, TRUNCATE')
    FROM pg_proc WHERE proname = 'append_events'"""


@contextmanager
def new_login(url: str, group: str = ROLE) -> Iterator[str]:
    """Yield the same database by a login of its own; `url` is of one that may make roles."""
    name, parts = f"service_{uuid4().hex}", urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    _do(url, f"CREATE ROLE {name} LOGIN PASSWORD '{name}' IN ROLE {group}")
    try:
        yield parts._replace(netloc=f"{name}:{name}@{place}").geturl()
    finally:
        _do(url, f"DROP OWNED BY {name}; DROP ROLE {name}")


def _do(url: str, statement: str) -> None:
    """Over a connection of its own: the tests may have cut all that were open."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(statement.encode())
