"""A log with its read models in a database of its own: one a test, or one an example."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from projections.worklist import WORKLIST
from tests.projections.log import LIVES, Happened, Log

NewLog = Callable[[], AbstractContextManager[Log]]


@pytest.fixture
def log(database_url: str) -> Log:
    return Log(database_url)


@pytest.fixture
async def many(log: Log) -> Happened:
    """Some hundred applications, shown by the worklist."""
    happened = log.fill(LIVES * 20)
    await log.project(WORKLIST)
    return happened


@pytest.fixture(scope="session")
def new_log(server_url: str, template_url: str) -> NewLog:
    """For generated histories: every example begins with an empty log."""
    template = PurePosixPath(urlsplit(template_url).path).name

    @contextmanager
    def fresh() -> Iterator[Log]:
        name = f"test_{uuid4().hex}"
        with psycopg.connect(server_url, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
            url = urlsplit(server_url)._replace(path=f"/{name}").geturl()
            try:
                yield Log(url)
            finally:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")

    return fresh
