"""What holds everywhere: importing opens nothing, nothing is long, what happened stays as it is."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from inspect import getmembers, isclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from adapters.event_names import EVENT_TYPES
from api.refusals_in_german import REFUSALS
from tests.documents import errors

ROOT = Path(__file__).parent.parent
FOLDERS = ("domain", "projections", "adapters", "api", "workers")
FILES = [ROOT / "amtsweg.py", *(file for d in FOLDERS for file in sorted((ROOT / d).rglob("*.py")))]
MODULES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for file in FILES
]
LONGEST_FILE, LONGEST_FUNCTION = 200, 30
# Lists of data: the facts, the commands, what is remembered, what is answered, what is refused.
LISTS = {
    "domain/errors.py",
    "domain/municipality/commands.py",
    "domain/municipality/events.py",
    "domain/application/events.py",
    "domain/payment/events.py",
    "domain/application/commands.py",
    "domain/application/state.py",
    "api/views.py",
}
DRAWN = [name for name in MODULES if re.search("[├└]", importlib.import_module(name).__doc__ or "")]
IMPORT_ALL = """
import importlib, socket, sqlite3, subprocess, sys, threading

def refuse(*_, **__):
    raise AssertionError("importing opens something")

for name in ("connect", "connect_ex", "bind", "listen"):
    setattr(socket.socket, name, refuse)
sqlite3.connect = subprocess.Popen.__init__ = threading.Thread.start = refuse
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_nothing_that_was_set_up_is_part_of_the_repository() -> None:
    """A link to a virtual environment, taken along by mistake, destroys it where it is merged."""
    listed = subprocess.run(
        ["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    links = [line for line in listed.stdout.splitlines() if line.startswith("120000")]
    assert links == []


def test_importing_everything_opens_nothing() -> None:
    imported = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *MODULES],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (imported.returncode, imported.stdout, imported.stderr) == (0, "", "")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_is_read_in_a_few_screens(file) -> None:
    name = str(file.relative_to(ROOT))
    assert name in LISTS or len(file.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_function_fits_on_one_screen(file) -> None:
    too_long = [
        function.name
        for function in functions_in(ast.parse(file.read_text()))
        if lines_of(function) > LONGEST_FUNCTION and not is_flat_table(function)
    ]
    assert too_long == []


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_in(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def lines_of(node: ast.AST) -> int:
    return int(node.end_lineno) - int(node.lineno) + 1


def is_flat_table(function: Function) -> bool:
    """One `match`, and each of its cases is a line or one call."""
    *_, last = function.body
    return isinstance(last, ast.Match) and all(len(case.body) <= 2 for case in last.cases)


@pytest.mark.parametrize("module", DRAWN)
def test_a_tree_of_errors_names_all_of_them(module) -> None:
    known = importlib.import_module(module)
    own = {
        name
        for name, kind in getmembers(known, isclass)
        if issubclass(kind, Exception) and kind.__module__ == module and not kind.__subclasses__()
    }
    assert own <= set(re.findall(r"\b[A-Z]\w+", known.__doc__ or ""))


def test_the_refusals_of_the_rules_are_drawn() -> None:
    assert "domain.errors" in DRAWN


def test_every_refusal_has_a_german_sentence_in_the_catalogue() -> None:
    """Of what quality: tests/api/test_refusals_in_german.py."""
    answered = set(re.findall(r"^\| \d+ \| `([a-z-]+)`", errors(), re.MULTILINE))
    assert len(answered) > 100
    assert answered - set(REFUSALS) == set()


@pytest.mark.parametrize("event", EVENT_TYPES, ids=lambda event: event.__name__)
def test_what_has_happened_cannot_be_changed(event) -> None:
    assert {part.__name__ for part in dataclasses_in(event) if not is_frozen(part)} == set()


def dataclasses_in(kind: Any) -> Iterator[type]:
    """The class, and those of its fields, whatever they are wrapped in."""
    for part in get_args(kind):
        yield from dataclasses_in(part)
    if isclass(kind) and is_dataclass(kind):
        yield kind
        hints = get_type_hints(kind)
        for field in fields(kind):
            yield from dataclasses_in(hints[field.name])


def is_frozen(kind: Any) -> bool:
    return bool(kind.__dataclass_params__.frozen) and hasattr(kind, "__slots__")
