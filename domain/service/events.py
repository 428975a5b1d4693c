"""What has happened to a service (Leistung): its versions, from draft to retirement.

The definition is inside the fact, so that an application is judged by it for ever.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.personal import Internal
from domain.service.definition import ServiceDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceVersionDrafted:
    """A draft may be replaced by another one of the same number until it is published."""

    definition: ServiceDefinition
    drafted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceVersionPublished:
    """From now on towns may adopt it, and nobody can change it."""

    version: int
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceVersionRetired:
    """No town adopts it any more; what was filed under it stays as it is."""

    version: int
    reason: Internal[str]
    retired_at: datetime


ServiceEvent = ServiceVersionDrafted | ServiceVersionPublished | ServiceVersionRetired
