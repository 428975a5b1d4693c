"""Turns recorded events into the statements of a projection, with their parameters."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from adapters.event_store.recorded import Recorded
from projections.projection import ENVELOPE, PLACEHOLDER, Projection, event_paths

AS_IT_IS = frozenset({str, int, bool, UUID, datetime, date, type(None)})


class Fact(NamedTuple):
    """What statements read: the event, and of its envelope what `ENVELOPE` names."""

    stream_id: UUID
    version: int
    position: int
    event: Any
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """`sql` numbers its parameters; `reads` are the paths to them, in that order."""

    sql: bytes
    reads: tuple[Callable[[Any], Any], ...]

    def parameters(self, fact: Fact | Recorded) -> list[Any]:
        return [_for_postgres(read(fact)) for read in self.reads]


@dataclass(slots=True)
class Group:
    """Events of one statement, run as one."""

    statement: Statement
    events: list[Fact]

    def parameters(self) -> Iterator[list[Any]]:
        return map(self.statement.parameters, self.events)

    def columns(self) -> list[list[Any]]:
        """Return the same, a list of values for each parameter."""
        facts = self.events
        return [[_for_postgres(read(fact)) for fact in facts] for read in self.statement.reads]


def compile_statements(projection: Projection) -> dict[str, Statement]:
    """Return a statement by event name; raise KeyError where one names what no event has."""
    return {event.__name__: _statement(event, sql) for event, sql in projection.on.items()}


def grouped(statements: Mapping[str, Statement], events: Iterable[Fact]) -> list[Group]:
    """Gather events of one statement; those of one stream keep their order."""
    groups: list[Group] = []
    reached: dict[object, int] = {}  # a stream: the group its last event is in
    for event in events:
        statement = statements[type(event.event).__name__]
        place = reached.get(event.stream_id, 0)
        while place < len(groups) and groups[place].statement is not statement:
            place += 1
        if place == len(groups):
            groups.append(Group(statement, []))
        groups[place].events.append(event)
        reached[event.stream_id] = place
    return groups


def _statement(event_type: type, sql: str) -> Statement:
    paths = event_paths(event_type)

    def path(name: str) -> str:
        # A fact's own field comes first: `version` of an event would hide the envelope's.
        return ".".join(("event", *paths[name])) if name in paths else _envelope(name)

    reads = tuple(attrgetter(path(name)) for name in PLACEHOLDER.findall(sql))
    return Statement(PLACEHOLDER.sub("%s", sql).encode(), reads)


def _envelope(name: str) -> str:
    if name not in ENVELOPE:
        raise KeyError(name)
    return name


def _for_postgres(value: Any) -> Any:
    if type(value) in AS_IT_IS:  # as nearly all are
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return Jsonb(dict(value))
    return list(value) if isinstance(value, tuple) else value
