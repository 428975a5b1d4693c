"""A projection is data: which table, and which statement each event runs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_type_hints

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# Not who caused it: that is for the history, and read models hold nothing personal.
ENVELOPE = ("stream_id", "version", "position", "recorded_at")


@dataclass(frozen=True, slots=True)
class Projection:
    """`name` is also the table's. A new shape is a new name (…_v2), built beside the old.

    Where the table names a municipality, its rows are shown to that town alone; `own`: to the
    applicant as well, by `application_id`.
    """

    name: str
    table: str
    on: Mapping[type, str]
    own: bool = False

    @property
    def event_names(self) -> frozenset[str]:
        return frozenset(event.__name__ for event in self.on)


def placeholders(statement: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(statement)))


def event_paths(event_type: type) -> dict[str, tuple[str, ...]]:
    """Return what a statement may name: fields, and fields of fields as `rules_fee_cents`."""
    hints: dict[str, Any] = get_type_hints(event_type)
    paths: dict[str, tuple[str, ...]] = {}
    for field in fields(event_type):
        paths[field.name] = (field.name,)
        if is_dataclass(hints[field.name]):
            inner = event_paths(hints[field.name])
            paths |= {f"{field.name}_{name}": (field.name, *path) for name, path in inner.items()}
    return paths
