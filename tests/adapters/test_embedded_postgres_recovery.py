"""What was committed outlives a stop, a crash and the kill of any process."""

import os
import signal
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.postgres import cluster
from adapters.postgres.embedded import start
from adapters.postgres.embedded_errors import StateFolderInUse
from tests.adapters.embedded_servers import (
    QUICK,
    ask,
    is_served,
    postmaster_of,
    remember,
    remembers,
    supervisor,
    wait_until,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


def test_rows_outlive_a_stop_and_the_server_does_not(home) -> None:
    with start(home, QUICK) as first:
        word = remember(first.url)
    assert not is_served(first.url)
    with start(home, QUICK) as second:
        assert remembers(second.url, word)
        first.stop()
        assert remembers(second.url, word)


def test_committed_rows_outlive_an_immediate_restart(home) -> None:
    with start(home, QUICK) as server:
        url = server.url
        word = remember(url)
        server.restart_immediately()
        assert server.url == url
        assert remembers(url, word)


@pytest.mark.skipif(sys.platform != "linux", reason="a port is kept where the system can")
def test_while_it_is_dead_nobody_else_gets_its_port(home) -> None:
    with start(home, QUICK) as server:
        server.kill()
        at = ("127.0.0.1", urlsplit(server.url).port)
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(at)
        server.revive()
        assert is_served(server.url)
    with socket.create_server(at):
        pass


def test_a_server_is_refused_while_its_supervisor_lives_and_then_taken_over(home) -> None:
    with supervisor(home) as other:
        word = remember(url := other.stderr.readline().strip())
        with pytest.raises(StateFolderInUse, match=rf"process {other.pid}\."):
            start(home)
    with start(home, QUICK) as adopted:
        assert adopted.url == url
        assert remembers(url, word)
    assert not is_served(url)


def test_rows_outlive_the_kill_of_everything(home) -> None:
    with supervisor(home) as other:
        word = remember(other.stderr.readline().strip())
        os.kill(postmaster_of(home), signal.SIGKILL)
    with start(home, QUICK) as server:
        assert remembers(server.url, word)


def test_a_server_that_no_longer_answers_is_replaced(home, monkeypatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 1)
    monkeypatch.setitem(cluster.STOP_SECONDS, "immediate", 1)
    with supervisor(home) as other:
        word = remember(other.stderr.readline().strip())
        os.kill(stuck := postmaster_of(home), signal.SIGSTOP)
    with start(home, QUICK) as server:
        assert postmaster_of(home) != stuck
        assert remembers(server.url, word)


def killed_amid_the_first_start(folder: Path) -> Path:
    """A busy machine may kill it too late; then the next one is killed."""
    for number in range(20):
        home = folder / str(number)
        with supervisor(home):
            wait_until(lambda home=home: [*home.glob("postgres/data*/global")])
        if not (home / "postgres/data").exists():
            return home
    raise AssertionError


def test_a_kill_amid_the_first_start_leaves_no_half_database(tmp_path) -> None:
    home = killed_amid_the_first_start(tmp_path)
    assert [*home.glob("postgres/data.new-*/global")]
    with start(home, QUICK) as server:
        assert ask(server.url, "SELECT 1") == (1,)
