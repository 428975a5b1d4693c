"""A real PostgreSQL for every test that asks: one server a worker, one fresh database a test."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from time import monotonic
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from adapters.kafka.access import required_access
from adapters.kafka.making_topics import make_topics
from adapters.kafka.topics import topics as all_topics
from adapters.postgres.embedded import EmbeddedPostgres, start
from adapters.postgres.schema import bring_up_to_date
from adapters.settings import Settings
from tests import kafka_mock
from tests.commands import SILENT, CommandLine
from tests.kafka import (
    Topics,
    be_patient,
    given_servers,
    mocked,
    new_prefix,
    require_real_broker,
    shared_broker,
    shared_folder,
)
from tests.keys import keys_in
from tests.service_login import new_login

# How long an example takes, or takes to be made, says something of the machine, and nothing of the
# law.
settings.register_profile("amtsweg", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("amtsweg")

PATIENCE = 60
HERE = Path(__file__).parent
OF_THE_WHOLE = {HERE, HERE / "storm", HERE / "torture"}
# It only ends a test that hangs: what starts and ends whole installations may take its minutes.
WHOLE_WITHIN_SECONDS = 900
# Without an autovacuum, which would look into template and databases whenever it likes, and have
# statements planned otherwise from then on.
UNSAFE_BUT_QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those of the whole product, which take longest; then the largest files.

    So that no worker comes to a long one when the others have ended.
    """
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.parent not in OF_THE_WHOLE, -sizes[item.path]))
    for item in items:
        if item.path.parent in OF_THE_WHOLE:
            item.add_marker(pytest.mark.timeout(WHOLE_WITHIN_SECONDS))


def pytest_report_header() -> list[str]:
    return [kafka_mock.NOTICE] if mocked() else []


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory) -> Iterator[EmbeddedPostgres]:
    with start(tmp_path_factory.mktemp("home"), settings=UNSAFE_BUT_QUICK) as server:
        yield server


@pytest.fixture(scope="session")
def server_url(request) -> str:
    """TEST_DATABASE_URL lets the tests use another server, in databases of their own."""
    return os.environ.get("TEST_DATABASE_URL") or request.getfixturevalue("postgres_server").url


@pytest.fixture(scope="session")
def template_url(server_url) -> Iterator[str]:
    with _new_database(server_url, template="template0") as url:
        bring_up_to_date(url)
        yield url


@pytest.fixture
def database_url(server_url, template_url) -> Iterator[str]:
    """A database of this version's tables, all empty, for one test alone."""
    with _new_database(server_url, PurePosixPath(urlsplit(template_url).path).name) as url:
        yield url


@pytest.fixture
def empty_database_url(server_url) -> Iterator[str]:
    with _new_database(server_url, template="template0") as url:
        yield url


@pytest.fixture(scope="session")
def durable_server(tmp_path_factory) -> Iterator[EmbeddedPostgres]:
    """As the product starts it: `serve` and `work` refuse one that is quick and unsafe."""
    with start(tmp_path_factory.mktemp("durable")) as server:
        yield server


@pytest.fixture
def durable_url(durable_server) -> Iterator[str]:
    """A database of this version's tables, by its owner's login."""
    with _new_database(durable_server.url, template="template0") as url:
        bring_up_to_date(url)
        yield url


@pytest.fixture
def service_url(durable_url) -> Iterator[str]:
    """The same, by a login as `serve` and `work` are given it."""
    with new_login(durable_url) as url:
        yield url


@pytest.fixture(scope="session")
def kafka_servers(tmp_path_factory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        be_patient(patch)
        if given := given_servers():
            yield given
            return
        with shared_broker(shared_folder(tmp_path_factory)) as address:
            if kafka_mock.is_needed():
                kafka_mock.speak_to_it(patch)
            yield address


@pytest.fixture(scope="session")
def real_broker() -> None:
    require_real_broker()


@pytest.fixture
def kafka_settings(request, tmp_path) -> Settings:
    """Name topics that no other test has; they are not made yet."""
    if request.node.get_closest_marker("mock_kafka_will_do") is None:
        request.getfixturevalue("real_broker")
    kafka_servers = request.getfixturevalue("kafka_servers")
    return Settings(
        home=tmp_path,
        smtp_port=1,
        kafka_bootstrap_servers=kafka_servers,
        kafka_topic_prefix=new_prefix(),
        kafka_partitions=3,
    )


@pytest.fixture
def topics(kafka_settings) -> Topics:
    """Topics of this test's own, made and empty."""
    access = required_access(kafka_settings)
    if not mocked():
        list(make_topics(access, all_topics(kafka_settings)))
    return Topics(kafka_settings, access)


@pytest.fixture
def amtsweg(tmp_path) -> CommandLine:
    """Without a database to be had: `amtsweg.at(database_url)` has one."""
    keys_in(tmp_path)
    return CommandLine({"AMTSWEG_HOME": str(tmp_path)}).at(SILENT)


@contextmanager
def _new_database(server_url: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    once_free(server_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        once_free(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def once_free(server_url: str, statement: str) -> None:
    """On a busy machine, a session that has ended may be there for longer than the server waits."""
    deadline = monotonic() + PATIENCE
    with psycopg.connect(server_url, autocommit=True, connect_timeout=PATIENCE) as server:
        while True:
            try:
                server.execute(statement.encode())
            except psycopg.errors.ObjectInUse:
                if monotonic() > deadline:
                    raise
            else:
                return
