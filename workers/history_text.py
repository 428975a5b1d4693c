"""Writes a history for people: one paragraph an event, in the order it was recorded."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from adapters.days_in_english import in_english
from adapters.event_store.recorded import Recorded
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationSubmitted
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.events import MunicipalityRegistered
from domain.municipality.state import Town
from domain.service.decisions import SERVICE
from domain.service.events import ServiceVersionDrafted
from domain.staff.events import RoleGranted, RoleRevoked
from domain.staff.register import STAFF, Member
from domain.working_days import BERLIN

FORM = "definition.form."


def history_text(history: Sequence[Recorded]) -> str:
    heading, standing = _of_what(history)
    return "\n".join(
        [
            heading,
            *_paragraphs(history),
            *_as_it_stood(history),
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
        case RoleGranted(subject=subject) | RoleRevoked(subject=subject):
            return f"Account {subject}", _acts(STAFF.fold(events))
        case _:
            return f"Application {history[0].stream_id}", APPLICATION.fold(events).status


def _as_it_stood(history: Sequence[Recorded]) -> Iterator[str]:
    """What rules know of an application at its last version here, and what it is judged by."""
    events = [recorded.event for recorded in history]
    if isinstance(events[0], ApplicationSubmitted):
        state = APPLICATION.fold(events)
        known = {name: value for name, value in vars(state).items() if name != "rules"}
        known["erased"] = events[0].applicant is None  # at every version, as by API
        yield from _block("What is known", known)
        yield from _block("Rules in force since its submission", state.rules)
        yield ""


def _block(title: str, value: object) -> Iterator[str]:
    yield ""
    yield title
    yield from (f"       {at}: {said}" for at, said in _lines("", _plain(value)))


def _offers(town: Town) -> str:
    if town.closed_on:
        return f"closed on {town.closed_on}"
    services = (f"{key} {adoption.state}" for key, adoption in town.services.items())
    return ", ".join([str(town.phase), *services])


def _acts(member: Member) -> str:
    barred = [f"barred from {place}" for place in sorted(member.barred)]
    if member.grant is None:
        return ", ".join(barred) or "no role"
    return ", ".join([f"{member.grant.role} for {member.grant.municipality or '*'}", *barred])


def _paragraphs(history: Sequence[Recorded]) -> Iterator[str]:
    """Of a service's later definitions, only what differs from the one before."""
    before = dict[str, str]()
    for recorded in history:
        told = dict(_lines("", _plain(recorded.event)))
        yield from _heading(recorded)
        if isinstance(recorded.event, ServiceVersionDrafted):
            yield from _changes(before, told) if before else _short(told)
            before = told
        else:
            yield from _short(told)


def _heading(recorded: Recorded) -> Iterator[str]:
    actor, name = recorded.metadata.actor, type(recorded.event).__name__
    who = f"{actor.role} {actor.subject}".strip()  # whoever was erased has no name any more
    yield ""
    yield f"{recorded.version:>3}  {_moment(recorded.recorded_at)}  {name}  ({who})"


def _moment(at: datetime) -> str:
    """To the last digit and with its zone, so that it can be given to `--at` as it is shown."""
    return at.astimezone(BERLIN).isoformat()


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value, builtin_types=(datetime,))


def _short(told: Mapping[str, str]) -> Iterator[str]:
    """Without the form, which is too long to be read here; the API shows it."""
    return (f"       {at}: {value}" for at, value in told.items() if not at.startswith(FORM))


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for field in {**before, **now}:
        old, new = before.get(field, "-"), now.get(field, "-")
        if old != new:
            yield f"       {field}: {old} -> {new}"


def _lines(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """Flatten what an event holds; what is empty says nothing."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _lines(f"{prefix}.{name}" if prefix else name, inner)
    elif said := _said(value):
        yield prefix, said


def _said(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return _moment(value)
        case Mapping():
            pairs = ((name, _in_english(name, _said(inner))) for name, inner in value.items())
            return ", ".join(f"{name} {said}" for name, said in pairs if said)
        case list() | tuple():
            between = "; " if any(isinstance(item, Mapping | list) for item in value) else ", "
            return between.join(said for item in value if (said := _said(item)))
        case _:
            return str(value)


def _in_english(name: str, said: str) -> str:
    """As all that is printed here; the log has why a day did not count in German."""
    return in_english(said) if name == "why_not" else said
