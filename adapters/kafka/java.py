"""What runs a Kafka broker of one's own: Java, and the files that Maven fetches once for all."""

import os
import shutil
import subprocess
from fcntl import LOCK_EX, flock
from pathlib import Path

from adapters.kafka.errors import BrokerDidNotStart, BrokerNeedsJava

POM = Path(__file__).parent / "pom.xml"
FETCH_SECONDS = 400


def libraries() -> Path:
    """Fetch them, once for all, however many ask. Raise BrokerNeedsJava."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "amtsweg" / f"kafka-{version()}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        fetched = folder / "libraries"
        if not fetched.exists():
            _fetch(folder / "part")
            (folder / "part").rename(fetched)
    return fetched


def version() -> str:
    return POM.read_text().partition("kafka_2.13")[2].partition("<version>")[2].partition("<")[0]


def _fetch(into: Path) -> None:
    shutil.rmtree(into, ignore_errors=True)
    done = subprocess.run(  # noqa: S603 -- a list of own arguments, no shell
        [
            program("mvn"), "-q", "-B", "-f", str(POM), "dependency:copy-dependencies",
            "-DincludeScope=runtime", f"-DoutputDirectory={into}",
        ],
        capture_output=True, check=False, timeout=FETCH_SECONDS,
    )  # fmt: skip
    if done.returncode or not into.exists():
        raise BrokerDidNotStart(done.stdout.decode(errors="replace")[-400:])


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BrokerNeedsJava(name)
    return found
