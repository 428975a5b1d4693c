"""PostgreSQL itself refuses the processes what they never need: the log is added to, no more."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing, nullcontext
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import PersistenceError, StoredEvent
from psycopg.errors import InsufficientPrivilege

from adapters.bootstrap import Parts, open_parts
from adapters.event_store.recorder import library_recorder
from adapters.postgres.connecting import OPTIONS
from adapters.postgres.privileges import FUNCTIONS, ROLE, SEQUENCES, TABLES, grant_privileges
from adapters.postgres.schema import bring_up_to_date
from adapters.settings import Settings
from domain.application.state import Status
from projections.catalogue import PROJECTIONS
from projections.worklist import WORKLIST
from tests.catalogue import with_built_in
from tests.conftest import _new_database
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.asked import submit
from tests.keys import with_keys
from tests.projections.log import Log
from tests.service_login import new_login
from workers.notifying.queueing import QUEUEING
from workers.notifying.sending import send_next
from workers.supervision import Pulse

CASE = UUID(int=1)
NOT_ALLOWED = pytest.raises(PersistenceError)
LIFE = (h.submitted(submit), h.paid(), h.received, h.claimed, h.approved)
KINDS = {"TABLE": "'r', 'p', 'v', 'm', 'f'", "SEQUENCE": "'S'"}
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
RELATIONS = """SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ({})"""
CALLED = """SELECT proname FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype"""

CHANGES_OF_THE_LOG = [
    statement.format(table=table, column=column)
    for table, column in {"events": "topic", "commands": "version", "checkpoints": "note"}.items()
    for statement in (
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "DROP TABLE {table}",
        "ALTER TABLE {table} ADD note text",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "ALTER TABLE {table} OWNER TO CURRENT_USER",
        "DROP TRIGGER {table}_are_append_only ON {table}",
        "CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_change()",
        "CREATE RULE mine AS ON INSERT TO {table} DO INSTEAD NOTHING",
        "CREATE INDEX ON {table} ((1))",
        "LOCK TABLE {table} IN EXCLUSIVE MODE",
    )
]
NEVER = [
    *CHANGES_OF_THE_LOG,
    "INSERT INTO events VALUES (gen_random_uuid(), 1, 'Forged', '', 1)",
    "INSERT INTO commands VALUES (gen_random_uuid(), '', gen_random_uuid(), 1, 1)",
    "INSERT INTO data_keys (stream_id) VALUES (gen_random_uuid())",
    "SELECT setval('events_notification_id_seq', 9223372036854775807)",
    "SELECT nextval('events_notification_id_seq')",
    "UPDATE data_keys SET destroyed_at = now()",
    "DELETE FROM data_keys",
    "TRUNCATE data_keys",
    "INSERT INTO schema_migrations (name, sha256) VALUES ('', '')",
    "TRUNCATE worklist_v2",
    "DROP TABLE worklist_v2",
    "CREATE TABLE mine ()",
    "CREATE TEMP TABLE mine ()",
    "CREATE SCHEMA mine",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE SEQUENCE mine",
    "CREATE TYPE mine AS (a int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "DROP FUNCTION refuse_change CASCADE",
    "SET session_replication_role = replica",
    "SET ROLE pg_write_all_data",
    "CREATE ROLE mine",
    f"ALTER ROLE {ROLE} LOGIN",
]


@pytest.fixture
def prepared_url(database_url) -> str:
    """A copy of a database does not have what was granted on the database itself."""
    grant_privileges(database_url)
    return database_url


@pytest.fixture
def service_url(prepared_url) -> Iterator[str]:
    with new_login(prepared_url) as url:
        yield url


@pytest.fixture
def service(service_url) -> Iterator[psycopg.Connection]:
    with psycopg.connect(service_url, autocommit=True, options=OPTIONS) as connection:
        yield connection


@pytest.fixture(scope="module")
def onlooker(server_url, template_url) -> Iterator[psycopg.Connection]:
    """The same for all tests that change nothing."""
    template = PurePosixPath(urlsplit(template_url).path).name
    with _new_database(server_url, template) as owner_url:
        grant_privileges(owner_url)
        with new_login(owner_url) as url, psycopg.connect(url, autocommit=True) as connection:
            yield connection


@pytest.mark.parametrize("statement", NEVER)
def test_what_the_processes_never_do_is_refused_to_them(onlooker, statement) -> None:
    with pytest.raises(InsufficientPrivilege), onlooker.transaction():
        onlooker.execute(statement)


@pytest.mark.parametrize("table", TABLES)
def test_they_may_do_with_each_table_what_is_listed_and_nothing_else(onlooker, table) -> None:
    onlooker.execute(f"GRANT ALL ON {table} TO CURRENT_USER")  # which gives what one may give
    assert privileges_on(onlooker, table) == set(TABLES[table])


DESTROY = "SELECT destroy_key(%s)"
STILL_THERE = "SELECT count(*) FROM data_keys WHERE destroyed_at IS NULL"


async def test_they_destroy_the_key_of_somebody_erased_and_of_nobody_else(
    service_url, service
) -> None:
    log = Log(service_url)
    await log.record(CASE, *past.ENDED_AS[Status.WITHDRAWN])
    await log.record(UUID(int=2), *LIFE)
    assert service.execute(DESTROY, (CASE,)).fetchone() == (False,), "nobody was erased yet"
    await log.record(CASE, h.erased)
    assert service.execute(DESTROY, (CASE,)).fetchone() == (True,)
    assert service.execute(DESTROY, (CASE,)).fetchone() == (False,), "it is destroyed once"
    assert service.execute(STILL_THERE).fetchone() == (1,)


@pytest.mark.parametrize(
    "change",
    ["wrapped = 'x'", "kek = 9", "municipality = '05562014'", "destroyed_at = NULL"],
)
async def test_not_even_the_owner_changes_a_key_or_brings_it_back(durable_url, change):
    await Log(durable_url).record(CASE, *past.ENDED_AS[Status.WITHDRAWN], h.erased)
    with psycopg.connect(durable_url, autocommit=True) as owner:
        owner.execute(DESTROY, (CASE,))
        with pytest.raises(psycopg.errors.RaiseException, match="stays so"):
            owner.execute(f"UPDATE data_keys SET {change}")  # noqa: S608


def privileges_on(connection: psycopg.Connection, table: str) -> set[str]:
    may = "SELECT has_table_privilege(%s, %s)"
    return {p for p in PRIVILEGES if connection.execute(may, (table, p)).fetchone() == (True,)}


@pytest.mark.parametrize(
    ("question", "listed"),
    [
        (RELATIONS.format(KINDS["TABLE"]), TABLES),
        (RELATIONS.format(KINDS["SEQUENCE"]), SEQUENCES),
        (CALLED, FUNCTIONS),
    ],
    ids=["tables", "sequences", "functions"],
)
def test_whatever_the_schema_holds_is_listed(database_url, question, listed) -> None:
    with psycopg.connect(database_url) as connection:
        held = {name for (name,) in connection.execute(question)}
    assert held == set(listed)


def test_preparing_again_takes_back_what_was_granted_besides(prepared_url, service) -> None:
    with psycopg.connect(prepared_url) as owner:
        owner.execute(f"GRANT UPDATE (topic), DELETE ON events TO {ROLE}")
        owner.execute("GRANT TRUNCATE ON events TO PUBLIC")
        owner.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
    service.execute("CREATE TABLE mine ()")
    bring_up_to_date(prepared_url)
    for statement in ("UPDATE events SET topic = ''", "DELETE FROM events", "TRUNCATE events"):
        with pytest.raises(InsufficientPrivilege):
            service.execute(statement)
    with pytest.raises(InsufficientPrivilege):
        service.execute("CREATE TABLE another ()")


@pytest.fixture
async def parts(tmp_path, service_url) -> AsyncIterator[Parts]:
    async with open_parts(with_keys(Settings(home=tmp_path, smtp_port=1)), service_url) as parts:
        yield with_built_in(parts)


async def test_they_record_show_queue_and_beat(service_url, parts) -> None:
    log = Log(service_url)
    await log.record(CASE, *LIFE)
    await log.project_all()
    async with log.connection() as connection:
        while await QUEUEING.step(parts, connection):
            pass
        while await send_next(parts, connection):
            pass
    await Pulse(parts, "notifier").beat()
    assert [row["waiting"] for row in await log.rows(WORKLIST)] == [True]
    assert {row["attempts"] for row in await log.ask("TABLE notifications")} == {1}
    assert [row["runner"] for row in await log.ask("TABLE heartbeats")] == ["notifier"]


async def test_they_set_a_stream_aside(service_url, prepared_url) -> None:
    await Log(prepared_url).do("ALTER TABLE worklist_v2 ADD CHECK (false)")
    log = Log(service_url)
    await log.record(CASE, *LIFE)
    await log.project(WORKLIST)
    assert {runner for runner, _, _ in await log.parked()} == {WORKLIST.name}


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
async def test_a_rebuilt_read_model_is_as_open_to_them_as_before(
    prepared_url, service_url, projection
) -> None:
    log = Log(service_url)
    await log.record(CASE, *LIFE)
    await log.project(projection)
    await Log(prepared_url).rebuild(projection)
    await log.record(uuid4(), *LIFE)
    await log.project(projection)
    assert await log.parked() == []
    with psycopg.connect(service_url) as service:
        assert privileges_on(service, projection.name) == set(TABLES[projection.name])


async def test_they_may_not_rebuild(service_url) -> None:
    with pytest.raises(InsufficientPrivilege):
        await Log(service_url).rebuild(WORKLIST)


def test_the_library_s_way_of_appending_is_the_owner_s(prepared_url, service_url) -> None:
    """It locks the table, for which INSERT is not enough."""
    for url, refused in ((prepared_url, nullcontext()), (service_url, NOT_ALLOWED)):
        recorder = library_recorder(url)
        with closing(recorder.datastore), refused:
            recorder.insert_events([StoredEvent(uuid4(), 1, "Anything", b"{}")])
    with psycopg.connect(prepared_url) as owner:
        assert owner.execute("SELECT count(*) FROM events").fetchone() == (1,)
    # The library tells sometimes of the lock, sometimes of the statement sent along with it.
    with psycopg.connect(service_url) as service, pytest.raises(InsufficientPrivilege):
        service.execute("LOCK TABLE events IN EXCLUSIVE MODE")
