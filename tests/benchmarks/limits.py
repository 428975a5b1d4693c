"""What PostgreSQL itself can do, as pgbench of the same installation measures it."""

import re
import subprocess

import psycopg

from adapters.postgres.binaries import installed_binaries
from tests.benchmarks.measure import Timing
from tests.benchmarks.server import Bench

ROWS_A_COMMIT = 100
TABLE = """CREATE TABLE IF NOT EXISTS limit_rows (
    number bigserial PRIMARY KEY, id uuid NOT NULL, name text NOT NULL, state bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp())"""
# As long as a small event.
ROW = "gen_random_uuid(), 'ApplicationClaimed', decode(repeat('ab', 250), 'hex')"
ONE_ROW = f"INSERT INTO limit_rows (id, name, state) SELECT {ROW};"
MANY_ROWS = f"{ONE_ROW.rstrip(';')} FROM generate_series(1, {ROWS_A_COMMIT});"
RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
LATENCY = re.compile(r"^latency average = ([0-9.]+) ms", re.MULTILINE)


class PgbenchFailed(Exception):
    """The pgbench of the built-in PostgreSQL could not run."""


def one_row_a_commit(bench: Bench, url: str, clients: int) -> Timing:
    return pgbench(bench, _with_table(url), ONE_ROW, clients)


def many_rows_a_commit(bench: Bench, url: str, clients: int) -> Timing:
    """`rate`: rows a second."""
    measured = pgbench(bench, _with_table(url), MANY_ROWS, clients)
    return Timing(measured.rate * ROWS_A_COMMIT)


def pgbench(bench: Bench, url: str, script: str, clients: int) -> Timing:
    """`p50_ms` is the average: pgbench says no more."""
    program = str(installed_binaries() / "pgbench")
    arguments = (
        "--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--jobs={min(clients, 2)}",
        f"--time={bench.seconds}", "--file=-", url,
    )  # fmt: skip
    done = subprocess.run(
        [program, *arguments], input=script, capture_output=True, text=True, check=False
    )
    rate, latency = RATE.search(done.stdout), LATENCY.search(done.stdout)
    if done.returncode or not rate or not latency:
        raise PgbenchFailed(done.stderr)
    return Timing(float(rate[1]), float(latency[1]))


def _with_table(url: str) -> str:
    with psycopg.connect(url) as connection:
        connection.execute(TABLE)
    return url
