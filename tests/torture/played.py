"""The log, sorted: by command, by stream, and played again into states."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from uuid import UUID

from domain.application.decisions import APPLICATION
from domain.application.state import Application
from tests.torture.evidence import Fact

Groups = Mapping[UUID, list[Fact]]


def by_command(log: Sequence[Fact]) -> Groups:
    effects = defaultdict[UUID, list[Fact]](list)
    for fact in log:
        effects[fact.command].append(fact)
    return dict(effects)


def by_stream(log: Sequence[Fact]) -> Groups:
    streams = defaultdict[UUID, list[Fact]](list)
    for fact in log:
        streams[fact.stream].append(fact)
    return dict(streams)


def applications(log: Sequence[Fact]) -> list[Fact]:
    return [fact for fact in log if isinstance(fact.event, APPLICATION.events)]


def states(log: Sequence[Fact]) -> defaultdict[UUID, list[Application]]:
    """Of each application the state at version 0, 1, 2 and so on."""
    found = defaultdict[UUID, list[Application]](lambda: [APPLICATION.initial])
    for stream, facts in by_stream(applications(log)).items():
        events = (fact.event for fact in facts)
        found[stream] = list(accumulate(events, APPLICATION.evolve, initial=APPLICATION.initial))
    return found
