"""Writes a history for people: one paragraph an event, in the order it was recorded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from adapters.event_store.recorded import Recorded
from domain.application.decisions import APPLICATION
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.events import MunicipalityRegistered
from domain.municipality.state import Town
from domain.service.decisions import SERVICE
from domain.service.events import ServiceVersionDrafted
from domain.working_days import BERLIN

FORM = "definition.form."


def history_text(history: Sequence[Recorded]) -> str:
    heading, standing = _of_what(history)
    return "\n".join(
        [
            heading,
            *(line for recorded in history for line in _paragraph(recorded)),
            f"As of version {history[-1].version}: {standing}",
        ]
    )


def _of_what(history: Sequence[Recorded]) -> tuple[str, str]:
    """Raise HistoryOfSomethingElse for what has no history of its own."""
    events = [recorded.event for recorded in history]
    match events[0]:
        case ServiceVersionDrafted(definition=definition):
            service = SERVICE.fold(events)
            versions = (f"{number} {one.status}" for number, one in service.versions.items())
            return f"Service {definition.key}", ", ".join(versions)
        case MunicipalityRegistered(ags=ags, attributes=attributes):
            return f"Municipality {ags} {attributes.name}", _offers(MUNICIPALITY.fold(events))
        case _:
            return f"Application {history[0].stream_id}", APPLICATION.fold(events).status


def _offers(town: Town) -> str:
    if town.closed_on:
        return f"closed on {town.closed_on}"
    services = (f"{key} {adoption.state}" for key, adoption in town.services.items())
    return ", ".join([str(town.phase), *services])


def _paragraph(recorded: Recorded) -> Iterator[str]:
    actor, at = recorded.metadata.actor, recorded.recorded_at.astimezone(BERLIN)
    name = type(recorded.event).__name__
    yield ""
    when, who = f"{at:%d.%m.%Y %H:%M:%S %Z}", f"{actor.role} {actor.subject}"
    yield f"{recorded.version:>3}  {when}  {name}  ({who})"
    for field, value in _lines("", msgspec.to_builtins(recorded.event)):
        if field.startswith(FORM):  # too long to be read here; the API shows it
            continue
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
