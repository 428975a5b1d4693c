"""The database to work with: the one that is set, the one that runs already, or our own."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from adapters.postgres.embedded import start
from adapters.postgres.embedded_errors import NoDatabaseHere, StateFolderInUse
from adapters.settings import Settings

ADDRESSES = "running.json"
ANSWER_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Served:
    """`revive` starts a server of our own again if it has died."""

    url: str
    revive: Callable[[], None]


@contextmanager
def own_database(settings: Settings) -> Iterator[Served]:
    """The one that is set, or our own. Raise a kind of EmbeddedPostgresFailed."""
    if settings.database_url:
        yield Served(settings.database_url, lambda: None)
        return
    with start(settings.home) as server:
        yield Served(server.url, server.revive)


@contextmanager
def database(settings: Settings, *, begin: bool = False) -> Iterator[str]:
    """Yield the URL. Raise a kind of EmbeddedPostgresFailed when there is none to be had.

    `begin`: make one where there is none. Whoever looks at data must never look at a new one.
    """
    if not (begin or settings.database_url or (settings.home / "postgres" / "data").exists()):
        raise NoDatabaseHere(settings.home)
    with ExitStack() as stack:
        try:
            url = stack.enter_context(own_database(settings)).url
            if settings.database_url is None:
                stack.enter_context(announced(settings.home, {"database": url}))
        except StateFolderInUse:
            url = running(settings.home).get("database", "")
            if not _answers(url):
                raise
        yield url


@contextmanager
def announced(home: Path, addresses: Mapping[str, str]) -> Iterator[None]:
    announce(home, addresses)
    try:
        yield
    finally:
        (home / ADDRESSES).unlink(missing_ok=True)


def announce(home: Path, addresses: Mapping[str, str]) -> None:
    """Let other commands of the same user find what is running. The file holds a password."""
    home.mkdir(parents=True, exist_ok=True)
    fresh = home / f"{ADDRESSES}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(dict(addresses), file)
    fresh.replace(home / ADDRESSES)


def running(home: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((home / ADDRESSES).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _answers(url: str) -> bool:
    """False where what is announced is of a process that was killed."""
    try:
        psycopg.connect(url, connect_timeout=ANSWER_SECONDS).close()
    except psycopg.OperationalError:
        return False
    return bool(url)
