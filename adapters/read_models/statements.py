"""Turns recorded events into the statements of a projection, with their parameters."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from psycopg.types.json import Jsonb

from adapters.event_store.recorded import Recorded
from projections.projection import Projection, event_paths, placeholders

Read = Callable[[Recorded], Any]

ENVELOPE: Mapping[str, Read] = {
    "stream_id": lambda r: r.stream_id,
    "version": lambda r: r.version,
    "position": lambda r: r.position,
    "recorded_at": lambda r: r.recorded_at,
    "actor": lambda r: r.metadata.actor.subject,
}


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    reads: tuple[tuple[str, Read], ...]

    def parameters(self, recorded: Recorded) -> dict[str, Any]:
        return {name: read(recorded) for name, read in self.reads}


def compile_statements(projection: Projection) -> dict[str, Statement]:
    """Return a statement by event name; raise KeyError where one names what no event has."""
    return {
        event_type.__name__: Statement(sql, tuple(_reads(event_type, placeholders(sql))))
        for event_type, sql in projection.on.items()
    }


def _reads(event_type: type, names: Iterable[str]) -> Iterable[tuple[str, Read]]:
    paths = event_paths(event_type)
    for name in names:
        # A fact's own field comes first: `version` of an event would hide the envelope's.
        yield name, _follow(paths[name]) if name in paths else ENVELOPE[name]


def _follow(path: tuple[str, ...]) -> Read:
    def read(recorded: Recorded) -> Any:
        value = recorded.event
        for name in path:
            value = getattr(value, name)
        return _for_postgres(value)

    return read


def _for_postgres(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return Jsonb(dict(value))
    return list(value) if isinstance(value, tuple) else value
