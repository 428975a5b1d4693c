"""Commands over 1,000,000 events: how quick, and how much more memory than over 10,000."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg
import uvloop

from adapters.evidence.anchors import anchor_at
from adapters.evidence.signing_key import publish
from adapters.postgres.connecting import connect
from adapters.settings import Settings
from tests.benchmarks.figure import Figure
from tests.benchmarks.limits import many_rows_a_commit
from tests.benchmarks.lives import LIFE, fill
from tests.benchmarks.server import Bench
from tests.benchmarks.verify import read_all, sign_all
from tests.keys import SIGNER, with_keys
from workers.checkpoints import NEW, HandOver

SMALL, LARGE = 10_000, 1_000_000
# It says itself what it took, as its peak is gone once it has ended.
COMMAND = """import sys, amtsweg
try:
    amtsweg.main()
finally:
    print(open("/proc/self/status").read(), file=sys.stderr)
"""
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
FORGET_WORKLIST = "DROP TABLE worklist_v2"  # so that it is built up to the end of the log


class CommandFailed(Exception):
    """The command did not do its part; its memory means nothing."""


@dataclass(frozen=True, slots=True)
class Run:
    """`peak`: megabytes; `rate`: events a second, the start of the command included."""

    peak: float
    rate: float


@dataclass(frozen=True, slots=True)
class Runs:
    commands: dict[str, Run]
    reading: float
    inserting: float


def million(bench: Bench) -> list[Figure]:
    small, large = _runs(bench, SMALL), _runs(bench, LARGE)
    return [*_memories(small, large), *_rates(large)]


def _memories(small: Runs, large: Runs) -> Iterator[Figure]:
    for name, run in large.commands.items():
        yield Figure(
            name=f"memory_{name}",
            value=run.peak,
            unit="MB",
            baseline=f"the same of {SMALL:,} events",
            baseline_value=small.commands[name].peak,
        )


def _rates(large: Runs) -> Iterator[Figure]:
    for name, run in large.commands.items():
        rebuilding = name == "rebuild"
        yield Figure(
            name=f"{name}_1m",
            value=run.rate,
            unit="events/s",
            baseline="pgbench, rows at 100 a commit" if rebuilding else "reading and decoding it",
            baseline_value=large.inserting if rebuilding else large.reading,
        )


def _runs(bench: Bench, amount: int) -> Runs:
    with bench.database() as url, TemporaryDirectory() as folder:
        bench.report(f"filling in {amount:,} events")
        events = fill(url, bench.amount(amount) // len(LIFE))
        home, file = Path(folder), str(Path(folder) / "log.jsonl")
        settings = with_keys(Settings(home=home))
        publish(SIGNER, settings.signing_key_file)
        uvloop.run(_sign_and_anchor(url, settings))
        with psycopg.connect(url) as connection:
            connection.execute(FORGET_WORKLIST)
        commands = {
            "verify": ("verify",),
            "export": ("export", file),
            "verify_offline": ("verify", "--offline", file, "--key", str(SIGNER.verifier)),
            "rebuild": ("rebuild", "worklist_v2"),
        }
        done = {}
        for name, arguments in commands.items():
            bench.report(f"{name} over {events:,} events")
            done[name] = _run(url, home, events, *arguments)
        reading = read_all(url, events)
        return Runs(done, reading, many_rows_a_commit(bench, url, clients=1).rate)


async def _sign_and_anchor(url: str, settings: Settings) -> None:
    await sign_all(url)
    async with await connect(url) as connection:
        for place in settings.anchor_places:
            to = HandOver(anchor_at(place))
            await connection.execute(NEW, (to.anchor.name,))
            while await to.step(connection):
                pass


def _run(url: str, home: Path, events: int, *arguments: str) -> Run:
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        env={**os.environ, "DATABASE_URL": url, "AMTSWEG_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    seconds, found = perf_counter() - started, PEAK.search(done.stderr)
    if done.returncode or found is None:
        raise CommandFailed(done.stdout, done.stderr)
    return Run(int(found[1]) / 1024, events / seconds)
