"""The catalogue as the log tells: every service and every municipality, folded from its events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import get_args
from uuid import UUID

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.municipality_building import municipality
from adapters.event_store.recorded import Recorded
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.municipality import Municipality
from domain.municipality.state import Town
from domain.service.decisions import SERVICE
from domain.service.events import ServiceEvent
from domain.service.state import Service, VersionStatus

OF_SERVICES = get_args(ServiceEvent)


@dataclass(frozen=True, slots=True)
class Folded:
    """`shown` keeps the very objects of towns that did not change: others remember them."""

    services: Mapping[UUID, Service] = field(default_factory=dict)
    towns: Mapping[UUID, Town] = field(default_factory=dict)
    shown: Mapping[UUID, Municipality] = field(default_factory=dict)
    position: int = 0

    def after(self, happened: Iterable[Recorded]) -> "Folded":
        services, towns, changed = dict(self.services), dict(self.towns), set[UUID]()
        position = self.position
        for one in happened:
            position = one.position
            if isinstance(one.event, OF_SERVICES):
                before = services.get(one.stream_id, SERVICE.initial)
                services[one.stream_id] = SERVICE.evolve(before, one.event)
            else:
                town = towns.get(one.stream_id, MUNICIPALITY.initial)
                towns[one.stream_id] = MUNICIPALITY.evolve(town, one.event)
                changed.add(one.stream_id)
        anew = {stream: municipality(towns[stream]) for stream in changed}
        shown = {**self.shown, **anew}
        return replace(self, services=services, towns=towns, shown=shown, position=position)

    def newest_published(self) -> dict[str, int]:
        """Of each service the newest version that towns may adopt, by its key."""
        found = [
            (one.definition.key, one.definition.version)
            for service in self.services.values()
            for one in service.versions.values()
            if one.status is VersionStatus.PUBLISHED
        ]
        return dict(sorted(found))

    def catalogue(self) -> Catalogue:
        """Drafts are not shown; what was retired is, so that histories show it as it was."""
        towns = sorted(self.shown.values(), key=lambda town: town.ags)
        published = {
            (one.definition.key, one.definition.version): one
            for service in self.services.values()
            for one in service.versions.values()
            if one.status is not VersionStatus.DRAFT
        }
        return Catalogue(
            by_ags={town.ags: town for town in towns},
            by_version={key: one.definition for key, one in sorted(published.items())},
            retired=frozenset(
                key for key, one in published.items() if one.status is VersionStatus.RETIRED
            ),
        )
