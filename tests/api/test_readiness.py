"""What stops the database from being worked with is said at once, and over when it is over."""

from collections.abc import Callable, Iterator

import httpx
import psycopg
import pytest
from anyio.from_thread import BlockingPortal

from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.runner_names import RUNNER_NAMES
from api.app import create_app
from projections.proofs import PROOFS
from tests.api.house import House, open_app
from tests.api.library_card import until
from tests.api.problems import require_problem
from tests.projections.log import silent
from workers.seeding import seed

BEAT = """INSERT INTO heartbeats (runner, beat_at, state)
    SELECT runner, clock_timestamp(), 'running' FROM unnest(%s::text[]) AS names (runner)"""
CUT_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
REVIVED = "UPDATE heartbeats SET beat_at = clock_timestamp()"
READ_ONLY = "SET default_transaction_read_only = {}"
REFERRAL = "/api/v1/municipalities/05513000/services/criminal-record-certificate/referrals"
Does = Callable[..., None]


@pytest.fixture
def does(database_url: str) -> Does:
    """Carry out statements as the owner."""

    def do(*statements: str) -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            for statement in statements:
                connection.execute(statement.encode())

    return do


@pytest.fixture
def seeded(portal: BlockingPortal, database_url: str) -> None:
    portal.call(seed, database_url, read_files(BUILT_IN), silent)


@pytest.fixture
def ready(house: House, portal: BlockingPortal, database_url: str) -> Iterator[httpx.Client]:
    """The API alone, over a database in which everybody beats."""
    with psycopg.connect(database_url) as connection:
        connection.execute(BEAT, (list(RUNNER_NAMES),))
    app = create_app(house.settings, database_url)
    with (
        portal.wrap_async_context_manager(open_app(app)) as api,
        httpx.Client(base_url=api, timeout=60) as http,
    ):
        assert http.get("/readyz").json()["database"] == "usable"
        yield http


def test_a_database_that_takes_no_writes_is_not_usable(
    seeded: None, ready: httpx.Client, does: Does, database_url: str
) -> None:
    name = database_url.rpartition("/")[2]
    assert ready.post(REFERRAL, json={}).is_success
    does(f"ALTER DATABASE {name} {READ_ONLY.format('on')}", CUT_OTHERS)
    answer = until(lambda: a if (a := ready.get("/readyz")).json().get("database") else None)
    assert answer is not None
    assert (answer.status_code, answer.json()["database"]) == (503, "read-only")
    require_problem(ready.post(REFERRAL, json={}), 503, "store-unavailable")
    does(f"ALTER DATABASE {name} {READ_ONLY.format('off')}", CUT_OTHERS)

    def ready_again() -> bool:
        does(REVIVED)  # a slow machine may take longer than a heartbeat is good for
        return ready.get("/readyz").is_success

    until(ready_again)
    assert ready.post(REFERRAL, json={}).is_success


@pytest.mark.parametrize(
    "lost",
    [
        "DELETE FROM schema_migrations WHERE name = (SELECT max(name) FROM schema_migrations)",
        f"DROP TABLE {PROOFS.name}",
        "DROP TABLE schema_migrations",
        "ALTER FUNCTION append_events RENAME TO append_events_otherwise",
    ],
)
def test_a_database_that_lacks_something_of_this_version_is_not_usable(
    ready: httpx.Client, does: Does, lost: str
) -> None:
    does(lost)
    require_problem(ready.get("/readyz"), 503, "database-not-prepared")


def test_what_a_newer_version_has_added_is_no_matter(ready: httpx.Client, does: Does) -> None:
    """So that it can migrate before the last process of this one has ended."""
    does("INSERT INTO schema_migrations (name, sha256) VALUES ('9999_newer.sql', '')", REVIVED)
    assert ready.get("/readyz").is_success
