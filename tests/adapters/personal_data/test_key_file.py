"""A running process follows its key file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.personal_data.key_file import KeyFile
from adapters.personal_data.key_ring import (
    KeyRing,
    KeyRingMissing,
    KeyRingRefused,
    KeyRingUnreadable,
    KeyVersionMissing,
    WrongKeyRing,
    load_key_ring,
    new_key_ring,
    save_key_ring,
)
from tests.installation import ROOT

KEY, PLACE = bytes(range(32)), b"here"
ROTATE = """import sys; from pathlib import Path
from adapters.personal_data.key_ring import load_key_ring, save_key_ring
file = Path(sys.argv[1]); save_key_ring(load_key_ring(file).with_new_version(), file)"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save_key_ring(new_key_ring(), tmp_path / "keys.json")
    return tmp_path / "keys.json"


def rotated(file: Path) -> KeyRing:
    ring = load_key_ring(file).with_new_version()
    save_key_ring(ring, file)
    return ring


def test_a_rotation_by_another_process_is_used_at_once(file: Path) -> None:
    keys = KeyFile(file)
    assert keys.wrap(KEY, PLACE)[0] == 1
    subprocess.run([sys.executable, "-c", ROTATE, str(file)], cwd=ROOT, check=True)
    version, wrapped = keys.wrap(KEY, PLACE)
    assert (version, load_key_ring(file).unwrap(2, wrapped, PLACE)) == (2, KEY)


def test_what_another_process_wrapped_is_opened_without_a_restart(file: Path) -> None:
    keys = KeyFile(file)
    version, wrapped = rotated(file).wrap(KEY, PLACE)
    assert keys.unwrap(version, wrapped, PLACE) == KEY


def test_a_retired_version_is_never_used_for_wrapping(file: Path) -> None:
    keys = KeyFile(file)
    for version in range(1, 20):
        save_key_ring(rotated(file).without(version), file)
        # As if the clock stood still.
        os.utime(file, ns=(0, 0))
        assert keys.wrap(KEY, PLACE)[0] == version + 1


def test_what_is_under_a_retired_version_opens_no_more(file: Path) -> None:
    version, wrapped = KeyFile(file).wrap(KEY, PLACE)
    save_key_ring(rotated(file).without(1), file)
    with pytest.raises(KeyVersionMissing):
        KeyFile(file).unwrap(version, wrapped, PLACE)


def test_without_its_file_it_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(KeyRingMissing):
        KeyFile(tmp_path / "keys.json")


def test_when_its_file_goes_away_nothing_new_is_wrapped(file: Path) -> None:
    keys = KeyFile(file)
    version, wrapped = keys.wrap(KEY, PLACE)
    there = file.rename(file.with_name("elsewhere.json"))
    with pytest.raises(KeyRingMissing):
        keys.wrap(KEY, PLACE)
    assert keys.unwrap(version, wrapped, PLACE) == KEY
    there.rename(file)
    assert keys.wrap(KEY, PLACE)[0] == 1


def test_each_change_of_its_file_is_logged_once(file: Path) -> None:
    keys, own = KeyFile(file), load_key_ring(file)
    with capture_logs() as logs:
        for spoil in (file.unlink, lambda: save_key_ring(new_key_ring(), file)):
            spoil()
            for _ in range(3):
                with pytest.raises(KeyRingRefused):
                    keys.require_usable()
        save_key_ring(own, file)
        for _ in range(3):
            keys.require_usable()
    assert [(entry["event"], entry.get("error")) for entry in logs] == [
        ("key_file_refused", "KeyRingMissing"),
        ("key_file_refused", "WrongKeyRing"),
        ("key_file_usable_again", None),
    ]


def test_when_its_file_breaks_nothing_new_is_wrapped(file: Path) -> None:
    keys = KeyFile(file)
    file.write_text("{")
    for _ in range(2):
        with pytest.raises(KeyRingUnreadable):
            keys.wrap(KEY, PLACE)


@pytest.mark.parametrize("foreign", ["versions", "index"])
def test_the_file_of_another_installation_is_not_taken_for_its_own(
    file: Path, foreign: str
) -> None:
    keys, own, other = KeyFile(file), load_key_ring(file), new_key_ring()
    save_key_ring(
        KeyRing(1, other.keys, own.index_key)
        if foreign == "versions"
        else KeyRing(1, own.keys, other.index_key),
        file,
    )
    for _ in range(2):
        with pytest.raises(WrongKeyRing):
            keys.wrap(KEY, PLACE)
    assert keys.digest("kim", 16) == own.digest("kim", 16)
