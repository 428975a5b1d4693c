"""The catalogue: which services there are, and which towns offer them on what terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from adapters.catalogue.errors import (
    DefinitionUnknown,
    MunicipalityIsClosed,
    MunicipalityUnknown,
    ServiceUnknown,
)
from adapters.catalogue.offer import Offer, offered, require_open
from domain.municipality.ags import KREIS_DIGITS
from domain.municipality.municipality import Municipality
from domain.processes.succession import in_charge
from domain.service.definition import ServiceDefinition


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`by_version`: all that was ever published; `retired`: what nobody adopts any more."""

    by_ags: Mapping[str, Municipality]
    by_version: Mapping[tuple[str, int], ServiceDefinition]
    retired: frozenset[tuple[str, int]] = frozenset()

    @property
    def municipalities(self) -> tuple[Municipality, ...]:
        return tuple(self.by_ags.values())

    @property
    def definitions(self) -> tuple[ServiceDefinition, ...]:
        return tuple(self.by_version.values())

    def municipality(self, ags: str) -> Municipality:
        if ags not in self.by_ags:
            raise MunicipalityUnknown(ags)
        return self.by_ags[ags]

    def takes_part(self, ags: str, today: date) -> bool:
        return ags in self.by_ags and not self.by_ags[ags].ended_on(today)

    def require_not_ended(self, town: Municipality, today: date) -> None:
        """Raise MunicipalityIsClosed, naming who took over."""
        if town.ended_on(today):
            heir = self.by_ags.get(in_charge(town.ags, self.by_ags, today), town)
            raise MunicipalityIsClosed(*([] if heir is town else [f"{heir.name}, {heir.ags}"]))

    def definition(self, key: str, version: int) -> ServiceDefinition:
        if (key, version) not in self.by_version:
            raise DefinitionUnknown(key, version)
        return self.by_version[key, version]

    def newest(self, key: str) -> ServiceDefinition:
        """Return the newest definition of a service that is not retired; raise ServiceUnknown."""
        found = [
            one
            for (name, version), one in self.by_version.items()
            if name == key and (name, version) not in self.retired
        ]
        if not found:
            raise ServiceUnknown(key)
        return max(found, key=lambda definition: definition.version)

    def at(self, ags: str, key: str) -> ServiceDefinition:
        """Return what holds at a place: what its town adopted, or its Kreis; else the newest.

        Raise ServiceUnknown. `ags`: of a town or Kreis, whether or not it takes part.
        """
        for body in (ags, ags[:KREIS_DIGITS]):
            town = self.by_ags.get(body)
            if town and key in town.services:
                return self.definition(key, town.services[key].version)
        return self.newest(key)

    def offer(self, ags: str, service: str, today: date | None = None) -> Offer:
        """Return the service as this town offers it; raise why it does not, today or at all."""
        town = self.municipality(ags)
        if today:
            self.require_not_ended(town, today)
        adoption = town.adoption(service)
        require_open(adoption, today)
        return offered(town, adoption, self.definition(adoption.service, adoption.version))
