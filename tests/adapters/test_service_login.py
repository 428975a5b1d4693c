"""The built-in database is worked on by a login that cannot change the log; only its owner can."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from adapters.postgres.embedded import EmbeddedPostgres, start
from adapters.postgres.schema import bring_up_to_date
from adapters.postgres.service_login import FILE, SERVICE, service_url
from adapters.settings import Settings
from tests.adapters.embedded_servers import QUICK, ask
from tests.installation import installation
from tests.service_login import MAY_APPEND_AND_WRITE

WHO = "SELECT current_user::text"
AT_WORK = """SELECT array_agg(DISTINCT usename::text) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[EmbeddedPostgres]:
    with start(tmp_path_factory.mktemp("home"), QUICK) as server:
        bring_up_to_date(server.url)
        yield server


@pytest.fixture
def settings(server) -> Settings:
    return Settings(home=server._cluster.folder.parent, database_url=None)


def test_it_may_add_to_the_log_and_not_change_it(server, settings) -> None:
    url = service_url(settings, server.url)
    assert ask(url, WHO) == (SERVICE,)
    assert ask(url, MAY_APPEND_AND_WRITE) == (True, False)


def test_everybody_who_asks_gets_the_same(server, settings) -> None:
    assert service_url(settings, server.url) == service_url(settings, server.url)


def test_its_password_is_private_and_is_not_the_owner_s(server, settings) -> None:
    url = service_url(settings, server.url)
    file = settings.home / "postgres" / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text() == urlsplit(url).password != urlsplit(server.url).password
    assert urlsplit(url).password not in server._cluster.log.read_text()


def test_a_password_that_was_lost_is_made_anew(server, settings) -> None:
    before = service_url(settings, server.url)
    (settings.home / "postgres" / FILE).unlink()
    assert ask(service_url(settings, server.url), WHO) == (SERVICE,)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(before, WHO)


def test_a_database_of_one_s_own_keeps_the_login_that_is_set(settings) -> None:
    own = "postgresql://somebody@db.example.org/amtsweg"
    assert service_url(settings.model_copy(update={"database_url": own}), own) == own


def test_run_lets_its_processes_work_by_it_and_tells_maintenance_of_the_owner_s(tmp_path) -> None:
    with installation(tmp_path, "--no-story") as addresses:
        assert urlsplit(addresses["database"]).username == "amtsweg"
        assert ask(addresses["database"], AT_WORK) == ([SERVICE],)
        logs = [file.read_text() for file in (tmp_path / "logs").iterdir()]
    assert logs
    assert not any("database_login_too_powerful" in text for text in logs)
