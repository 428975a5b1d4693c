"""The reference of all events, as one Markdown page made from their classes."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from inspect import cleandoc
from itertools import groupby
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from adapters.event_names import EVENT_TYPES

HEAD = """# Events

<!-- Made by `amtsweg events > docs/events.md`; a test compares it. Do not edit. -->

What may be in the log. An event is stored under its bare name as
`{"data": {...}, "metadata": {...}}`; `data` holds the fields below, in JSON. A field is added with
a default and never renamed; a changed meaning is a new event.

| metadata | type | what it is |
|---|---|---|
| `command_id` | UUID | the command that caused it; the same command twice is one effect |
| `actor` | object | `subject` (a pseudonym), `role` and, of a clerk, `municipality` |
| `correlation_id` | text | the trace it belongs to |
| `causation_id` | UUID, optional | the event that led to the command |
"""
NAMES: Mapping[Any, str] = {
    str: "text",
    int: "integer",
    bool: "yes or no",
    UUID: "UUID",
    date: "date",
    datetime: "moment",
    Any: "any",
    NoneType: "nothing",
}


def reference(event_types: Iterable[type] = EVENT_TYPES) -> str:
    """Return the page; the same classes make the same page."""
    found = list(event_types)
    return "\n".join([HEAD, *_groups(found), *_parts_section(found)])


def _groups(event_types: list[type]) -> Iterable[str]:
    for module, group in groupby(event_types, key=lambda event_type: event_type.__module__):
        yield f"## {module.split('.')[1].capitalize()}\n\n{_first_paragraph(module)}\n"
        yield from (_section(event_type) for event_type in group)


def _first_paragraph(module: str) -> str:
    return cleandoc(sys.modules[module].__doc__ or "").split("\n\n")[0]


def _parts_section(event_types: list[type]) -> Iterable[str]:
    parts = _parts(event_types)
    if parts:
        yield "## Parts\n\nWhat events are made of.\n"
    yield from (_section(part) for part in sorted(parts, key=lambda part: part.__name__))


def _section(kind: type) -> str:
    words = [f"### {kind.__name__}\n", *([f"{_doc(kind)}\n"] if _doc(kind) else [])]
    if issubclass(kind, Enum):
        return "\n".join([*words, f"One of: {', '.join(map(_value, kind))}.\n"])
    return "\n".join([*words, *_table(kind), ""])


def _doc(kind: type) -> str:
    doc = cleandoc(kind.__doc__ or "")
    made_by_dataclass = doc.startswith(f"{kind.__name__}(")
    return "" if made_by_dataclass else doc


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    kind: str
    default: str

    def __str__(self) -> str:
        return f"| `{self.name}` | {self.kind} | {self.default} |"


def _value(member: Enum) -> str:
    word = "" if isinstance(member.value, str) else f" ({member.name.lower()})"
    return f"`{_json(member.value)}`{word}"


def _table(kind: type) -> list[str]:
    hints = get_type_hints(kind)
    rows = [_Row(f.name, _type_name(hints[f.name]), _default(f)) for f in fields(kind)]
    return ["| field | type | if missing |", "|---|---|---|", *map(str, rows)]


def _default(field: Field[Any]) -> str:
    if field.default is not MISSING:
        return f"`{_json(field.default)}`"
    return "" if field.default_factory is MISSING else f"`{_json(field.default_factory())}`"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _type_name(hint: Any) -> str:
    if hint in NAMES:
        return NAMES[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(_type_name(argument) for argument in arguments)
    if origin is tuple:
        return f"list of {_type_name(arguments[0])}"
    if origin is Mapping:
        return f"object: {_type_name(arguments[0])} to {_type_name(arguments[1])}"
    return f"[{hint.__name__}](#{hint.__name__.lower()})"


def _parts(kinds: Iterable[Any]) -> set[type]:
    found: set[type] = set()
    for kind in kinds:
        for hint in get_type_hints(kind).values() if is_dataclass(kind) else ():
            mine = {part for part in _leaves(hint) if is_dataclass(part) or issubclass(part, Enum)}
            found |= mine | _parts(mine)
    return found


def _leaves(hint: Any) -> set[type]:
    arguments = get_args(hint)
    if arguments:
        return set().union(*(_leaves(argument) for argument in arguments))
    return {hint} if isinstance(hint, type) else set()
