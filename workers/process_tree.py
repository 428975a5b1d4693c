"""Starts the processes of one installation together, restarts one that dies, and ends them all.

They are forked from a server process that has imported, once for all, what they need.
"""

import multiprocessing
import multiprocessing.forkserver
import multiprocessing.resource_tracker
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Self

import structlog

END_AFTER_SECONDS = 15
QUICK_DEATH_SECONDS = 2
LOOK_AFTER_SECONDS = 0.5
STDOUT, STDERR = 1, 2
OUR_NAME = Path("/proc/self/comm")
OF_TERMINAL = (signal.SIGINT, signal.SIGHUP)

log = structlog.get_logger()
FORKS = multiprocessing.get_context("forkserver")


def import_once(modules: Sequence[str]) -> None:
    """Begin to import, beside us, what the processes will need."""
    FORKS.set_forkserver_preload(list(modules))
    beginning = threading.Thread(target=_begin_deaf)
    beginning.start()
    beginning.join()


def _begin_deaf() -> None:
    """What a terminal tells all of us is ours to pass on, once everything is in place.

    Who is deaf is inherited. A thread is it alone: meanwhile we hear whatever we are told.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, OF_TERMINAL)
    multiprocessing.resource_tracker.ensure_running()  # a thread that begins it hears again
    signal.pthread_sigmask(signal.SIG_BLOCK, OF_TERMINAL)
    multiprocessing.forkserver.ensure_running()


def _hear_again() -> None:
    """But nothing of what was said meanwhile."""
    for number in OF_TERMINAL:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, OF_TERMINAL)


@dataclass(slots=True)
class Child:
    name: str
    main: Callable[[], None]
    process: BaseProcess
    started: float
    deaths: int = 0


@dataclass(slots=True)
class ProcessTree:
    """`environment`: what the children read their settings from; `logs`: a file each."""

    environment: Mapping[str, str]
    logs: Path
    _children: list[Child] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.process.terminate()
        deadline = time.monotonic() + END_AFTER_SECONDS
        for child in self._children:
            child.process.join(max(deadline - time.monotonic(), 0.1))
            if child.process.is_alive():
                child.process.kill()
                child.process.join()

    def start(self, processes: Mapping[str, Callable[[], None]]) -> None:
        """Each is a function of a module, so that the other process can find it."""
        for name, main in processes.items():
            self._children.append(Child(name, main, self._fork(name, main), time.monotonic()))

    def restart_dead(self) -> None:
        """One that died soon after its start waits a little, so that the logs are not flooded."""
        for child in self._children:
            is_rested = time.monotonic() - child.started > QUICK_DEATH_SECONDS
            if is_rested and not child.process.is_alive():
                log.warning("process_died", process=child.name, code=child.process.exitcode)
                child.process = self._fork(child.name, child.main)
                child.started = time.monotonic()
                child.deaths += 1

    @property
    def deaths(self) -> int:
        """How often one of the processes died, the unluckiest of them."""
        return max((child.deaths for child in self._children), default=0)

    @property
    def pids(self) -> Mapping[str, int]:
        return {child.name: child.process.pid or 0 for child in self._children}

    def _fork(self, name: str, main: Callable[[], None]) -> BaseProcess:
        log_file = str(self.logs / f"{name}.log")
        arguments = (main, dict(self.environment), log_file)
        process = FORKS.Process(target=_live, args=arguments, name=name)
        process.start()
        return process


def _live(main: Callable[[], None], environment: Mapping[str, str], log_file: str) -> None:
    _bear_name(multiprocessing.current_process().name)
    os.environ.update(environment)
    os.setsid()  # the terminal's Ctrl-C is the parent's to pass on
    _hear_again()
    file = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, STDOUT)
    os.dup2(file, STDERR)
    threading.Thread(target=_end_with_parent, name="lifeline", daemon=True).start()
    main()


def _bear_name(name: str) -> None:
    """As `ps -e` and `top` show it, where the system has a place for it."""
    with suppress(OSError):
        OUR_NAME.write_text(f"amtsweg-{name}")


def _end_with_parent() -> None:
    """Stop when a process that started us is gone, however it ended."""
    parent, forks = multiprocessing.parent_process(), os.getppid()
    while parent is not None and parent.is_alive() and os.getppid() == forks:
        parent.join(LOOK_AFTER_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_AFTER_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
