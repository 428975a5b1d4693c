"""A whole installation in a folder of its own, for tests that need the real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.postgres.finding import running
from tests.ports import own_port

# They only end a test that hangs; the first when it has given up itself, and says why.
READY_WITHIN_SECONDS, ENDED_WITHIN_SECONDS = 300, 120
ROOT = Path(__file__).parent.parent


def environment(home: Path) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("AMTSWEG_")}
    inherited.pop("DATABASE_URL", None)
    return {
        **inherited,
        "AMTSWEG_HOME": str(home),
        "AMTSWEG_PORT": str(own_port()),
        "AMTSWEG_SMTP_PORT": str(own_port()),
        "AMTSWEG_SANDBOX_URL": f"http://127.0.0.1:{own_port()}",
    }


@contextmanager
def installation(home: Path, *arguments: str, **settings: str) -> Iterator[dict[str, str]]:
    """Yield the addresses of a running `amtsweg run`; end it with SIGTERM."""
    output = (home / "run.out").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "amtsweg", "run", *arguments],
        cwd=ROOT, env={**environment(home), **settings}, stdout=output, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        _wait_until_ready(process, home)
        yield running(home)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(ENDED_WITHIN_SECONDS)
        output.close()


def _wait_until_ready(process: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while "is ready" not in (home / "run.out").read_text():
        assert process.poll() is None, (home / "run.out").read_text()
        assert time.monotonic() < deadline, (home / "run.out").read_text()
        time.sleep(0.05)
