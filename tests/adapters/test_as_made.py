"""What was done to tables and functions by hand is found, though their names are the same."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from adapters.personal_data.retired import forbid
from adapters.postgres import as_made, initdb, programs
from adapters.postgres.as_made import EXPECTED, differences, written
from adapters.postgres.binaries import installed_binaries
from adapters.postgres.embedded import start
from adapters.postgres.schema import bring_up_to_date
from tests.service_login import new_login

HOW = "adapters/postgres/as_made.json is out of date; run: python -m tests.as_made"
OLDER = installed_binaries().parents[1] / "pginstall" / "bin"
ANOTHER_BODY = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RETURN NULL; END'"""
NEVER = """DROP TRIGGER events_are_append_only ON events; CREATE TRIGGER events_are_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT WHEN (false)
    EXECUTE FUNCTION refuse_change()"""
OF_EVERYBODY = "ALTER POLICY towns_apart ON worklist_v2 USING (true)"
ANOTHER_WAY_IN = """CREATE FUNCTION event_hash(bytea, uuid, bigint, text, text) RETURNS bytea
    LANGUAGE sql AS 'SELECT $1'"""


@pytest.fixture
def owner(database_url) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def test_what_is_expected_is_what_the_migrations_make(owner) -> None:
    assert EXPECTED.read_text() == written(owner), HOW


@pytest.mark.skipif(not OLDER.exists(), reason="the wheel has no older PostgreSQL")
def test_an_older_server_describes_it_in_the_same_words(tmp_path, monkeypatch) -> None:
    """Nothing is found only because PostgreSQL is of another version."""
    of_any_version = tuple(one for one in initdb.INITDB if "builtin" not in one)
    monkeypatch.setattr(initdb, "INITDB", of_any_version)
    monkeypatch.setattr(programs, "installed_binaries", lambda: OLDER)
    with start(tmp_path, {"fsync": "off"}) as server:
        bring_up_to_date(server.url)
        with psycopg.connect(server.url, autocommit=True) as connection:
            assert list(differences(connection)) == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (ANOTHER_BODY, "function refuse_change, public.refuse_change(): was changed (body "),
        (NEVER, "table events, trigger events_are_append_only: was changed (CREATE TRIGGER "),
        (
            "GRANT UPDATE, DELETE ON events TO amtsweg_application",
            "table events, amtsweg_application may: was changed (DELETE, SELECT, UPDATE)",
        ),
        (
            "GRANT UPDATE (state) ON events TO PUBLIC",
            "table events, amtsweg_application may: was changed (SELECT, UPDATE)",
        ),
        (
            """CREATE RULE quiet AS ON INSERT TO checkpoints DO INSTEAD NOTHING""",
            "table checkpoints, rule quiet: was added (CREATE RULE quiet AS",
        ),
        (
            "ALTER TABLE events SET UNLOGGED",
            "table events, itself: was changed (r, EMPTY AFTER A CRASH, open)",
        ),
        (
            "ALTER TABLE data_keys DISABLE TRIGGER data_keys_are_guarded",
            "table data_keys, trigger data_keys_are_guarded: was changed (CREATE TRIGGER ",
        ),
        ("DROP TRIGGER events_are_chained ON events", "trigger events_are_chained: is missing"),
        ("DROP INDEX events_notification_id_idx", "index events_notification_id_idx: is missing"),
        (
            "CREATE UNIQUE INDEX only_one ON commands ((1))",
            "table commands, index only_one: was added (CREATE UNIQUE INDEX only_one",
        ),
        (OF_EVERYBODY, "table worklist_v2, policy towns_apart: was changed (* permissive USING t"),
        (
            "ALTER TABLE events DROP CONSTRAINT events_hash_check",
            "table events, constraint events_hash_check: is missing",
        ),
        ("ALTER TABLE commands ALTER fingerprint DROP NOT NULL", "table commands, columns: was c"),
        ("ALTER FUNCTION append_events RESET search_path", "function append_events, public.app"),
        (
            ANOTHER_WAY_IN,
            "function event_hash, public.event_hash(bytea,uuid,bigint,text,text): was",
        ),
        ("DROP FUNCTION destroy_key", "function destroy_key, public.destroy_key(uuid): is missing"),
        (
            "GRANT UPDATE ON SEQUENCE events_notification_id_seq TO amtsweg_application",
            "sequence events_notification_id_seq, may be set by: was changed (amtsweg_app",
        ),
    ],
)
def test_what_was_changed_is_named(owner, statement, named) -> None:
    owner.execute(statement)
    (said,) = differences(owner)
    assert said.startswith(named) or f", {named}" in said


def test_whoever_else_may_change_the_log_is_named(owner, database_url) -> None:
    """By a right of their own, or as a member of those who have it; reading is nobody's harm."""
    name = f"other_{uuid4().hex}"
    owner.execute(f"CREATE ROLE {name}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    try:
        assert list(differences(owner)) == []
        owner.execute(
            f"GRANT DELETE ON events TO {name}; GRANT EXECUTE ON FUNCTION destroy_key TO {name}"
        )
        function, table = differences(owner)
        assert table == f"table events, others may: was added ({name} DELETE)"
        assert function.startswith("function destroy_key, public.destroy_key(uuid): was changed (")
    finally:
        owner.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_a_login_of_the_service_and_a_table_of_ones_own_are_no_difference(
    owner, database_url
) -> None:
    owner.execute("CREATE TABLE our_own (word text); CREATE INDEX quick ON events (recorded_at)")
    with new_login(database_url) as login, psycopg.connect(login, autocommit=True) as service:
        assert list(differences(owner)) == []
        assert list(differences(service)) == []


@pytest.mark.parametrize("all_rows", [True, False])
def test_a_version_of_the_key_that_was_retired_is_no_difference(owner, all_rows) -> None:
    for version in (1, 12):
        owner.execute(forbid(version, all_rows=all_rows))
    assert list(differences(owner)) == []


@pytest.mark.parametrize(
    ("table", "name", "definition"),
    [
        ("data_keys", "kek_1_is_retired", "(kek <> 2)"),
        ("data_keys", "kek_1_is_retired", "(kek <> 1 OR true)"),
        ("data_keys", "kek_1_is_retired", "(kek <> 1) NO INHERIT"),
        ("data_keys", "kek_01_is_retired", "(kek <> 1)"),
        ("data_keys", "kek_1_is_retired_too", "(kek <> 1)"),
        ("data_keys", "other", "(kek <> 1)"),
        ("key_versions", "kek_1_is_retired", "(version <> 1)"),
    ],
)
def test_what_only_looks_like_a_retired_version_is_named(owner, table, name, definition) -> None:
    owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK {definition} NOT VALID")
    (said,) = differences(owner)
    assert said.startswith(f"table {table}, constraint {name}: was added (CHECK (")


def test_a_read_model_that_is_to_be_made_anew_is_no_difference(owner) -> None:
    owner.execute("DROP TABLE worklist_v2")
    assert list(differences(owner)) == []


def test_a_long_change_is_cut_and_shown_as_plain_text(owner) -> None:
    owner.execute("""CREATE RULE "\x1b[2J" AS ON UPDATE TO anchored DO INSTEAD NOTHING""")
    owner.execute(f"CREATE RULE b AS ON DELETE TO anchored WHERE anchor = '{'x' * 999}' DO NOTHING")
    said = list(differences(owner))
    assert len(said) == 2
    assert all(one.isprintable() and len(one) < as_made.SHOWN * 3 for one in said)
