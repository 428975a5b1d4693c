"""Programs for Node.js that tests run; what their lock file names is installed once."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

# Nothing is asked for besides, and what did not come is asked for again.
PATIENTLY = ("--no-audit", "--no-fund", "--fetch-retries=6")
NEEDS_NODE = "these tests need Node.js 18 or newer with npm: apt-get install nodejs npm"


def node_with_packages(folder: Path) -> str:
    """Return Node; install once, however many test processes want it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.fail(NEEDS_NODE)
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "node_modules/.package-lock.json").exists():
            command = [npm, "ci", "--ignore-scripts", *PATIENTLY]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return node
