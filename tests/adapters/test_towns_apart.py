"""The second wall between towns: PostgreSQL shows nobody what is another's, whatever is asked."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from adapters.personal_data.key_ring import save_key_ring
from adapters.personal_data.people import subject_digest
from adapters.personal_data.rotation import rotate
from adapters.postgres.connecting import OF_NO_TOWN, pool
from adapters.postgres.privileges import grant_privileges
from adapters.postgres.schema import bring_up_to_date
from adapters.postgres.tenants import EVERY_TOWN, Viewer, ask_as, seen_by
from domain.application.events import ApplicationSubmitted
from projections.catalogue import PROJECTIONS
from projections.my_applications import MY_APPLICATIONS
from projections.worklist import WORKLIST
from tests.conftest import _new_database
from tests.domain.application import histories as past
from tests.domain.application.facts import GELSENKIRCHEN
from tests.keys import KEYS
from tests.projections.log import Log
from tests.service_login import new_login

GLADBECK = "05562014"
HERE, THERE, HERS = UUID(int=501), UUID(int=502), UUID(int=503)
KIM, MIA = "pseudonym-kim", "pseudonym-mia"
NOBODY = Viewer()
TOWN = "SELECT current_setting('amtsweg.municipality', true) AS town"
A_MAIL = """INSERT INTO notifications (notification_id, application_id, template, version, position,
    municipality) SELECT gen_random_uuid(), stream_id, 'received-1', 1, 1, municipality
    FROM data_keys"""
COLUMNS = """SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attnotnull
    AND NOT atthasdef AND attname <> 'municipality'"""
SOME = {
    "uuid": "gen_random_uuid()",
    "text": "'x'",
    "boolean": "true",
    "date": "current_date",
    "timestamp with time zone": "now()",
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "bytea": "'x'",
    "jsonb": "'{}'",
}
NO_TOWN_OF_THEIRS = {
    "schema_migrations": "versions of the schema",
    "events": "read by stream; what is personal in it opens with a row of data_keys alone",
    "commands": "digests of requests",
    "checkpoints": "signatures over the whole log",
    "anchored": "signatures over the whole log",
    "positions": "where each runner stands",
    "heartbeats": "whether each runner lives",
    "parked": "positions in the log",
    "inbox": "ids and positions of the log",
    "payment_callbacks": "ids that a payment platform made up",
    "mail_reports": "how many reports about mails came back",
    "key_versions": "versions of the key file, and what only they open",
    "library_appends": "positions in the log",
}
# Every table that names a town.
WALLED = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'p') AND relrowsecurity AND relforcerowsecurity
    AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'towns_apart')"""
