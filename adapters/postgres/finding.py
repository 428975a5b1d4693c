"""The database to work with: the one that is set, the one that runs already, or our own."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from adapters.postgres.embedded import start
from adapters.postgres.embedded_errors import StateFolderInUse
from adapters.settings import Settings

ADDRESSES = "running.json"


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Yield the URL. Raise a kind of EmbeddedPostgresFailed when there is none to be had."""
    if settings.database_url:
        yield settings.database_url
        return
    try:
        server = start(settings.home)
    except StateFolderInUse:
        addresses = running(settings.home)
        if "database" not in addresses:
            raise
        yield addresses["database"]
        return
    with server:
        yield server.url


def announce(home: Path, addresses: Mapping[str, str]) -> None:
    """Let other commands of the same user find what is running. The file holds a password."""
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
