"""The rules of a service: what is published stays as it is, and nothing adopted is retired."""

from dataclasses import replace
from typing import assert_never

from domain.decider import Decider
from domain.errors import (
    PublishedStaysAsItIs,
    ReasonMissing,
    ServiceVersionUnknown,
    VersionNotPublished,
    VersionStillAdopted,
)
from domain.service import commands as c
from domain.service.definition import ServiceDefinition
from domain.service.events import (
    ServiceEvent,
    ServiceVersionDrafted,
    ServiceVersionPublished,
    ServiceVersionRetired,
)
from domain.service.state import Service, ServiceVersion, VersionStatus, evolve


def decide(service: Service, command: c.ServiceCommand) -> list[ServiceEvent]:
    match command:
        case c.DraftVersion():
            return draft(service, command)
        case c.PublishVersion():
            return publish(service, command)
        case c.RetireVersion():
            return retire(service, command)
        case _:
            assert_never(command)


def draft(service: Service, command: c.DraftVersion) -> list[ServiceEvent]:
    before = service.versions.get(command.definition.version)
    if before and _says_the_same(before.definition, command.definition):
        return []
    if before and before.status is not VersionStatus.DRAFT:
        raise PublishedStaysAsItIs
    return [ServiceVersionDrafted(definition=command.definition, drafted_at=command.now)]


def publish(service: Service, command: c.PublishVersion) -> list[ServiceEvent]:
    if _version(service, command.version).status is not VersionStatus.DRAFT:
        return []
    return [ServiceVersionPublished(version=command.version, published_at=command.now)]


def retire(service: Service, command: c.RetireVersion) -> list[ServiceEvent]:
    status = _version(service, command.version).status
    if status is VersionStatus.RETIRED:
        return []
    if status is VersionStatus.DRAFT:
        raise VersionNotPublished
    if command.adopted_by:
        raise VersionStillAdopted
    if not command.reason.strip():
        raise ReasonMissing
    retired = ServiceVersionRetired(
        version=command.version, reason=command.reason, retired_at=command.now
    )
    return [retired]


def _version(service: Service, version: int) -> ServiceVersion:
    if version not in service.versions:
        raise ServiceVersionUnknown
    return service.versions[version]


def _says_the_same(one: ServiceDefinition, other: ServiceDefinition) -> bool:
    """Compare the files first: the same file is the same definition, whoever reads it."""
    return one.sha256 == other.sha256 or replace(one, sha256=other.sha256) == other


SERVICE = Decider(initial=Service(), decide=decide, evolve=evolve, events=ServiceEvent)
