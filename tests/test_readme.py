"""The README is a promise: its walk is run as it stands, against a running installation.

So are the examples that go on from it.
"""

import re
import subprocess
import sys
from pathlib import Path

from tests.installation import ROOT, environment, installation

README = (ROOT / "README.md").read_text()
WALK = (
    README,
    *((ROOT / f"docs/{name}.md").read_text() for name in ("auditors", "data-protection")),
)
BLOCKS = re.findall(r"^```sh\n(.*?)^```", "\n".join(WALK), re.DOTALL | re.MULTILINE)
PROMISE = re.compile(r"# prints: (.+)$", re.MULTILINE)


def test_the_walk_through_one_application_prints_what_it_says(tmp_path: Path) -> None:
    script = "\n".join(BLOCKS)
    with installation(tmp_path, "--no-story", AMTSWEG_CHECKPOINT_SECONDS="1") as addresses:
        script = script.replace("/tmp/", f"{tmp_path}/")  # noqa: S108
        script = script.replace("http://127.0.0.1:8000", addresses["api"])
        script = script.replace("http://127.0.0.1:8001", addresses["sandbox"])
        script = script.replace(".venv/bin/python", sys.executable)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, timeout=240,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rest = done.stdout
    for promised in PROMISE.findall(script):
        assert promised.strip() in rest, f"{promised!r} is missing in {rest!r}"
        rest = rest.partition(promised.strip())[2]


def test_the_readme_names_every_command() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "amtsweg", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    commands = re.findall(r"^  ([a-z][a-z-]+)  ", said, re.MULTILINE)
    assert len(commands) > 5
    assert all(f"| `{command}" in README for command in commands), commands
