"""The peak memory of each process, once it is ready and after some thousand submissions."""

import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import psycopg

from tests.benchmarks.figure import Figure
from tests.benchmarks.http_submit import BODY, PATH, REQUESTS_A_TOKEN
from tests.benchmarks.load import Order, load
from tests.benchmarks.processes import installation
from tests.benchmarks.server import Bench

SUBMISSIONS = 5_000
CONNECTIONS = 8
NAMES = {"serve": "memory_api", "work": "memory_worker", "sandbox": "memory_sandbox"}
PATIENCE_SECONDS = 120
BEHIND = """SELECT count(*) FROM positions
    WHERE position < (SELECT coalesce(max(notification_id), 0) FROM events)"""

Peaks = Mapping[str, float]


class NoPeakToRead(Exception):
    """This system does not tell the peak memory of a process in /proc."""


class WorkersAreBehind(Exception):
    """The workers did not work through the submissions in time."""


def memory(bench: Bench) -> list[Figure]:
    runs = [_run(bench) for _ in bench.runs()]
    return [
        Figure(
            name=name,
            value=median(after[process] for _, after in runs),
            unit="MB",
            baseline="the same at the start",
            baseline_value=median(before[process] for before, _ in runs),
        )
        for process, name in NAMES.items()
    ]


def _run(bench: Bench) -> tuple[Peaks, Peaks]:
    submissions = bench.amount(SUBMISSIONS)
    with bench.database() as url, installation(url, "work") as office:
        before = _peaks(office.pids)
        tokens = office.tokens(submissions // REQUESTS_A_TOKEN)
        load(Order(office.api + PATH, BODY, tokens, CONNECTIONS, submissions, 0))
        _wait_for_workers(url)
        return before, _peaks(office.pids)


def _peaks(pids: Mapping[str, int]) -> Peaks:
    return {name: _peak(pid) for name, pid in pids.items()}


def _peak(pid: int) -> float:
    """Return megabytes."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        raise NoPeakToRead(pid) from None
    return int(kilobytes.split()[1]) / 1024


def _wait_for_workers(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(BEHIND).fetchone() != (0,):
            if time.monotonic() > deadline:
                raise WorkersAreBehind
            time.sleep(0.1)
