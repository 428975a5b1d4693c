"""What a process that was killed left of the key file beside it does not outlive a retirement."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters import whole_files
from adapters.personal_data.key_ring import save_key_ring
from adapters.personal_data.preparing import prepare_key_ring
from tests.adapters.personal_data.kept import Kept, kept_in
from tests.keys import KEYS


class Killed(BaseException):
    """Between what was written and its name."""


@pytest.fixture
def kept(tmp_path: Path, database_url: str) -> Kept:
    kept = kept_in(tmp_path, database_url)
    kept.rotate()
    return kept


def killed_while_writing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """As SIGKILL does: the new file is whole, and nothing comes after."""

    def killed(_fresh: Path, _file: Path) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            save_key_ring(KEYS, kept.file)


def beside(kept: Kept) -> set[str]:
    return {one.name for one in kept.file.parent.iterdir()} - {kept.file.name}


@pytest.mark.parametrize(
    "change",
    [
        Kept.rotate,
        lambda kept: kept.retire(1),
        lambda kept: prepare_key_ring(kept.file, kept.url),
    ],
    ids=["rotate", "retire", "migrate"],
)
def test_whoever_changes_the_keys_removes_it(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, change: Callable[[Kept], object]
) -> None:
    others = {".personal-data.json.swp", ".other.json.0123456789abcdef", "personal-data.json.bak"}
    for name in others:
        (kept.file.parent / name).write_text("somebody else's")
    killed_while_writing(kept, monkeypatch)
    assert len(beside(kept) - others) == 1, "else nothing is shown"
    change(kept)
    assert beside(kept) == others


def test_it_is_said_how_many_there_were(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    assert whole_files.remove_unfinished(tmp_path / "nowhere" / "a.json") == 0
    (tmp_path / ".a.json.0123456789abcdef").write_text("half")
    (tmp_path / ".aXjson.0123456789abcdef").write_text("another's")
    assert whole_files.remove_unfinished(file) == 1
    assert [one.name for one in tmp_path.iterdir()] == [".aXjson.0123456789abcdef"]
