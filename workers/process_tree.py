"""Starts the processes of one installation together, restarts one that dies, and ends them all."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

import structlog

LIFELINE = "AMTSWEG_LIFELINE"
END_AFTER_SECONDS = 15
QUICK_DEATH_SECONDS = 2

log = structlog.get_logger()


@dataclass(slots=True)
class Child:
    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes]
    started: float


@dataclass(slots=True)
class ProcessTree:
    """Each child holds a pipe to us: when we die, however, it reads the end and stops too."""

    environment: Mapping[str, str]
    logs: Path
    _children: list[Child] = field(default_factory=list)
    _files: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.process.terminate()
        deadline = time.monotonic() + END_AFTER_SECONDS
        for child in self._children:
            self._end(child, deadline)
        self._files.close()

    def start(self, name: str, *arguments: str) -> None:
        process = self._spawn(name, arguments)
        self._children.append(Child(name, arguments, process, time.monotonic()))

    def restart_dead(self) -> None:
        for child in self._children:
            code = child.process.poll()
            if code is None:
                continue
            log.warning("process_died", process=child.name, code=code)
            if time.monotonic() - child.started < QUICK_DEATH_SECONDS:
                time.sleep(QUICK_DEATH_SECONDS)
            child.process = self._spawn(child.name, child.arguments)
            child.started = time.monotonic()

    @property
    def pids(self) -> dict[str, int]:
        return {child.name: child.process.pid for child in self._children}

    def _spawn(self, name: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-m", "amtsweg", *arguments],
            env={**os.environ, **self.environment, LIFELINE: "1"},
            stdin=subprocess.PIPE,
            stdout=self._log_file(name),
            stderr=subprocess.STDOUT,
            start_new_session=True,  # the terminal's Ctrl-C is ours to pass on
        )

    def _log_file(self, name: str) -> IO[bytes]:
        return self._files.enter_context((self.logs / f"{name}.log").open("ab"))

    @staticmethod
    def _end(child: Child, deadline: float) -> None:
        try:
            child.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def end_with_parent() -> None:
    """Ask this process to stop once the one that started it is gone."""
    if os.environ.get(LIFELINE) != "1":
        return

    def wait() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
