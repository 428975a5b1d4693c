"""Has a process at hand for each file that comes: a copy of one that has everything loaded.

The loaded one (`adapters/proofs/loaded.py`) is started by the first file, and ends with us.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock

from adapters.unreadable_memory import make_memory_unreadable

PROGRAM = (sys.executable, "-m", "adapters.proofs.loaded")
# What a program needs to start; what the others are told (addresses, passwords) stays with them.
PASSED_ON = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
ENDS_WITHIN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Process:
    """It works for us until we close the leash, and hangs up when it is gone."""

    connection: socket.socket
    leash: socket.socket


class Cleaners:
    def __init__(self, program: tuple[str, ...] = PROGRAM) -> None:
        self._program = program
        self._orders: socket.socket | None = None
        self._processes = list[subprocess.Popen[bytes]]()
        self._lock = Lock()

    @contextmanager
    def begin(self) -> Iterator[Process]:
        """Yield a fresh process, and have it ended."""
        ours, theirs = socket.socketpair()
        leash, collar = socket.socketpair()
        ours.settimeout(0)
        with ours, leash:
            with theirs, collar:
                self._order(theirs, collar)
            yield Process(ours, leash)

    def renew(self) -> None:
        """Load anew for the files to come. All copies have their memory laid out alike: whoever
        tries to guess where something lies by letting them crash begins anew with each of them.
        """
        with self._lock:
            self._dismiss()

    def end(self) -> None:
        """Wait until nothing that is loaded is left."""
        self.renew()
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(ENDS_WITHIN_SECONDS)

    def _order(self, *ends: socket.socket) -> None:
        numbers = [end.fileno() for end in ends]
        with self._lock:
            try:
                socket.send_fds(self._at_hand(), [b"1"], numbers)
            except OSError:  # the loaded one was ended by somebody
                self._dismiss()
                socket.send_fds(self._at_hand(), [b"1"], numbers)

    def _at_hand(self) -> socket.socket:
        self._orders = self._orders or self._started()
        return self._orders

    def _dismiss(self) -> None:
        """It ends by itself, once its last copy has."""
        if self._orders:
            self._orders.close()
            self._orders = None

    def _started(self) -> socket.socket:
        make_memory_unreadable()
        self._processes = [one for one in self._processes if one.poll() is None]
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        with theirs:
            process = subprocess.Popen(  # noqa: S603 -- a program of ours, and no shell
                [*self._program, str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
                start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)
        return ours
