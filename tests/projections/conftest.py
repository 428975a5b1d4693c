"""A log with its read models in a database of its own: one a test, or one an example."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest

from adapters.read_models import rebuild as rebuilding
from projections.worklist import WORKLIST
from tests.conftest import _new_database
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


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rebuild that is held up does not give up before the test has done its part."""
    monkeypatch.setattr(rebuilding, "LOCK_WAITS", ("1500ms",) * 60)


@pytest.fixture(scope="session")
def new_log(server_url: str, template_url: str) -> NewLog:
    """For generated histories: every example begins with an empty log."""
    template = PurePosixPath(urlsplit(template_url).path).name

    @contextmanager
    def fresh() -> Iterator[Log]:
        with _new_database(server_url, template) as url:
            yield Log(url)

    return fresh
