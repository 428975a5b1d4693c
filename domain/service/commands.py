"""What may be asked of a service."""

from dataclasses import dataclass
from datetime import datetime

from domain.service.definition import ServiceDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVersion:
    definition: ServiceDefinition
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishVersion:
    version: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireVersion:
    """`adopted_by`: the keys of the towns that offer this version now."""

    version: int
    reason: str
    adopted_by: tuple[str, ...]
    now: datetime


ServiceCommand = DraftVersion | PublishVersion | RetireVersion
