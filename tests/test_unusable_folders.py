"""A folder that cannot be written to is named in one sentence that says what to do."""

import errno
import os
from pathlib import Path

import pytest

from adapters.evidence.errors import CannotWrite
from adapters.evidence.new_file import new_file
from adapters.postgres.embedded import start
from adapters.postgres.embedded_errors import StateFolderUnusable
from workers.explaining import explanation


@pytest.fixture
def a_file(tmp_path) -> Path:
    file = tmp_path / "a-file"
    file.write_text("of somebody else")
    return file


@pytest.mark.parametrize("command", [["token", "anna"], ["sandbox"], ["migrate"], ["run"]])
@pytest.mark.parametrize("below", ["", "home"])
def test_a_file_in_the_place_of_the_folder_is_said(amtsweg, a_file, command, below) -> None:
    said = amtsweg(*command, DATABASE_URL="", AMTSWEG_HOME=str(a_file / below))
    assert "AMTSWEG_HOME" in said.sentence
    assert str(a_file) in said.sentence
    assert said.sentence.endswith(("(Not a directory)", "(File exists)"))
    assert a_file.read_text() == "of somebody else"


def test_whose_disk_is_read_only_is_not_told_to_start_as_somebody_else(
    monkeypatch, tmp_path
) -> None:
    as_usual = Path.mkdir

    def refused(self: Path, *told: object, **more: object) -> None:
        if tmp_path in self.parents:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))
        as_usual(self, *told, **more)

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(
        StateFolderUnusable, match=r"another folder with AMTSWEG_HOME.*Read-only file system"
    ):
        start(tmp_path)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.ENOTDIR])
def test_what_a_disk_says_is_told_with_its_file(number) -> None:
    told = explanation(OSError(number, os.strerror(number), "/disk/h/mail"))
    assert told is not None
    assert told.endswith(f": /disk/h/mail ({os.strerror(number)})")


def test_a_file_that_the_product_lacks_keeps_its_traceback() -> None:
    assert explanation(FileNotFoundError(errno.ENOENT, "No such file", "/app/form.toml")) is None
    assert explanation(PermissionError(errno.EACCES, "of a socket")) is None


def test_an_export_whose_unfinished_file_can_not_be_removed_is_said(tmp_path) -> None:
    """As on a disk that is read-only: nothing can be written, and nothing removed."""
    (tmp_path / "log.jsonl.new").mkdir()
    with (
        pytest.raises(CannotWrite, match=r"log\.jsonl \(Is a directory\)"),
        new_file(tmp_path / "log.jsonl") as out,
    ):
        out.write(b"{}")
