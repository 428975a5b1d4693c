"""A program that has loaded what takes files apart, and makes a copy of itself for each file.

Loading takes longer than cleaning most files. This one reads no file, so none can do anything to
it; a copy has nothing but its own connection, looks into one file, and ends. Whoever lets go is
no longer worked for. Nothing in here starts a thread: a copy would not have it.
"""

import gc
import os
import resource
import select
import signal
import socket
import sys
from dataclasses import dataclass
from typing import BinaryIO

from adapters.proofs.cleaning import MEDIA_TYPES, cleaned, cleaner_of
from adapters.proofs.confinement import READY, confine
from adapters.proofs.errors import ProofNotTaken

FIRST_OF_ITS_OWN = 3  # before it: standard input, output and errors, all of them nothing
LAST_THERE_MAY_BE = 1 << 20
MANY = 4096


@dataclass(frozen=True, slots=True)
class Copy:
    """`leash`: at its other end is who ordered it, and lets go of it to have the copy ended."""

    pid: int
    connection: socket.socket
    leash: socket.socket


class Copies:
    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._ordering = True
        self._bell = rung_at_each_end()
        self._by_pid = dict[int, Copy]()
        self._by_leash = dict[int, Copy]()
        self._watched = select.poll()
        for one in (orders, self._bell):
            self._watched.register(one, select.POLLIN)

    def serve(self) -> None:
        """Until nobody can order any more, and the last one is done."""
        while self._ordering or self._by_pid:
            for number, _ in self._watched.poll():
                self._see_to(number)

    def _see_to(self, number: int) -> None:
        if number == self._orders.fileno():
            self._take_order()
        elif number == self._bell.fileno():
            self._bell.recv(MANY)
            self._bury_the_dead()
        elif number in self._by_leash:
            self._stop(self._by_leash.pop(number))

    def _take_order(self) -> None:
        said, passed, _, _ = socket.recv_fds(self._orders, 1, 2)
        if said:
            connection, leash = (socket.socket(fileno=number) for number in passed)
            self._start(connection, leash)
        else:
            self._ordering = False
            self._watched.unregister(self._orders)

    def _start(self, connection: socket.socket, leash: socket.socket) -> None:
        pid = os.fork()
        if not pid:
            be_a_copy(connection)
        self._by_pid[pid] = self._by_leash[leash.fileno()] = Copy(pid, connection, leash)
        self._watched.register(leash, select.POLLIN)

    def _stop(self, copy: Copy) -> None:
        """Its number means nobody else as long as it was not waited for."""
        self._watched.unregister(copy.leash)
        os.kill(copy.pid, signal.SIGKILL)

    def _bury_the_dead(self) -> None:
        while self._by_pid:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._forget(self._by_pid.pop(pid))

    def _forget(self, copy: Copy) -> None:
        """Hang up: to who hears it, the process is gone."""
        if self._by_leash.pop(copy.leash.fileno(), None):
            self._watched.unregister(copy.leash)
        copy.leash.close()
        copy.connection.close()


def rung_at_each_end() -> socket.socket:
    """Return what can be read from once a copy has ended."""
    bell, button = socket.socketpair()
    button.settimeout(0)
    signal.set_wakeup_fd(button.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return bell


def be_a_copy(connection: socket.socket) -> None:
    """Do not return, whatever happens: all that follows is the work of the first one."""
    try:
        signal.set_wakeup_fd(-1)
        own = connection.fileno()
        os.closerange(FIRST_OF_ITS_OWN, own)
        os.closerange(own + 1, LAST_THERE_MAY_BE)
        connection.sendall(READY)
        with connection.makefile("rb") as said:
            media_type, body = request(said)
        connection.sendall(answer(media_type, body))
    finally:
        os._exit(0)


def request(said: BinaryIO) -> tuple[str, bytes]:
    media_type, length = said.readline().decode().split()
    return media_type, said.read(int(length))


def answer(media_type: str, body: bytes) -> bytes:
    clean = cleaner_of(media_type)
    confine()
    try:
        verdict, result = "clean", cleaned(body, clean)
    except ProofNotTaken as error:
        verdict, result = type(error).__name__, b""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return f"{verdict} {peak} {len(result)}\n".encode() + result


def main() -> None:
    for media_type in MEDIA_TYPES:
        cleaner_of(media_type)
    gc.freeze()  # what is there stays shared: no copy has to look through it
    Copies(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
