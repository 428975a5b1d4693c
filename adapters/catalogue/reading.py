"""Reads the files of one folder: each becomes a document, or the problems that keep it from one."""

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapters.catalogue.document import Document
from adapters.catalogue.source import Problem, Source, sources

D = TypeVar("D", bound=Document)

ADVICE = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not known; remove it or correct its spelling",
    "without_digest": "leave it out: only a digest has a time",
}


@dataclass(frozen=True, slots=True)
class Entry(Generic[D]):
    """A document and the file it stands in."""

    source: Source
    document: D


@dataclass(frozen=True, slots=True)
class Reading(Generic[D]):
    entries: tuple[Entry[D], ...]
    problems: tuple[Problem, ...]


def read(folder: Path, model: type[D]) -> Reading[D]:
    """`folder` must hold at least one file: an empty catalogue is a wrong path, never meant."""
    entries, problems = list[Entry[D]](), list[Problem]()
    for source in sources(folder):
        match entry_of(source, model):
            case Entry() as entry:
                entries.append(entry)
            case found:
                problems += found
    if not entries and not problems:
        problems.append(Problem(f"{folder.name}/", 1, "*.toml", "is missing; add a file"))
    return Reading(tuple(entries), tuple(problems))


def entry_of(source: Source | Problem, model: type[D]) -> Entry[D] | Iterable[Problem]:
    if isinstance(source, Problem):
        return [source]
    try:
        # By way of JSON, where strict still lets a text be an enum and an array a tuple.
        content = json.dumps(tomllib.loads(source.text), default=str)
        return Entry(source, model.model_validate_json(content))
    except tomllib.TOMLDecodeError as error:
        return [_syntax_problem(source, error)]
    except ValidationError as error:
        return [_field_problem(source, details) for details in error.errors()]


def _syntax_problem(source: Source, error: tomllib.TOMLDecodeError) -> Problem:
    line = re.search(r"at line (\d+)", str(error))
    number = int(line[1]) if line else source.text.count("\n") + 1
    return Problem(source.file, number, "TOML", f"cannot be read; correct the syntax: {error}")


def _field_problem(source: Source, details: ErrorDetails) -> Problem:
    where = tuple(part for part in details["loc"] if part != "[key]")
    return source.problem(where, ADVICE.get(details["type"]) or _told(details))


def _told(details: ErrorDetails) -> str:
    context: dict[str, Any] = details.get("ctx", {})
    if "pattern" in context:
        return f"should match {context['pattern']}; correct it"
    return f"{details['msg'].removeprefix('Input ')}; correct it"
