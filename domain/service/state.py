"""What the rules need to know about a service: its versions, and how far each of them is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from domain.service import events as e
from domain.service.definition import ServiceDefinition


class VersionStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class ServiceVersion:
    definition: ServiceDefinition
    status: VersionStatus


@dataclass(frozen=True, slots=True)
class Service:
    versions: Mapping[int, ServiceVersion] = field(default_factory=dict)


def evolve(service: Service, event: e.ServiceEvent) -> Service:
    match event:
        case e.ServiceVersionDrafted():
            drafted = ServiceVersion(event.definition, VersionStatus.DRAFT)
            return Service({**service.versions, event.definition.version: drafted})
        case e.ServiceVersionPublished():
            return _now(service, event.version, VersionStatus.PUBLISHED)
        case e.ServiceVersionRetired():
            return _now(service, event.version, VersionStatus.RETIRED)
        case _:
            assert_never(event)


def _now(service: Service, version: int, status: VersionStatus) -> Service:
    one = replace(service.versions[version], status=status)
    return Service({**service.versions, version: one})
