"""One PostgreSQL data folder and its server: started, adopted and stopped."""

import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import psycopg

from adapters.postgres.embedded_errors import PostgresDidNotStart
from adapters.postgres.initdb import DATA, OWNER, PASSWORD
from adapters.postgres.postmaster import (
    Postmaster,
    end_at_once,
    mark_of,
    remove_stale_pid_file,
    running_postmaster,
)
from adapters.postgres.programs import Programs

START_SECONDS = 120  # a crash recovery may have to read a gigabyte
ANSWER_SECONDS = 3
STOP_SECONDS = {"fast": 60, "immediate": 10}
LARGEST_LOG = 10_000_000
LOG_LINES_SHOWN = 12

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Statements and rows hold personal data, and a log is no place for that.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    folder: Path
    programs: Programs
    settings: Mapping[str, str]

    @property
    def data(self) -> Path:
        return self.folder / DATA

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def url(self, port: int) -> str:
        password = (self.folder / PASSWORD).read_text()
        return f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/{OWNER}"

    @property
    def is_running(self) -> bool:
        return self._running() is not None

    def start(self, port: int) -> None:
        remove_stale_pid_file(self.data)
        with self._opened_log() as log:
            before = log.tell()
            self._pg_ctl("start", "-t", str(START_SECONDS), "-o", self._options(port), output=log)
        started = self._running()
        if started is None or not started.is_ready or started.port != port:
            raise PostgresDidNotStart(self._last_log_lines(before))

    def stop(self, mode: Literal["fast", "immediate"]) -> None:
        """Ask, then insist, then end it: this takes a bounded time."""
        if self._running() is None:
            return
        self._pg_ctl("stop", "-t", str(STOP_SECONDS[mode]), "-m", mode)
        if mode == "fast":
            self.stop("immediate")
        elif (survivor := self._running()) is not None:
            end_at_once(survivor)

    def adopt(self) -> int | None:
        """The port of a server that outlived the process which started it, if it still answers."""
        survivor = self._settled()
        if survivor is None:
            return None
        if survivor.is_ready and self._answers(survivor.port):
            return survivor.port
        self.stop("immediate")
        return None

    def _running(self) -> Postmaster | None:
        return running_postmaster(self.data)

    def _settled(self) -> Postmaster | None:
        """A server in the midst of starting or stopping gets the time to finish that."""
        deadline = time.monotonic() + START_SECONDS
        while (postmaster := self._running()) and not postmaster.is_ready:
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        return postmaster

    def _answers(self, port: int) -> bool:
        try:
            psycopg.connect(self.url(port), connect_timeout=ANSWER_SECONDS).close()
        except psycopg.OperationalError:
            return False
        return True

    def _options(self, port: int) -> str:
        settings = {"port": str(port), **SETTINGS, **self.settings}
        words = [*(f"{name}={value}" for name, value in settings.items()), mark_of(self.data)]
        return " ".join(f"-c {shlex.quote(word)}" for word in words)

    def _opened_log(self) -> IO[str]:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.rename(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        return self.log.open("a")

    def _last_log_lines(self, before: int) -> str:
        with self.log.open(errors="replace") as log:
            log.seek(before)
            return "\n".join(["", *log.read().splitlines()[-LOG_LINES_SHOWN:]])

    def _pg_ctl(self, action: str, *arguments: str, output: IO[str] | None = None) -> None:
        named = self.programs.name_of(self.data)
        self.programs.run(
            "pg_ctl", action, "-D", named, "-s", "-w", *arguments, inside=self.data, output=output
        )
