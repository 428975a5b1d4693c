"""What `serve` and `work` may do in the database: add to the log, never change it, make nothing.

Their logins are members of one group role. The owner's login is for `migrate` and `rebuild` alone.
"""

from collections.abc import Iterator, Mapping, Sequence

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import TupleRow

from adapters.postgres.migrations import MigrationRefused
from adapters.read_models.tables import LOCK
from projections.catalogue import PROJECTIONS

ROLE = "amtsweg_application"

READ = ("SELECT",)
ADD = (*READ, "INSERT")
ADD_AND_CHANGE = (*ADD, "UPDATE")
EVERYTHING = (*ADD_AND_CHANGE, "DELETE")

TABLES: Mapping[str, Sequence[str]] = {
    "schema_migrations": READ,
    "events": READ,
    "commands": READ,
    "library_appends": READ,
    "checkpoints": ADD,
    "anchored": ADD_AND_CHANGE,
    "data_keys": READ,
    "key_versions": READ,
    "proof_accesses": ADD,
    "application_readings": ADD,
    "uploads_begun": (*ADD, "DELETE"),
    "positions": EVERYTHING,
    "heartbeats": EVERYTHING,
    "parked": EVERYTHING,
    "inbox": EVERYTHING,
    "notifications": EVERYTHING,
    "digests": ADD_AND_CHANGE,
    "mail_reports": ADD_AND_CHANGE,
    "hand_overs": ADD_AND_CHANGE,
    "payment_callbacks": (*ADD, "DELETE"),
    "treasury_lines": (*ADD, "DELETE"),
    "treasury_listed": ADD,
    **{projection.name: EVERYTHING for projection in PROJECTIONS},
}
# What is appended, and the keys of those who were erased, go through functions of the owner's.
SEQUENCES: Mapping[str, Sequence[str]] = {"events_notification_id_seq": ()}
FUNCTIONS: Mapping[str, Sequence[str]] = {
    "append_events": ("EXECUTE",),
    "destroy_key": ("EXECUTE",),
    "event_hash": ("EXECUTE",),
    "known_kek": (),
    "refuse_unfitting": (),
    "require_known_keks": (),
    "wall_off": (),
}

RIGHTS = """SELECT array_agg(DISTINCT acl ORDER BY acl) FROM (
    SELECT oid::text || unnest(relacl) FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION SELECT oid::text || unnest(proacl) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION SELECT unnest(nspacl)::text FROM pg_namespace WHERE nspname = 'public'
    UNION SELECT unnest(datacl)::text FROM pg_database WHERE datname = current_database()
) granted (acl)"""
IS_THERE = "SELECT to_regrole(%s) IS NOT NULL"
# Roles are the server's: at the same moment another database of it may be prepared as well.
MAKE = sql.SQL("""DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$""").format(role=sql.Identifier(ROLE))
PRESENT = """SELECT name FROM unnest(%s::text[]) AS listed (name)
    WHERE to_regclass('public.' || quote_ident(name)) IS NOT NULL"""
# Before a server's first `migrate` nobody is a member yet, and `migrate` grants the same.
ON_READ_MODELS = """DO $$ BEGIN
    IF to_regrole({name}) IS NOT NULL THEN
        GRANT {privileges} ON ALL TABLES IN SCHEMA {schema} TO {role};
    END IF;
END $$"""

Connection = psycopg.Connection[TupleRow]


class RoleMissing(MigrationRefused):
    """This login may not create roles; let an administrator of the server create this one without
    login, then run `migrate` again:
    """


def grant_privileges(url: str) -> bool:
    """Give the group role what is listed, and take back what it or PUBLIC has besides.

    Return whether anything was another way before. Safe to run twice, and by two at once.
    Raise RoleMissing.
    """
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        _make_role(connection)
        with connection.transaction():
            connection.execute(LOCK)  # no rebuilt table takes another's place meanwhile
            before = connection.execute(RIGHTS).fetchone()
            for statement in _statements(connection):
                connection.execute(statement)
            return connection.execute(RIGHTS).fetchone() != before


def on_read_models(schema: str) -> sql.Composed:
    """Return the statement that opens the tables of a schema where a read model is rebuilt."""
    return sql.SQL(ON_READ_MODELS).format(
        name=sql.Literal(ROLE),
        privileges=_listed(EVERYTHING),
        schema=sql.Identifier(schema),
        role=sql.Identifier(ROLE),
    )


def _make_role(connection: Connection) -> None:
    row = connection.execute(IS_THERE, (ROLE,)).fetchone()
    if row and row[0]:
        return
    try:
        connection.execute(MAKE)
    except InsufficientPrivilege as error:
        raise RoleMissing(ROLE) from error


def _statements(connection: Connection) -> Iterator[sql.SQL | sql.Composed]:
    """Schema and database as well: without these, nobody but their owners makes anything."""
    database = sql.SQL("DATABASE {}").format(sql.Identifier(connection.info.dbname))
    yield from _exactly(database, ["CONNECT"])
    yield sql.SQL("REVOKE TEMPORARY, CREATE ON {} FROM PUBLIC").format(database)
    yield from _exactly(sql.SQL("SCHEMA public"), ["USAGE"])
    yield sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    tables, sequences = (_present(connection, names) for names in (TABLES, SEQUENCES))
    for kind, privileges in (("TABLE", tables), ("SEQUENCE", sequences), ("FUNCTION", FUNCTIONS)):
        for name, granted in privileges.items():
            named = sql.SQL("{} {}").format(sql.SQL(kind), sql.Identifier("public", name))
            yield sql.SQL("REVOKE ALL ON {} FROM PUBLIC").format(named)
            yield from _exactly(named, granted)


def _present(
    connection: Connection, privileges: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[str]]:
    rows = connection.execute(PRESENT, (list(privileges),)).fetchall()
    return {name: privileges[name] for (name,) in rows}


def _exactly(what: sql.Composable, privileges: Sequence[str]) -> Iterator[sql.Composed]:
    role = sql.Identifier(ROLE)
    yield sql.SQL("REVOKE ALL ON {} FROM {}").format(what, role)
    if privileges:
        yield sql.SQL("GRANT {} ON {} TO {}").format(_listed(privileges), what, role)


def _listed(privileges: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(privilege) for privilege in privileges)
