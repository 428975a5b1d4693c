"""The files of the built-in catalogue in another folder, and what is said of them once edited."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.loading import BUILT_IN, load

PARTS = ("services", "municipalities")
# A file of the folder, what it says, and what it is to say instead; returns the folder.
Edit = Callable[[str, str, str], Path]


def copied_to(folder: Path) -> Path:
    for part in PARTS:
        copytree(BUILT_IN / part, folder / part)
    return folder


def editing(folder: Path) -> Edit:
    def edited(file: str, old: str, new: str) -> Path:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edited


def complaints(folder: Path) -> list[str]:
    with pytest.raises(CatalogueIsInvalid) as refused:
        load(folder)
    return [str(problem) for problem in refused.value.problems]
