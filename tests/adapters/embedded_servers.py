"""Servers of the built-in PostgreSQL in processes of their own, and questions to them."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

QUICK = {"fsync": "off"}
PATIENCE = 60
SUPERVISOR = """
import sys, time
from pathlib import Path
from adapters.postgres.embedded import start
server = start(Path(sys.argv[1]), {"fsync": "off"})
print(server.url, file=sys.stderr, flush=True)
time.sleep(600)
"""


@contextmanager
def supervisor(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that runs the server of this folder and ends by SIGKILL."""
    command = [sys.executable, "-c", SUPERVISOR, str(home)]
    with subprocess.Popen(
        command, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ask(url: str, statement: str, *values: str) -> tuple | None:
    with psycopg.connect(url, connect_timeout=PATIENCE) as connection:
        cursor = connection.execute(statement, values or None)
        return cursor.fetchone() if cursor.description else None


def remember(url: str) -> str:
    ask(url, "CREATE TABLE IF NOT EXISTS kept (word text)")
    ask(url, "INSERT INTO kept VALUES (%s)", word := uuid4().hex)
    return word


def remembers(url: str, word: str) -> bool:
    return ask(url, "SELECT count(*) FROM kept WHERE word = %s", word) == (1,)


def postmaster_of(home: Path) -> int:
    return int((home / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def wait_until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def is_served(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0
