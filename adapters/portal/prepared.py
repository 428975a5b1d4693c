"""The portal, ready to be sent: shown once for each state of the catalogue, day and language.

A page is cut from bytes that are there already, so what it costs does not depend on the catalogue.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from threading import Lock

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.same_object import SameObject
from adapters.portal.folding import fold
from adapters.portal.search import Entry, entry
from adapters.portal.showing import Eye
from adapters.portal.views import OfferView, ServiceView, TownView, WhereOffered
from domain.municipality.municipality import Municipality

TITLE, SYNONYM, OFFICE, CATEGORY, DESCRIPTION, NAME = 10.0, 8.0, 5.0, 4.0, 3.0, 10.0
MOST_KEPT = 4

Key = tuple[SameObject[Catalogue], date, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """`kreis`: the key of the Kreis it is or belongs to."""

    view: TownView
    kreis: str | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """`digest` is of all that is shown, so two states that show the same have the same."""

    language: str
    digest: str
    towns: Mapping[str, Shown]
    services: Mapping[str, WhereOffered]
    service_entries: tuple[Entry, ...]
    town_entries: tuple[Entry, ...]

    def within(self, region: str | None, kreis: str | None) -> list[Shown]:
        return [
            one
            for one in self.towns.values()
            if region in {None, one.view.region} and kreis in {None, one.kreis}
        ]


@dataclass(slots=True)
class PortalCase:
    """Keeps what was prepared last: two languages, and those who are still reading an older state.

    With hundreds of towns to prepare takes a while, so it is done in a thread, by one at a time.
    """

    address: str
    kept: dict[Key, Prepared] = field(default_factory=dict)
    one_at_a_time: Lock = field(default_factory=Lock)

    def ready(self, catalogue: Catalogue, today: date, language: str) -> Prepared | None:
        return self.kept.get((SameObject(catalogue), today, language))

    def prepare(self, catalogue: Catalogue, today: date, language: str) -> Prepared:
        key = (SameObject(catalogue), today, language)
        with self.one_at_a_time:
            if key not in self.kept:
                self.kept[key] = prepared(Eye(catalogue, today, language, self.address))
                for old in list(self.kept)[:-MOST_KEPT]:
                    del self.kept[old]
            return self.kept[key]


def prepared(eye: Eye) -> Prepared:
    catalogue, language = eye.catalogue, eye.language
    towns = sorted(catalogue.municipalities, key=lambda town: fold(town.name))
    shown = {town.ags: _shown(eye, town) for town in towns}
    digest = sha256(b"\0".join([language.encode(), *(one.content for one in shown.values())]))
    services = _services(shown.values(), language)
    return Prepared(
        language=language,
        digest=digest.hexdigest()[:32],
        towns=shown,
        services=services,
        service_entries=tuple(_service_entry(catalogue, key, shown.values()) for key in services),
        town_entries=tuple(entry(ags, [(one.view.name, NAME)]) for ags, one in shown.items()),
    )


def _shown(eye: Eye, town: Municipality) -> Shown:
    view = eye.town(town)
    kreis = town.ags if town.kind == "kreis" else town.kreis
    return Shown(view, kreis, view.model_dump_json().encode())


def own_services(town: TownView) -> Iterable[ServiceView]:
    """Those that the town offers itself."""
    for category in town.categories:
        yield from (one for one in category.services if one.offered_by.ags == town.ags)


def _services(towns: Iterable[Shown], language: str) -> dict[str, WhereOffered]:
    found: dict[str, WhereOffered] = {}
    for town in (one.view for one in towns):
        for service in own_services(town):
            about = found.setdefault(service.key, _about(service, language))
            about.offers.append(_offer(town, service))
    return dict(sorted(found.items(), key=lambda item: fold(item[1].title)))


def _about(service: ServiceView, language: str) -> WhereOffered:
    told = service.model_dump(
        include={"key", "title", "description", "category", "category_title", "kind"}
    )
    return WhereOffered(language=language, offers=[], **told)


def _offer(town: TownView, service: ServiceView) -> OfferView:
    return OfferView(
        town=service.offered_by,
        region=town.region,
        availability=service.availability,
        fee=service.fee,
        link=service.link,
        form=service.form,
    )


def _service_entry(catalogue: Catalogue, key: str, towns: Iterable[Shown]) -> Entry:
    """In both languages: who reads German may know the English word, and the other way round."""
    definition = catalogue.newest(key)
    own_titles = {
        service.title for town in towns for service in own_services(town.view) if service.key == key
    }
    offices = {
        town.services[key].office for town in catalogue.municipalities if key in town.services
    }
    titles = own_titles | set(definition.title.values())
    return entry(
        key,
        [
            *((title, TITLE) for title in sorted(titles)),
            *((synonym, SYNONYM) for synonym in definition.synonyms),
            *((office, OFFICE) for office in sorted(offices)),
            *((title, CATEGORY) for title in definition.category_title.values()),
            *((text, DESCRIPTION) for text in definition.description.values()),
        ],
    )
