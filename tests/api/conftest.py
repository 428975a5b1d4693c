"""One house for all tests of the API; they keep apart by people and applications of their own."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from tests.api.house import House, open_house
from tests.api.library_card import Counter
from tests.api.visitors import Visitors
from tests.conftest import _new_database


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def house(
    portal: BlockingPortal,
    server_url: str,
    template_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    template = PurePosixPath(urlsplit(template_url).path).name
    home = tmp_path_factory.mktemp("house")
    with (
        _new_database(server_url, template) as database,
        portal.wrap_async_context_manager(open_house(home, database)) as house,
    ):
        yield house


@pytest.fixture(scope="session")
def http(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{house.api}/api/v1", timeout=20) as http:
        yield http


@pytest.fixture(scope="session")
def visitors(house: House, http: httpx.Client) -> Visitors:
    return Visitors(http, house.settings)


@pytest.fixture(scope="session")
def counter(house: House, visitors: Visitors) -> Counter:
    return Counter(house, visitors)
