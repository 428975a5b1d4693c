"""The built-in PostgreSQL lets nobody else in, keeps rows out of its log and says what is wrong."""

import os
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from adapters.postgres import embedded
from adapters.postgres.embedded import EmbeddedPostgres, start
from adapters.postgres.embedded_errors import DiskIsFull, PostgresDidNotStart, StateFolderInUse
from tests.adapters.embedded_servers import QUICK, ask, postmaster_of


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[EmbeddedPostgres]:
    with start(tmp_path_factory.mktemp("home")) as server:
        yield server


def test_it_is_a_durable_checked_utf8_database(server) -> None:
    settings = ("fsync", "full_page_writes", "data_checksums", "server_encoding", "TimeZone")
    shown = ", ".join(f"current_setting('{name}')" for name in settings)
    assert ask(server.url, f"SELECT {shown}") == ("on", "on", "on", "UTF8", "UTC")


def test_umlauts_have_an_upper_and_a_lower_case(server) -> None:
    assert ask(server.url, "SELECT lower('ÄÖÜ'), upper('äöü')") == ("äöü", "ÄÖÜ")


def test_a_wrong_password_is_refused(server) -> None:
    password = urlsplit(server.url).password
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(server.url.replace(password, "guessed"), "SELECT 1")


def test_the_password_is_stored_hashed_and_its_file_is_private(server) -> None:
    hashed = "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'amtsweg'"
    assert ask(server.url, hashed) == (True,)
    password = server._cluster.folder / "password"
    assert password.stat().st_mode & 0o777 == 0o600


def test_it_listens_on_the_loopback_address_alone(server) -> None:
    port = urlsplit(server.url).port
    with socket.socket() as other_address, pytest.raises(OSError, match="refused"):
        other_address.connect(("127.0.0.2", port))
    assert ask(server.url, "SHOW unix_socket_directories") == ("",)


def test_ctrl_c_does_not_reach_the_server(server) -> None:
    assert os.getsid(postmaster_of(server._cluster.folder.parent)) != os.getsid(0)


def test_the_log_is_private_and_free_of_personal_data(server) -> None:
    ask(server.url, "CREATE TABLE people (email text PRIMARY KEY)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(server.url, "INSERT INTO people VALUES ('erika@example.org'), ('erika@example.org')")
    log = server._cluster.log
    assert "people_pkey" in log.read_text()
    assert "erika" not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_folder_in_use_is_refused_with_its_name_and_holder(server) -> None:
    folder = server._cluster.folder
    with pytest.raises(StateFolderInUse, match=rf"{folder}, process {os.getpid()}\."):
        start(folder.parent)
    assert ask(server.url, "SELECT 1") == (1,)


def test_too_little_room_on_the_disk_is_said_before_anything_is_made(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(embedded, "LEAST_FREE_BYTES", 10**18)
    with pytest.raises(DiskIsFull, match=f"are free in {tmp_path}"):
        start(tmp_path)
    assert not (tmp_path / "postgres/data").exists()


def test_a_failed_start_shows_the_log_and_can_be_repeated(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(embedded, "ATTEMPTS", 1)
    with pytest.raises(PostgresDidNotStart, match=r"Remove the cause(.|\n)*shared_buffers"):
        start(tmp_path, {**QUICK, "shared_buffers": "plenty"})
    with start(tmp_path, QUICK) as server:
        assert ask(server.url, "SELECT 1") == (1,)
