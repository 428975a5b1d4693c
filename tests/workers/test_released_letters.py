"""A letter that was ever released stays as it is: a mail that is queued is written as queued."""

import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.mail.letters import TEMPLATES

LIST = Path(__file__).with_name("released_letters.toml")
RELEASED = tomllib.loads(LIST.read_text())
THERE = {str(path.relative_to(TEMPLATES)): path for path in sorted(TEMPLATES.rglob("*.j2"))}
EDITED = (
    "{name} was released: write a new version of it (the name ends in one more), see notices.py"
)
NEW = 'a new text is frozen by this line in {list}:\n"{name}" = "{digest}"'


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", sorted(RELEASED))
def test_a_released_text_is_never_edited_or_removed(name: str) -> None:
    assert name in THERE, EDITED.format(name=name)
    assert digest(THERE[name]) == RELEASED[name], EDITED.format(name=name)


@pytest.mark.parametrize("name", list(THERE))
def test_a_new_text_is_frozen_with_its_release(name: str) -> None:
    told = NEW.format(list=LIST.name, name=name, digest=digest(THERE[name]))
    assert name in RELEASED, told
