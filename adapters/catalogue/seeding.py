"""Brings the log to what the files of a folder say; what is as they say already is left alone.

First everything is decided; then it is recorded. What conflicts with the log holds up no other
service and no other town, and is told with its file and line. So is what would take live services
from the portal, unless that is wanted.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from adapters.catalogue.changes import told
from adapters.catalogue.conflicts import place_of
from adapters.catalogue.loading import Definition, Files
from adapters.catalogue.municipality_document import MunicipalityDocument
from adapters.catalogue.planning import plan
from adapters.catalogue.reading import Entry
from adapters.catalogue.source import Problem
from adapters.catalogue.streams import municipality_stream, service_stream
from adapters.catalogue.terms import terms_of
from adapters.event_store.office import Office, Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from domain.decider import Decider
from domain.errors import Refused
from domain.municipality.commands import VersionTerms
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.events import MunicipalityEvent, ServiceSuspended
from domain.municipality.state import Town
from domain.service.commands import DraftVersion, PublishVersion, ServiceCommand
from domain.service.decisions import SERVICE
from domain.service.state import Service

AT_ONCE = 50
SEED = ActorStamp("seed", "system")

Report = Callable[[int, int], None]


class Seeded(NamedTuple):
    """What was changed, and left out; what was refused, by file and line; and what was not applied
    as it would suspend.
    """

    changes: list[str]
    problems: list[Problem]
    withheld: list[Problem]


@dataclass(frozen=True, slots=True)
class Job:
    """What one stream still needs, and what that changes, or why it changes nothing.

    `withheld`: what of it nobody may have meant.
    """

    decider: Decider[Any, Any, Any]
    stream_id: UUID
    commands: Sequence[Any]
    changes: Sequence[str]
    withheld: Problem | None = None


class Seeding:
    """`suspend`: services that are live and that a file names no more."""

    def __init__(self, office: Office, now: datetime, *, suspend: bool = False) -> None:
        self._office = office
        self._now = now
        self._services: dict[str, Service] = {}
        self._suspend = suspend
        self._problems: list[Problem] = []

    async def foresee(self, files: Files) -> Seeded:
        """Record nothing. The changes tell also what would be withheld."""
        jobs = await self._decided(files)
        return self._told(jobs, jobs)

    async def seed(self, files: Files, report: Report) -> Seeded:
        jobs = await self._decided(files)
        applied = [job for job in jobs if not job.withheld]
        await self._record(applied, report)
        return self._told(jobs, applied)

    async def _decided(self, files: Files) -> Sequence[Job]:
        by_key = groupby(sorted(files.services, key=_version), key=lambda one: _version(one)[0])
        services = [await self._service(key, list(versions)) for key, versions in by_key]
        towns = [await self._town(entry) for entry in files.towns]
        return [*services, *towns]

    async def _record(self, jobs: Sequence[Job], report: Report) -> None:
        wanted, done = [job for job in jobs if job.commands], 0
        # Services come first, and are recorded before any town adopts them.
        for some in (*_portions(_of(SERVICE, wanted)), *_portions(_of(MUNICIPALITY, wanted))):
            report(done, len(wanted))
            await asyncio.gather(*map(self._carry_out, some))
            done += len(some)
        report(done, len(wanted))

    def _told(self, jobs: Sequence[Job], changing: Sequence[Job]) -> Seeded:
        changes = [said for job in changing for said in job.changes]
        withheld = [job.withheld for job in jobs if job.withheld]
        return Seeded(changes, self._problems, withheld)

    async def _service(self, key: str, versions: Sequence[Definition]) -> Job:
        stream_id = service_stream(key)
        service: Service = SERVICE.fold(await self._office.log.events(stream_id))
        commands, changes = list[ServiceCommand](), list[str]()
        for one in versions:
            draft = DraftVersion(definition=one.definition, now=self._now)
            for command in (draft, PublishVersion(version=one.definition.version, now=self._now)):
                try:
                    decided = SERVICE.decide(service, command)
                except Refused as refused:
                    self._problems.append(one.source.problem(("version",), str(refused)))
                    break
                service = reduce(SERVICE.evolve, decided, service)
                commands += [command] if decided else []
                changes += [f"{key}: {told(event)}" for event in decided]
        self._services[key] = service
        return Job(SERVICE, stream_id, commands, changes)

    async def _town(self, entry: Entry[MunicipalityDocument]) -> Job:
        stream_id = municipality_stream(entry.document.ags)
        town = MUNICIPALITY.fold(await self._office.log.events(stream_id))
        command = plan(entry, town, self._terms, self._now)
        if command is None:
            return Job(MUNICIPALITY, stream_id, (), _notices(entry, town))
        try:
            decided = MUNICIPALITY.decide(town, command)
        except Refused as refused:
            self._problems.append(entry.source.problem(place_of(refused), str(refused)))
            return Job(MUNICIPALITY, stream_id, (), ())
        changes = [f"{entry.document.name}: {told(event)}" for event in decided]
        withheld = None if self._suspend else _suspensions(entry, decided)
        return Job(MUNICIPALITY, stream_id, (command,), changes, withheld)

    def _terms(self, service: str, version: int) -> VersionTerms:
        return terms_of(self._services.get(service, SERVICE.initial), version)

    async def _carry_out(self, job: Job) -> None:
        for command in job.commands:
            metadata = Metadata(new_id(), SEED, new_id().hex)
            await self._office.carry_out(job.decider, Order(job.stream_id, command, metadata))


def _suspensions(
    entry: Entry[MunicipalityDocument], decided: Iterable[MunicipalityEvent]
) -> Problem | None:
    gone = [event.service for event in decided if isinstance(event, ServiceSuspended)]
    if not gone:
        return None
    what = f"names no more, though live: {', '.join(gone)}; name them, or run `seed --suspend`"
    return entry.source.problem(("services",), what)


def _notices(entry: Entry[MunicipalityDocument], town: Town) -> list[str]:
    """Silent where the file says nothing new."""
    if town.file_sha256 == entry.source.sha256:
        return []
    name, file = entry.document.name, entry.source.file
    return [f"{name}: ended on {town.closed_on}, so {file} is left out; remove the file"]


def _version(one: Definition) -> tuple[str, int]:
    return one.definition.key, one.definition.version


def _of(decider: Decider[Any, Any, Any], jobs: Sequence[Job]) -> list[Job]:
    return [job for job in jobs if job.decider is decider]


def _portions(jobs: Sequence[Job]) -> Iterator[Sequence[Job]]:
    return (jobs[at : at + AT_ONCE] for at in range(0, len(jobs), AT_ONCE))
