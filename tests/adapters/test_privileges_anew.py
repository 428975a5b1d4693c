"""The group role is the server's: on a new one it is made, however many databases begin at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import pytest

from adapters.postgres.embedded import start
from adapters.postgres.privileges import ROLE, RoleMissing
from adapters.postgres.schema import bring_up_to_date
from tests.adapters.embedded_servers import QUICK, ask
from tests.service_login import new_login

MEMBERS = "SELECT has_table_privilege('events', 'SELECT'), has_table_privilege('events', 'INSERT')"
OWNER = "CREATE ROLE owner LOGIN PASSWORD 'owner'; CREATE DATABASE town OWNER owner"


@pytest.fixture
def new_server_url(tmp_path) -> Iterator[str]:
    with start(tmp_path, QUICK) as server:
        yield server.url


def execute(url: str, statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements.split("; "):
            connection.execute(statement)


def test_several_databases_of_a_new_server_are_prepared_at_once(new_server_url) -> None:
    names = [f"town_{number}" for number in range(3)]
    execute(new_server_url, "; ".join(f"CREATE DATABASE {name}" for name in names))
    urls = [urlsplit(new_server_url)._replace(path=f"/{name}").geturl() for name in names]
    with ThreadPoolExecutor(len(urls) * 2) as threads:
        done = list(threads.map(bring_up_to_date, urls * 2))
    assert len([one for one in done if one]) >= len(urls)
    for url in urls:
        with new_login(url) as member:
            assert ask(member, MEMBERS) == (True, False)


def test_an_owner_who_may_make_no_roles_has_it_made_and_goes_on(new_server_url) -> None:
    execute(new_server_url, OWNER)
    place = urlsplit(new_server_url).netloc.rpartition("@")[2]
    url = f"postgresql://owner:owner@{place}/town"
    with pytest.raises(RoleMissing, match=f"run `migrate` again: {ROLE}$"):
        bring_up_to_date(url)
    execute(new_server_url, f"CREATE ROLE {ROLE}")
    bring_up_to_date(url)
    execute(new_server_url, f"CREATE ROLE service LOGIN PASSWORD 'service' IN ROLE {ROLE}")
    assert ask(f"postgresql://service:service@{place}/town", MEMBERS) == (True, False)
