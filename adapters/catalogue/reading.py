"""Reads the files of one folder: each becomes a document, or the problems that keep it from one."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapters.catalogue.document import Document
from adapters.catalogue.half_read import half_read
from adapters.catalogue.reading_words import in_plain_words
from adapters.catalogue.source import Problem, Source, sources

D = TypeVar("D", bound=Document)


@dataclass(frozen=True, slots=True)
class Entry(Generic[D]):
    """A document and the file it stands in."""

    source: Source
    document: D


@dataclass(frozen=True, slots=True)
class Reading(Generic[D]):
    """`halves`: documents of which some fields could not be read."""

    entries: tuple[Entry[D], ...] = ()
    halves: tuple[Entry[D], ...] = ()
    problems: tuple[Problem, ...] = ()


def read(folder: Path, model: type[D]) -> Reading[D]:
    """`folder` must hold at least one file: an empty catalogue is a wrong path, never meant."""
    read_ones = [reading_of(source, model) for source in sources(folder)]
    if not read_ones:
        missing = Problem(f"{folder.name}/", 1, "*.toml", "is missing; add a file")
        return Reading(problems=(missing,))
    return Reading(
        entries=tuple(entry for one in read_ones for entry in one.entries),
        halves=tuple(half for one in read_ones for half in one.halves),
        problems=tuple(problem for one in read_ones for problem in one.problems),
    )


def reading_of(source: Source | Problem, model: type[D]) -> Reading[D]:
    """Of this file alone."""
    if isinstance(source, Problem):
        return Reading(problems=(source,))
    try:
        content = tomllib.loads(source.text)
        # By way of JSON, where strict still lets a text be an enum and an array a tuple.
        document = model.model_validate_json(json.dumps(content, default=str))
        return Reading(entries=(Entry(source, document),))
    except tomllib.TOMLDecodeError as error:
        return Reading(problems=(_syntax_problem(source, error),))
    except ValidationError as error:
        return _half(source, content, model, error)


def _half(
    source: Source, content: Mapping[str, Any], model: type[D], error: ValidationError
) -> Reading[D]:
    problems = tuple(_field_problem(source, details) for details in error.errors())
    unread = {str(part) for details in error.errors() for part in details["loc"][:1]}
    half = half_read(model, content, unread)
    return Reading(halves=(Entry(source, half),) if half else (), problems=problems)


def _syntax_problem(source: Source, error: tomllib.TOMLDecodeError) -> Problem:
    line = re.search(r"at line (\d+)", str(error))
    number = int(line[1]) if line else source.text.count("\n") + 1
    return Problem(source.file, number, "TOML", f"cannot be read; correct the syntax: {error}")


def _field_problem(source: Source, details: ErrorDetails) -> Problem:
    where = tuple(part for part in details["loc"] if part != "[key]")
    return source.problem(where, in_plain_words(details))
