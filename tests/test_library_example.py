"""The example of a back office says what it misses, and what Operations tells of it can be run."""

import os
import re
import socket
import subprocess
import sys

import pytest

from adapters.settings import read_settings
from adapters.webhooks import new_secret
from tests.installation import ROOT
from tests.ports import own_port

EXAMPLE = ROOT / "docs" / "examples" / "library_system.py"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
(BLOCK,) = [
    block
    for block in re.findall(r"^```sh\n(.*?)^```", OPERATIONS, re.DOTALL | re.MULTILINE)
    if "library_system.py" in block
]
NAMED = '\nprintf %s "$AMTSWEG_BACK_OFFICES"\nkill $!\n'


def started(port: int, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(EXAMPLE), "--port", str(port)],
        env=settings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "settings", [{}, {"LIBRARY_SECRET": "whsec_xxx"}, {"LIBRARY_SECRET": "secret"}]
)
def test_without_a_secret_that_fits_it_says_how_to_make_one(settings) -> None:
    said = started(0, **settings)
    assert said.returncode == 2
    assert "set LIBRARY_SECRET to the secret in AMTSWEG_BACK_OFFICES" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = started(port, LIBRARY_SECRET=new_secret())
    assert said.returncode == 2
    assert f"port {port}: Address already in use; choose another one by --port" in said.stderr
    assert "Traceback" not in said.stderr


def test_the_commands_of_operations_name_a_back_office_that_is_taken(tmp_path, monkeypatch) -> None:
    script = BLOCK.replace("library/bin/python", sys.executable)
    script = script.replace("8090", str(own_port()))
    script = re.sub(r"^python3 -m venv .*$", "", script, flags=re.MULTILINE)
    script = script.replace(str(EXAMPLE.relative_to(ROOT)), str(EXAMPLE)).replace("make run", NAMED)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    monkeypatch.setenv("AMTSWEG_BACK_OFFICES", done.stdout[done.stdout.index("[{") :])
    (library,) = read_settings().back_offices
    assert library.name == "library-system"
    assert library.url is not None
