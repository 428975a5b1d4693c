"""The server process that a data folder names, and whether it is really one of ours."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROCESSES = Path("/proc")


class Postmaster(NamedTuple):
    pid: int
    port: int
    is_ready: bool


def running_postmaster(data: Path) -> Postmaster | None:
    postmaster = _named_in(data)
    if postmaster is None or not _is_ours(postmaster.pid, data):
        return None
    return postmaster


def mark_of(data: Path) -> str:
    """A setting on the server's command line, the one thing of a process that all may read."""
    return f"amtsweg.data={data}"


def remove_stale_pid_file(data: Path) -> None:
    """PostgreSQL would wait for ever if another program now has the number of the dead server."""
    postmaster = _named_in(data)
    if postmaster and _is_alive(postmaster.pid) and not _is_some_postgres(postmaster.pid):
        (data / "postmaster.pid").unlink(missing_ok=True)


def end_at_once(postmaster: Postmaster) -> None:
    with suppress(ProcessLookupError):
        os.kill(postmaster.pid, signal.SIGKILL)


def _named_in(data: Path) -> Postmaster | None:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return Postmaster(int(lines[0]), int(lines[3]), lines[-1].strip() == "ready")
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _is_ours(pid: int, data: Path) -> bool:
    if not PROCESSES.exists():
        return _is_alive(pid)
    return mark_of(data) in _command_line(pid)


def _is_some_postgres(pid: int) -> bool:
    if not PROCESSES.exists():
        return True
    return any(Path(word).name.startswith("postgres") for word in _command_line(pid)[:1])


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_line(pid: int) -> list[str]:
    try:
        return (PROCESSES / str(pid) / "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []
