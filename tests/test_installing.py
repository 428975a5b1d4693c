"""What is installed without the clone works from any folder, as docs/operations.md says."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evidence import Office, written_office
from tests.installation import ROOT
from tests.keys import SIGNER

PACKAGES = ("domain", "projections", "adapters", "workers", "api")
NEEDED_TO_BUILD = ("amtsweg.py", "pyproject.toml", "README.md", "LICENSE")
COMPILED = shutil.ignore_patterns("__pycache__")


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Built from a copy, as building leaves folders behind; by what CI has, asking no registry."""
    source, target = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("installed")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=COMPILED)
    for name in NEEDED_TO_BUILD:
        shutil.copy(ROOT / name, source)
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--no-index", "--no-build-isolation", "--no-compile",
         "--target", str(target), str(source)],
        check=True, capture_output=True,
    )  # fmt: skip
    return target


def test_every_file_of_the_product_is_installed(installed: Path) -> None:
    def files(folder: Path) -> set[str]:
        there = (path for package in PACKAGES for path in (folder / package).rglob("*"))
        return {
            str(path.relative_to(folder))
            for path in there
            if path.is_file() and "__pycache__" not in path.parts
        }

    assert files(installed) == files(ROOT)


@pytest.fixture
async def office(tmp_path, database_url) -> Office:
    return await written_office(tmp_path, database_url)


def test_an_auditor_verifies_an_export_from_any_folder(
    amtsweg, installed, tmp_path, office, database_url
) -> None:
    file = tmp_path / "log.jsonl"
    assert amtsweg.at(database_url)("export", str(file)).code == 0
    script = "import sys, amtsweg; print(amtsweg.__file__); amtsweg.main()"
    said = subprocess.run(
        [sys.executable, "-P", "-c", script, "verify", "--offline", str(file),
         "--key", str(SIGNER.verifier), "--anchor", str(office.anchor)],
        cwd="/", env={"PATH": os.environ["PATH"], "PYTHONPATH": str(installed)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(str(installed))
    assert said.stdout.endswith("All is sound.\n")
