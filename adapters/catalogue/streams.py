"""Where the catalogue is in the log: a stream for each service and municipality, by its key."""

from typing import get_args
from uuid import UUID

from adapters.ids import derived_id
from domain.municipality.events import MunicipalityEvent
from domain.service.events import ServiceEvent

# The index of migration 0015 names them as well: a new event of these needs a new index.
CATALOGUE_EVENTS: tuple[str, ...] = tuple(
    event.__name__ for event in (*get_args(ServiceEvent), *get_args(MunicipalityEvent))
)


def service_stream(key: str) -> UUID:
    return derived_id("service", key)


def municipality_stream(ags: str) -> UUID:
    return derived_id("municipality", ags)