TABLES = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'p')"""

Pool = AsyncConnectionPool[psycopg.AsyncConnection[TupleRow]]


def submitted_by(account: str | None, municipality: str) -> tuple[Any, ...]:
    first, *rest = past.in_hands
    assert isinstance(first, ApplicationSubmitted)
    return (replace(first, account=account, municipality=municipality), *rest)


@pytest.fixture
def service_url(database_url: str) -> Iterator[str]:
    grant_privileges(database_url)
    with new_login(database_url) as url:
        yield url


@pytest.fixture
async def log(database_url: str, service_url: str) -> Log:
    """Kim has applied in both towns, Mia in one of them; written by the login of the processes."""
    log = Log(service_url)
    await log.record(HERE, *submitted_by(KIM, GELSENKIRCHEN))
    await log.record(THERE, *submitted_by(KIM, GLADBECK))
    await log.record(HERS, *submitted_by(MIA, GLADBECK))
    await log.do(A_MAIL)
    await log.project_all()
    for projection in PROJECTIONS:
        await make_rows_up(log, projection.name)
    return log


async def make_rows_up(log: Log, table: str) -> None:
    """One for each town: whatever the table shows, no event need have happened."""
    columns = {row["name"]: SOME[row["type"]] for row in await log.ask(COLUMNS, table)}
    for town in (GELSENKIRCHEN, GLADBECK):
        names, values = ", ".join(["municipality", *columns]), [f"'{town}'", *columns.values()]
        await log.do(f"INSERT INTO {table} ({names}) VALUES ({', '.join(values)})")  # noqa: S608


@pytest.fixture
async def behind(log: Log) -> AsyncIterator[Pool]:
    """Connections as the API has them; one, so that what one request leaves the next one finds."""
    async with pool(log.url, 1, OF_NO_TOWN) as connections:
        yield connections


async def towns(connections: Pool, viewer: Viewer, table: str) -> set[str]:
    rows = await ask_as(connections, viewer, f"SELECT municipality FROM {table}")  # noqa: S608
    return {row["municipality"] for row in rows}


@pytest.mark.parametrize(
    "table", ["data_keys", "notifications", *(projection.name for projection in PROJECTIONS)]
)
async def test_a_question_that_forgets_its_where_shows_one_town_alone(
    behind: Pool, table: str
) -> None:
    assert await towns(behind, EVERY_TOWN, table) == {GELSENKIRCHEN, GLADBECK}
    for town in (GELSENKIRCHEN, GLADBECK):
        assert await towns(behind, Viewer(town), table) == {town}
    assert await towns(behind, NOBODY, table) == set()
    assert await towns(behind, Viewer("0551300_"), table) == set()


async def test_a_question_for_nobody_in_particular_shows_nothing(behind: Pool, log: Log) -> None:
    for row in await log.ask(WALLED):
        async with behind.connection() as connection:
            shown = await connection.execute(f"TABLE {row['relname']}".encode())
            assert await shown.fetchall() == [], row


@pytest.mark.parametrize(("account", "applications"), [(KIM, {HERE, THERE}), (MIA, {HERS})])
async def test_an_applicant_sees_their_own_in_every_town_and_no_others(
    behind: Pool, account: str, applications: set[UUID]
) -> None:
    own = Viewer(account=subject_digest(KEYS, account))
    for question in (
        f"SELECT application_id AS id FROM {MY_APPLICATIONS.name}",  # noqa: S608
        "SELECT stream_id AS id FROM data_keys",
        "SELECT application_id AS id FROM notifications",
    ):
        assert {row["id"] for row in await ask_as(behind, own, question)} == applications
    assert await ask_as(behind, own, f"SELECT 1 FROM {WORKLIST.name}") == []  # noqa: S608


async def test_a_clerk_finds_no_other_towns_applications_of_the_same_person(behind: Pool) -> None:
    """The same digest names Kim in both towns; a clerk who had it would still see one of them."""
    same_person = "SELECT stream_id FROM data_keys WHERE subject = %s"
    found = await ask_as(behind, Viewer(GELSENKIRCHEN), same_person, (subject_digest(KEYS, KIM),))
    assert [row["stream_id"] for row in found] == [HERE]


async def test_a_town_cannot_write_what_another_would_see(behind: Pool) -> None:
    move = f"UPDATE worklist_v2 SET municipality = '{GLADBECK}'"  # noqa: S608
    for statement in (move, f"UPDATE treasury_v3 SET municipality = '{GLADBECK}'"):  # noqa: S608
        with pytest.raises(InsufficientPrivilege, match="row-level security"):
            async with seen_by(behind, Viewer(GELSENKIRCHEN)) as cursor:
                await cursor.execute(statement.encode())


async def test_nothing_is_left_for_whoever_gets_the_connection_next(behind: Pool) -> None:
    async def as_one(town: str) -> None:
        assert await ask_as(behind, Viewer(town), TOWN) == [{"town": town}]

    await asyncio.gather(*(as_one(f"055{n:05}") for n in range(40)))
    with pytest.raises(psycopg.errors.DivisionByZero):
        await ask_as(behind, Viewer(GLADBECK), "SELECT 1 / 0")
    with suppress(RuntimeError):
        async with seen_by(behind, Viewer(GLADBECK)) as cursor:
            await cursor.execute("SELECT 1")
            raise RuntimeError
    async with behind.connection() as connection:
        row = await (await connection.execute(TOWN)).fetchone()
    assert row in [(None,), ("",)]


async def test_a_rebuilt_read_model_is_walled_off_as_before(database_url: str, log: Log) -> None:
    owner = Log(database_url)
    for projection in PROJECTIONS:
        await owner.rebuild(projection)
    async with pool(log.url, 1, OF_NO_TOWN) as connections:
        for projection in (WORKLIST, MY_APPLICATIONS):  # of these there are events in both towns
            assert await towns(connections, EVERY_TOWN, projection.name) > {GLADBECK}
            assert await towns(connections, Viewer(GLADBECK), projection.name) == {GLADBECK}
        own = Viewer(account=subject_digest(KEYS, MIA))
        assert len(await ask_as(connections, own, "TABLE my_applications_v1")) == 1


async def test_every_table_is_walled_off_or_has_a_reason_not_to_be(log: Log) -> None:
    walled = {row["relname"] for row in await log.ask(WALLED)}
    every = {row["relname"] for row in await log.ask(TABLES)}
    assert every - walled == set(NO_TOWN_OF_THEIRS)


async def test_a_wall_that_was_taken_away_is_raised_again(database_url: str, log: Log) -> None:
    owner = Log(database_url)
    await owner.do(
        "ALTER TABLE worklist_v2 DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE data_keys NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY towns_apart ON my_applications_v1",
    )
    await asyncio.to_thread(bring_up_to_date, database_url)
    async with pool(log.url, 1, OF_NO_TOWN) as connections:
        for table in ("worklist_v2", "data_keys", "my_applications_v1"):
            assert await towns(connections, Viewer(GLADBECK), table) == {GLADBECK}


@pytest.fixture
def plain_owner_url(server_url: str) -> Iterator[str]:
    """A database whose owner is no superuser, as with most providers: FORCE holds it as well."""
    with _new_database(server_url, "template0") as url, new_login(url, "pg_monitor") as login:
        name = psycopg.conninfo.conninfo_to_dict(login)["user"]
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(name)))
            server.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                    sql.Identifier(server.info.dbname), sql.Identifier(name)
                )
            )
            bring_up_to_date(login)
            yield login
            server.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(
                    sql.Identifier(server.info.dbname)
                )
            )


async def test_an_owner_who_is_no_superuser_can_do_all_maintenance(
    plain_owner_url: str, tmp_path: Any
) -> None:
    log = Log(plain_owner_url)
    await log.record(HERE, *submitted_by(KIM, GELSENKIRCHEN))
    await log.record(THERE, *submitted_by(KIM, GLADBECK))
    await log.project_all()
    assert (await log.rebuild(WORKLIST)).differing == 0
    file = tmp_path / "keys.json"
    save_key_ring(KEYS, file)
    rotated = list[tuple[int, int]]()
    await asyncio.to_thread(rotate, file, plain_owner_url, lambda *told: rotated.append(told))
    assert rotated[-1] == (2, 2)
    with psycopg.connect(plain_owner_url) as connection:  # which says nothing of a town
        assert connection.execute("TABLE data_keys").fetchall() == []
