"""Writes a history for people: one paragraph an event, in the order it was recorded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from adapters.event_store.recorded import Recorded
from domain.application.decisions import APPLICATION
from domain.working_days import BERLIN


def history_text(history: Sequence[Recorded]) -> str:
    state = APPLICATION.fold(recorded.event for recorded in history)
    return "\n".join(
        [
            f"Application {history[0].stream_id}",
            *(line for recorded in history for line in _paragraph(recorded)),
            f"As of version {history[-1].version}: {state.status}",
        ]
    )


def _paragraph(recorded: Recorded) -> Iterator[str]:
    actor, at = recorded.metadata.actor, recorded.recorded_at.astimezone(BERLIN)
    name = type(recorded.event).__name__
    yield ""
    when, who = f"{at:%d.%m.%Y %H:%M:%S %Z}", f"{actor.role} {actor.subject}"
    yield f"{recorded.version:>3}  {when}  {name}  ({who})"
    for field, value in _lines("", msgspec.to_builtins(recorded.event)):
        yield f"       {field}: {value}"


def _lines(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """Flatten what an event holds; what is empty says nothing."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _lines(f"{prefix}.{name}" if prefix else name, inner)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        yield prefix, "; ".join(_step(item) for item in value)
    elif isinstance(value, list | tuple):
        if value:
            yield prefix, ", ".join(str(item) for item in value)
    elif value not in (None, ""):
        yield prefix, str(value)


def _step(step: Mapping[str, Any]) -> str:
    return " ".join(_said(step.values()))


def _said(values: Iterable[Any]) -> Iterator[str]:
    return (str(value) for value in values if value not in (None, "", 0))
