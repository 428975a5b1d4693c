"""The built-in PostgreSQL: one folder, no installation, no administrator."""

import fcntl
import os
import shutil
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

import structlog

from adapters.kept_port import kept_port
from adapters.postgres.cluster import Cluster
from adapters.postgres.embedded_errors import (
    DiskIsFull,
    PostgresDidNotStart,
    StateFolderInUse,
    StateFolderNotWritable,
    StateFolderUnusable,
)
from adapters.postgres.initdb import create_data_folder
from adapters.postgres.programs import programs_for

LEAST_FREE_BYTES = 200_000_000
ATTEMPTS = 3  # another program may take the free port first, or a dying server still hold on
PAUSE_SECONDS = 0.3

log = structlog.get_logger(__name__)


class EmbeddedPostgres:
    """A running server that belongs to this process until `stop`."""

    def __init__(self, cluster: Cluster, port: int, kept: ExitStack) -> None:
        """`kept`: the lock of the folder, and the port where nobody else had it before."""
        self._cluster = cluster
        self._port = port
        self._kept: ExitStack | None = kept

    @property
    def url(self) -> str:
        return self._cluster.url(self._port)

    def stop(self) -> None:
        """End all sessions, write everything to its place and leave the folder to others."""
        if self._kept is None:  # by now the folder may be another process's
            return
        self._cluster.stop("fast")
        self._kept.close()
        self._kept = None

    def kill(self) -> None:
        """End it as a power cut would; the folder still belongs to this process."""
        self._cluster.stop("immediate")

    def revive(self) -> None:
        """Start it again, on the same port, if it has died. Raise PostgresDidNotStart."""
        if not self._cluster.is_running:
            log.warning("postgres.died", port=self._port)
            self._cluster.start(self._port)

    def restart_immediately(self) -> None:
        """A crash and the recovery from it, on the same port."""
        self.kill()
        self._cluster.start(self._port)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(home: Path, settings: Mapping[str, str] | None = None) -> EmbeddedPostgres:
    """Start, or take over, the server whose data lies in `home/postgres`.

    `settings` are PostgreSQL's own, by name; they go before the built-in ones.
    Raises a kind of EmbeddedPostgresFailed.
    """
    folder = home.resolve() / "postgres"
    with ExitStack() as kept:
        kept.callback(os.close, _lock(folder))
        cluster = Cluster(folder, programs_for(folder / "data"), settings or {})
        port = _served(cluster, kept)
        return EmbeddedPostgres(cluster, port, kept.pop_all())


def _lock(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)  # the server's account passes through; every file in it is private
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise StateFolderNotWritable(folder) from error
    except OSError as error:  # a read-only disk, a full one, a file where a folder should be
        raise StateFolderUnusable(f"{folder} ({error.strerror})") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 20).decode()
        os.close(lock)
        raise StateFolderInUse(f"Folder {folder}, process {holder or 'unknown'}.") from None
    os.truncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _served(cluster: Cluster, kept: ExitStack) -> int:
    for _ in range(ATTEMPTS - 1):
        with suppress(PostgresDidNotStart):
            return _serve(cluster, kept)
        time.sleep(PAUSE_SECONDS)
    return _serve(cluster, kept)


def _serve(cluster: Cluster, kept: ExitStack) -> int:
    if (adopted := cluster.adopt()) is not None:
        log.info("postgres.adopted", port=adopted)
        return adopted
    _make_ready(cluster)
    with ExitStack() as trying:
        cluster.start(port := trying.enter_context(kept_port(0)))
        kept.push(trying.pop_all())
    log.info("postgres.started", port=port)
    return port


def _make_ready(cluster: Cluster) -> None:
    _require_room(cluster.folder)
    if not cluster.data.exists():
        durable = cluster.settings.get("fsync") != "off"
        create_data_folder(cluster.folder, cluster.programs, durable=durable)


def _require_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        megabytes = f"{free // 1_000_000} MB of at least {LEAST_FREE_BYTES // 1_000_000} MB"
        raise DiskIsFull(f"{megabytes} are free in {folder}.")
