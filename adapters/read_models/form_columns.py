"""The answers of a form as the columns of a table: one for each field that is filled in."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.catalogue.facts import FACTS

STEP = "."


def columns_of(forms: Iterable[Mapping[str, Any]]) -> list[str]:
    """Of several versions of a form: in the order of the first, then what the others have besides.

    A field inside of another is named by both: `address.street`.
    """
    return list(dict.fromkeys(path for form in forms for path in _paths(form, "")))


def cells_of(answers: Mapping[str, Any], columns: Iterable[str]) -> dict[str, Any]:
    """Empty where nothing was answered."""
    return {column: _cell(_at(answers, column)) for column in columns}


def _paths(form: Mapping[str, Any], around: str) -> Iterator[str]:
    for name, field in form.get("properties", {}).items():
        if field.get("properties"):
            yield from _paths(field, f"{around}{name}{STEP}")
        elif around or name not in FACTS:
            yield around + name


def _at(answers: Any, path: str) -> Any:
    for step in path.split(STEP):
        answers = answers.get(step) if isinstance(answers, Mapping) else None
    return answers


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
