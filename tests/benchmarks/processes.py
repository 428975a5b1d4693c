"""The product's own processes, and the bare one they are held against, on free ports."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import httpx

from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.identity.actor import Role
from api.sandbox.issuer import DevelopmentIssuer
from tests.keys import keys_in
from tests.ports import own_port
from workers.seeding import seed_quietly

ROOT = Path(__file__).parents[2]
READY_SECONDS = 180
LOG_SHOWN = 2_000
Process = subprocess.Popen[bytes]


class DidNotGetReady(Exception):
    """A process did not answer in time; the end of its log says why."""


@dataclass(frozen=True, slots=True)
class Installation:
    """`pids`: of each process, by the name of its command."""

    api: str
    pids: Mapping[str, int]
    issuer: DevelopmentIssuer

    def tokens(self, count: int, person: str = "ben") -> list[str]:
        now = datetime.now(UTC)
        return [self.issuer.sign(person, now) for _ in range(count)]


@contextmanager
def installation(database: str, *names: str) -> Iterator[Installation]:
    """`amtsweg sandbox`, `amtsweg serve` and the processes named, each on its own."""
    api, sandbox = (f"http://127.0.0.1:{own_port()}" for _ in range(2))
    with TemporaryDirectory(prefix="amtsweg-bench-") as folder, ExitStack() as running:
        home, processes = Path(folder), dict[str, Process]()
        keys_in(home)
        seed_quietly(database, read_files(BUILT_IN))
        environment = _environment(home, database, api, sandbox)
        for name in ("sandbox", "serve", *names):
            log = running.enter_context((home / f"{name}.log").open("wb"))
            process = _process("amtsweg", name, environment=environment, log=log)
            processes[name] = running.enter_context(process)
        _wait_for(processes["sandbox"], f"{sandbox}/issuer/jwks.json", home / "sandbox.log")
        _wait_for(processes["serve"], f"{api}/healthz", home / "serve.log")
        if "work" in names:
            _wait_for(processes["work"], f"{api}/readyz", home / "work.log")
        pids = {name: process.pid for name, process in processes.items()}
        yield Installation(api, pids, DevelopmentIssuer(home / "sandbox", f"{sandbox}/issuer"))


def _environment(home: Path, database: str, api: str, sandbox: str) -> dict[str, str]:
    issuer = {"issuer": f"{sandbox}/issuer", "roles": [str(role) for role in Role]}
    return {
        "DATABASE_URL": database,
        "AMTSWEG_HOME": str(home),
        "AMTSWEG_PORT": api.rpartition(":")[2],
        "AMTSWEG_PUBLIC_URL": api,
        "AMTSWEG_SANDBOX_URL": sandbox,
        "AMTSWEG_PAYMENT_URL": f"{sandbox}/payment",
        "AMTSWEG_ISSUERS": json.dumps([issuer]),
        "AMTSWEG_SMTP_PORT": str(own_port()),
        "AMTSWEG_CLAMD": "off",
    }


@contextmanager
def bare() -> Iterator[str]:
    """The address of a framework with our validation and nothing behind it."""
    port = str(own_port())
    with _process("tests.benchmarks.bare", port, environment={}) as process:
        _wait_for(process, f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _process(
    module: str, *arguments: str, environment: Mapping[str, str], log: IO[bytes] | None = None
) -> Iterator[Process]:
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,  # Ctrl-C is ours: the processes end after the database's last use
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _wait_for(process: Process, address: str, log: Path | None = None) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > deadline:
            raise DidNotGetReady(address, log.read_text()[-LOG_SHOWN:] if log else "")
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).is_success
    except httpx.HTTPError:
        return False
