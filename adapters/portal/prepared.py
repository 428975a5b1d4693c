"""The portal, ready to be sent: shown once for each state of the catalogue, day and language.

A page is cut from bytes that are there already, so what it costs does not depend on the catalogue.
"""

from collections import defaultdict
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
from adapters.portal.synonyms import more_synonyms
from adapters.portal.views import OfferView, ServiceView, TownView, WhereOffered
from adapters.version import VERSION
from domain.municipality.adoption import Adoption
from domain.municipality.municipality import Municipality

TITLE, SYNONYM, OFFICE, CATEGORY, DESCRIPTION, NAME = 10.0, 8.0, 5.0, 4.0, 3.0, 10.0
FORGIVING_FROM = SYNONYM
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
    """`digest` is of all that is shown or searched: two states that answer alike have the same."""

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
    services = _services(shown.values(), language)
    adopted = _adopted(catalogue)
    searched = tuple(_service_entry(catalogue, key, adopted[key]) for key in services)
    return Prepared(
        language=language,
        digest=_digest(language, shown.values(), searched),
        towns=shown,
        services=services,
        service_entries=searched,
        town_entries=tuple(
            entry(ags, [(one.view.name, NAME)], FORGIVING_FROM) for ags, one in shown.items()
        ),
    )


def _digest(language: str, shown: Iterable[Shown], searched: Iterable[Entry]) -> str:
    """Another version of the product may show and rank the same otherwise."""
    words = [f"{one.key} {one.fields}" for one in searched]
    told = [VERSION, language, *words]
    digest = sha256(b"\0".join([*(each.encode() for each in told), *(s.content for s in shown)]))
    return digest.hexdigest()[:32]


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
        page=service.page,
        form=service.form,
    )


def _adopted(catalogue: Catalogue) -> Mapping[str, list[Adoption]]:
    """Return by service on what terms it is offered."""
    found: dict[str, list[Adoption]] = defaultdict(list)
    for town in catalogue.municipalities:
        for adoption in town.services.values():
            found[adoption.service].append(adoption)
    return found


def _service_entry(catalogue: Catalogue, key: str, adopted: Iterable[Adoption]) -> Entry:
    """In both languages: who reads German may know the English word, and the other way round.

    Of each version that a town offers, and of no other.
    """
    adopted = list(adopted)
    offered = {one.version: catalogue.definition(key, one.version) for one in adopted}
    definitions = [offered[version] for version in sorted(offered, reverse=True)]
    titles = {
        *(title for one in adopted for title in one.texts.get("title", {}).values()),
        *(title for one in definitions for title in one.title.values()),
    }
    fields = [
        *((title, TITLE) for title in sorted(titles)),
        *((synonym, SYNONYM) for one in definitions for synonym in one.synonyms),
        *((synonym, SYNONYM) for synonym in more_synonyms().get(key, ())),
        *((office, OFFICE) for office in sorted({one.office for one in adopted})),
        *((title, CATEGORY) for one in definitions for title in one.category_title.values()),
        *((text, DESCRIPTION) for one in definitions for text in one.description.values()),
    ]
    return entry(key, dict.fromkeys(fields), FORGIVING_FROM)
