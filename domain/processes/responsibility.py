"""Who is responsible for a service at a place: its town, its Kreis, the Land or the Bund."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.errors import NotResponsible, PlaceUnknown
from domain.municipality.ags import KREIS_DIGITS, names_kreis
from domain.municipality.kreise import KREISE, KREISFREI, may_be_town
from domain.municipality.municipality import Municipality
from domain.municipality.taking_on import taken_on
from domain.processes.succession import in_charge
from domain.service.definition import DecidedBy, Level, ServiceDefinition, Text, said

Towns = Mapping[str, Municipality]  # by their key

LAND: Text = {"de": "Land Nordrhein-Westfalen", "en": "State of North Rhine-Westphalia"}
BUND: Text = {"de": "Bund", "en": "Federal Government"}
LEVELS: Mapping[Level, Text] = {
    Level.TOWN: {"de": "die Stadt oder Gemeinde", "en": "the town"},
    Level.KREIS: {
        "de": "der Kreis (oder die kreisfreie Stadt)",
        "en": "the Kreis (or the town, if it belongs to none)",
    },
    Level.LAND: {"de": "das Land", "en": "the state"},
    Level.BUND: {"de": "der Bund", "en": "the federal government"},
}
PLACES: Mapping[DecidedBy, Text] = {
    DecidedBy.RESIDENCE: {"de": "des Wohnorts", "en": "of the place of residence"},
    DecidedBy.EVENT_PLACE: {
        "de": "des Ortes, an dem es geschehen ist",
        "en": "of the place where it happened",
    },
    DecidedBy.PROPERTY: {"de": "des Ortes, an dem das Grundstück liegt", "en": "of the property"},
    DecidedBy.INSTITUTION: {"de": "des Ortes der Einrichtung", "en": "of the institution"},
    DecidedBy.NATIONWIDE: {"de": "für ganz Deutschland", "en": "for all of Germany"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibleBody:
    """`ags`: the key of a town or a Kreis, None where the place does not tell which one, or where
    nobody here knows whether there is a town with its key.

    `takes_part`: whether it is known here and has not ended; `offers`: whether it offers this
    service.
    """

    level: Level
    name: Text
    ags: str | None = None
    link: str | None = None
    takes_part: bool = False
    offers: bool = False


def responsible_body(
    definition: ServiceDefinition, ags: str, towns: Towns, today: date
) -> ResponsibleBody:
    """`ags`: the place that decides. Raise PlaceUnknown where there is no such place."""
    require_place(ags)
    level = definition.responsible.level
    if level in (Level.LAND, Level.BUND):
        return _elsewhere(definition, level)
    key = responsible_key(definition, ags, towns, today)
    if key is None:
        return ResponsibleBody(level=level, name=why(definition))
    if not is_known(key, towns):
        return ResponsibleBody(level=Level.TOWN, name=place_name(key, towns))
    town = towns.get(key)
    takes_part = town is not None and not town.ended_on(today)
    return ResponsibleBody(
        level=Level.KREIS if names_kreis(key) else Level.TOWN,
        name=place_name(key, towns),
        ags=key,
        link=_link(town, definition.key) if town else None,
        takes_part=takes_part,
        offers=takes_part and town is not None and definition.key in town.services,
    )


def _link(town: Municipality, service: str) -> str | None:
    """Where people apply for it at that town, or its portal; nothing where none is known."""
    own = town.services.get(service)
    return (own.link if own else None) or town.portal_url


def responsible_key(
    definition: ServiceDefinition, ags: str, towns: Towns, today: date
) -> str | None:
    """Return the key of the town or Kreis; None where a Kreis cannot tell which of its towns.

    A town that offers a service of its Kreis carries it out itself (§ 4 GO NRW), from its first day
    on. Who took over a town or a Kreis is responsible in its place.
    """
    ags = in_charge(ags, towns, today)
    if definition.responsible.level is Level.TOWN:
        return None if names_kreis(ags) else ags
    if names_kreis(ags) or ags[:KREIS_DIGITS] in KREISFREI:
        return ags
    town = towns.get(ags)
    own = town.services.get(definition.key) if town else None
    if own and taken_on(own, today):
        return ags
    return in_charge(ags[:KREIS_DIGITS], towns, today)


def require_responsible(
    definition: ServiceDefinition,
    asked: str,
    answers: Mapping[str, Any],
    towns: Towns,
    language: str,
    today: date,
) -> None:
    """Raise NotResponsible, naming who is, unless the municipality asked is responsible.

    What the answers say about the place counts; without that, the municipality asked does.
    """
    if definition.responsible.level in (Level.LAND, Level.BUND):
        return
    place = answered_place(definition, answers)
    body = responsible_body(definition, place or asked, towns, today)
    if body.ags != asked:
        field = f"/answers{definition.responsible.field}" if place else "/municipality"
        raise NotResponsible(told(body, language), body, field, language)


def answered_place(definition: ServiceDefinition, answers: Mapping[str, Any]) -> str | None:
    """Return the key that the decisive answer holds."""
    node: Any = answers
    for step in (definition.responsible.field or "").split("/")[1:]:
        node = node.get(step) if isinstance(node, Mapping) else None
    return node if isinstance(node, str) and node else None


def require_place(ags: str) -> None:
    if not (may_be_town(ags) or ags in KREISE):
        raise PlaceUnknown


def why(definition: ServiceDefinition) -> Text:
    level, place = LEVELS[definition.responsible.level], PLACES[definition.responsible.by]
    return {language: f"{level[language]} {place[language]}" for language in ("de", "en")}


def is_known(ags: str, towns: Towns) -> bool:
    """Of a town in a Kreis that does not take part, we have no list: its key may be nobody's."""
    return ags in towns or ags in KREISE or ags[:KREIS_DIGITS] in KREISFREI


def place_name(ags: str, towns: Towns) -> Text:
    """The name of a place there may be, also of one that does not take part."""
    around = ags[:KREIS_DIGITS]
    if ags in towns:
        name = towns[ags].name
        return _same(_kreis(name) if names_kreis(ags) else name)
    if names_kreis(ags):
        return _same(_kreis(KREISE.get(ags, ags)))
    if around in KREISFREI:
        return _same(KREISFREI[around])
    kreis = _kreis(KREISE.get(around, around))
    return {
        "de": f"Gemeinde mit dem Schlüssel {ags}, {kreis} (hier nicht bekannt; bitte prüfen)",
        "en": f"Municipality with the key {ags}, {kreis} (not known here; please check it)",
    }


def _kreis(name: str) -> str:
    speaks_for_itself = "kreis" in name.lower() or "region" in name.lower()
    return name if speaks_for_itself else f"Kreis {name}"


def _same(name: str) -> Text:
    return {"de": name, "en": name}


def _elsewhere(definition: ServiceDefinition, level: Level) -> ResponsibleBody:
    external = definition.external
    name = external.body if external else (BUND if level is Level.BUND else LAND)
    return ResponsibleBody(level=level, name=name, link=external.link if external else None)


def told(body: ResponsibleBody, language: str) -> str:
    name = said(body.name, language)
    return f"{name}, {body.link}" if body.link else name
