"""One house for all tests of the API; they keep apart by people and applications of their own."""

import logging
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
import structlog
from anyio.from_thread import BlockingPortal, start_blocking_portal

from adapters.logging import StackOnly, configure_logging
from tests import clamd
from tests.api.house import House, open_house
from tests.api.library_card import Counter
from tests.api.problems import Database
from tests.api.visitors import WITHIN_SECONDS, Visitors
from tests.conftest import _new_database


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """On the event loop of production, which does not wait for the client's acknowledgements."""
    with start_blocking_portal(backend_options={"use_uvloop": True}) as portal:
        yield portal


@pytest.fixture(scope="session")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What a data centre would find on standard error; libraries included."""
    path = tmp_path_factory.mktemp("log") / "stderr"
    with path.open("w") as stderr:
        configure_logging()
        structlog.configure(
            logger_factory=structlog.PrintLoggerFactory(stderr), cache_logger_on_first_use=False
        )
        handler = logging.StreamHandler(stderr)
        handler.setFormatter(StackOnly("%(message)s"))
        logging.getLogger().addHandler(handler)
        yield path
        logging.getLogger().removeHandler(handler)
        structlog.reset_defaults()


@pytest.fixture(scope="session")
def scanner() -> Iterator[str | None]:
    """The socket of a real one; where none can be had, what needs one is skipped."""
    if clamd.program() is None:
        yield None
        return
    with clamd.clamd() as socket:
        yield socket


@pytest.fixture(scope="session")
def house(
    portal: BlockingPortal,
    scanner: str | None,
    log_file: Path,
    server_url: str,
    template_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    template = PurePosixPath(urlsplit(template_url).path).name
    home = tmp_path_factory.mktemp("house")
    with (
        _new_database(server_url, template) as database,
        portal.wrap_async_context_manager(open_house(home, database, clamd=scanner)) as house,
    ):
        yield house


@pytest.fixture(scope="session")
def database(house: House) -> Iterator[Database]:
    with psycopg.connect(house.database, autocommit=True) as database:
        yield database


@pytest.fixture(scope="session")
def http(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{house.api}/api/v1", timeout=WITHIN_SECONDS) as http:
        yield http


@pytest.fixture(scope="session")
def visitors(house: House, http: httpx.Client) -> Visitors:
    return Visitors(http, house.settings)


@pytest.fixture(scope="session")
def counter(house: House, visitors: Visitors) -> Counter:
    return Counter(house, visitors)
