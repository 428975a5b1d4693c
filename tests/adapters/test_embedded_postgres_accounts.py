"""PostgreSQL refuses root, who lends it another account; an ordinary user runs it as it is."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.postgres import binaries
from adapters.postgres.embedded import start
from tests.adapters.embedded_servers import QUICK, ask, postmaster_of

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

# Everything is imported before the change of the account: the interpreter may lie in root's home.
AS_ORDINARY_USER = """
import os, sys
from pathlib import Path
import psycopg
from adapters.postgres.embedded import start
home = Path(sys.argv[1])
os.setgroups([]); os.setgid(65534); os.setuid(65534)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def nobodys_home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, NOBODY, NOBODY)
        yield Path(folder)


def as_ordinary_user(script: str, home: Path) -> str:
    finished = subprocess.run(
        [sys.executable, "-c", AS_ORDINARY_USER + script, str(home)],
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )
    return finished.stdout.splitlines()[-1] if not finished.returncode else finished.stderr


def test_root_runs_it_under_another_account_even_in_a_closed_folder(tmp_path) -> None:
    tmp_path.chmod(0o700)
    with start(tmp_path / "deep" / "state with a space", QUICK) as server:
        assert ask(server.url, "SELECT 1") == (1,)
        home = server._cluster.folder.parent
        assert Path(f"/proc/{postmaster_of(home)}").stat().st_uid != 0
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_root_can_use_programs_that_lie_in_a_closed_folder(
    tmp_path, open_folder, monkeypatch
) -> None:
    package = binaries.installed_binaries().parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, tmp_path / part.name, ignore=shutil.ignore_patterns("pginstall"))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(binaries, "COPIES", open_folder)
    with start(tmp_path / "home", QUICK) as server:
        assert ask(server.url, "SELECT 1") == (1,)
    assert len(list(open_folder.iterdir())) == 1


def test_an_ordinary_user_runs_it_too(nobodys_home) -> None:
    script = """
with start(home, {"fsync": "off"}) as server:
    with psycopg.connect(server.url) as connection:
        pid = (home / "postgres/data/postmaster.pid").read_text().splitlines()[0]
        print(os.stat(f"/proc/{pid}").st_uid, connection.execute("SELECT 1").fetchone())
"""
    assert as_ordinary_user(script, nobodys_home) == "65534 (1,)"


def test_a_dead_server_s_number_may_belong_to_another_program(nobodys_home) -> None:
    script = """
import subprocess
with start(home, {"fsync": "off"}) as server, subprocess.Popen(["sleep", "60"]) as other:
    named = home / "postgres/data/postmaster.pid"
    lines = named.read_text().splitlines()
    server.kill()
    named.write_text("\\n".join([str(other.pid), *lines[1:], ""]))
    server.restart_immediately()
    other.kill()
    with psycopg.connect(server.url) as connection:
        print(connection.execute("SELECT 1").fetchone())
"""
    assert as_ordinary_user(script, nobodys_home) == "(1,)"


def test_an_ordinary_user_is_told_of_a_folder_that_is_not_theirs(open_folder) -> None:
    said = as_ordinary_user("start(home)", open_folder)
    assert "StateFolderNotWritable: This account may not write to the folder" in said


def test_what_an_ordinary_user_made_root_can_run_and_give_back(nobodys_home) -> None:
    script = 'start(home, {"fsync": "off"}).stop(); print("stopped")'
    assert as_ordinary_user(script, nobodys_home) == "stopped"
    with start(nobodys_home, QUICK) as server:
        assert ask(server.url, "SELECT 1") == (1,)
    assert as_ordinary_user(script, nobodys_home) == "stopped"
