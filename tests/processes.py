"""Every process of an installation, found in /proc, to be ended as a power cut would end it."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

PROC = Path("/proc")


def processes_of(home: Path) -> set[int]:
    """The supervisor, what it started, and PostgreSQL down to its last backend."""
    found = {pid for pid in _pids() if _bears_its_mark(pid, home)}
    while more := {pid for pid in _pids() if parent(pid) in found} - found:
        found |= more
    return {pid for pid in found if _is_alive(pid)}


def cut_the_power(home: Path, dice: Random) -> None:
    while pids := sorted(processes_of(home)):
        dice.shuffle(pids)
        for pid in pids:
            kill(pid)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def process_writing_to(home: Path, name: str) -> int | None:
    """The child of the supervisor whose output is `logs/name.log`."""
    log = str(home / "logs" / f"{name}.log")
    return next((pid for pid in processes_of(home) if _writes_to(pid, log)), None)


def listens_to(pid: int, number: int) -> bool:
    """Whether the process has a handler of its own for this signal."""
    lines = _read(pid, "status").decode().splitlines()
    caught = next((line.split()[1] for line in lines if line.startswith("SigCgt")), "0")
    return bool(int(caught, 16) >> number - 1 & 1)


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def _bears_its_mark(pid: int, home: Path) -> bool:
    by_environment = f"AMTSWEG_HOME={home}".encode() in _read(pid, "environ").split(b"\0")
    return by_environment or f"amtsweg.data={home}/".encode() in _read(pid, "cmdline")


def parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _is_alive(pid: int) -> bool:
    return _stat(pid)[0] not in "ZX"


def _stat(pid: int) -> list[str]:
    """State, parent and so on; the name before them may hold anything."""
    return _read(pid, "stat").decode(errors="replace").rpartition(") ")[2].split() or ["X", "0"]


def _read(pid: int, file: str) -> bytes:
    try:
        return (PROC / str(pid) / file).read_bytes()
    except OSError:
        return b""


def _writes_to(pid: int, log: str) -> bool:
    try:
        return str((PROC / str(pid) / "fd" / "1").readlink()) == log
    except OSError:
        return False
