"""An installation that a test may kill, all of it or one process, and start again as it was."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from tests.ports import own_port
from tests.processes import cut_the_power, kill, parent, process_writing_to, processes_of

ROOT = Path(__file__).parent.parent
# It only ends a test that hangs: a machine may have more to do than this one test.
WITHIN_SECONDS = 120
STARTED_SECONDS = 300  # by then it has given up itself, and says why


def until(look: Callable[[], Any], what: str, seconds: float = WITHIN_SECONDS) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, what
        time.sleep(0.01)
    return found


def tell(request: pytest.FixtureRequest, text: str) -> None:
    """Into the test's output, past what captures it."""
    plugins = request.config.pluginmanager
    reporter, capture = (plugins.get_plugin(p) for p in ("terminalreporter", "capturemanager"))
    if reporter and capture:
        with capture.global_and_fixture_disabled():
            reporter.write_line(f"\n{text}")


@dataclass
class Killable:
    """`settings`: by their whole names, beside those that it needs."""

    home: Path
    port: int = field(default_factory=own_port)
    sandbox_port: int = field(default_factory=own_port)
    smtp_port: int = field(default_factory=own_port)
    process: subprocess.Popen[bytes] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def output(self) -> str:
        return (self.home / "run.out").read_text()

    def last_logged(self, name: str) -> str:
        return (self.home / "logs" / f"{name}.log").read_text().splitlines()[-1]

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AMTSWEG_")}
        inherited.pop("DATABASE_URL", None)
        own = {
            "HOME": self.home,
            "PORT": self.port,
            "SANDBOX_URL": self.sandbox,
            "SMTP_PORT": self.smtp_port,
            "PAYMENT_POLL_SECONDS": 0.5,
        }
        ours = {f"AMTSWEG_{name}": str(value) for name, value in own.items()}
        return {**inherited, **ours, **self.settings}

    def begin(self, *arguments: str) -> None:
        """Start it, and do not wait."""
        with (self.home / "run.out").open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "amtsweg", "run", *(arguments or ["--no-story"])],
                cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def start(self) -> None:
        self.begin()
        until(lambda: "is ready" in self.output or self.has_ended(), "it starts", STARTED_SECONDS)
        assert not self.has_ended(), self.output

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "amtsweg", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=WITHIN_SECONDS,
            check=False,
        )  # fmt: skip

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Return the exit code, and how many seconds it took. A terminal tells the whole group."""
        assert self.process
        began = time.monotonic()
        (os.kill if number == signal.SIGTERM else os.killpg)(self.process.pid, number)
        return self.process.wait(WITHIN_SECONDS), time.monotonic() - began

    def cut_the_power(self, dice: Random) -> None:
        cut_the_power(self.home, dice)
        if self.process:
            self.process.wait(WITHIN_SECONDS)

    def kill_supervisor(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(WITHIN_SECONDS)

    def kill_child(self, name: str) -> None:
        kill(until(lambda: process_writing_to(self.home, name), f"{name} runs"))

    @contextmanager
    def bereft_of(self, name: str) -> Iterator[int]:
        """Kill one process; nobody starts it again while this lasts. Yield what it was."""
        assert self.process
        dead = until(lambda: process_writing_to(self.home, name), f"{name} runs")
        self.process.send_signal(signal.SIGSTOP)
        try:
            kill(dead)
            until(lambda: dead not in self.processes(), f"{name} is dead")
            yield dead
        finally:
            self.process.send_signal(signal.SIGCONT)

    def kill_postmaster(self) -> None:
        file = self.home / "postgres/data/postmaster.pid"
        kill(int(file.read_text().splitlines()[0]))

    def kill_forks(self) -> None:
        """The process that has imported everything, and forks the others."""
        kill(parent(until(lambda: process_writing_to(self.home, "serve"), "it runs")))

    def children(self) -> set[int | None]:
        return {process_writing_to(self.home, name) for name in ("sandbox", "serve", "work")}

    def processes(self) -> set[int]:
        return processes_of(self.home)

    def is_ready(self) -> bool:
        try:
            api = httpx.get(f"{self.api}/readyz", timeout=30)
            return api.is_success and httpx.get(f"{self.sandbox}/mail", timeout=30).is_success
        except httpx.HTTPError:
            return False

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None
