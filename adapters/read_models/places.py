"""What the catalogue knows of places and services, as a report needs it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from adapters.catalogue.catalogue import Catalogue
from adapters.read_models.inhabitants import people
from domain.adoption.period import stretches
from domain.adoption.report import PLACES, By, Question
from domain.municipality.municipality import Municipality

KREIS_DIGITS = 5


def kreis_of(town: Municipality) -> str:
    return town.kreis or town.ags[:KREIS_DIGITS]


def place_of(town: Municipality) -> Mapping[By, str]:
    return {By.MUNICIPALITY: town.ags, By.KREIS: kreis_of(town), By.REGION: town.region}


def known(catalogue: Catalogue, by: By) -> frozenset[str]:
    """Return the keys that may be asked for."""
    if by in PLACES:
        return frozenset(place_of(town)[by] for town in catalogue.municipalities)
    names = catalogue.definitions
    return frozenset(d.key if by is By.SERVICE else d.category for d in names)


def parameters(catalogue: Catalogue, question: Question) -> dict[str, Any]:
    towns = catalogue.municipalities
    categories = {definition.key: definition.category for definition in catalogue.definitions}
    return {
        "ags": [town.ags for town in towns],
        "kreise": [kreis_of(town) for town in towns],
        "regions": [town.region for town in towns],
        "e_payment": [_e_payment_since(town) for town in towns],
        "payable": [town.payment is not None for town in towns],
        "services": list(categories),
        "categories": list(categories.values()),
        "in_kreis": [town.ags for town in towns if kreis_of(town) == question.kreis],
        "in_region": [town.ags for town in towns if town.region == question.region],
        "in_category": [key for key, name in categories.items() if name == question.category],
        "municipality": question.municipality,
        "service": question.service,
        "recorded_until": question.recorded_until,
        **_stretches(question),
    }


def _e_payment_since(town: Municipality) -> date | None:
    """Where it has not said when it began, the first day of its account."""
    return town.e_payment_since or (town.payment.valid_from if town.payment else None)


def _stretches(question: Question) -> dict[str, Any]:
    periods = ((True, question.period), (False, question.period.before))
    found = [
        (now, stretch)
        for now, period in periods
        for stretch in stretches(period, by_month=question.by_month)
    ]
    return {
        "spans": [stretch.span.value for _, stretch in found],
        "firsts": [stretch.first for _, stretch in found],
        "lasts": [stretch.last for _, stretch in found],
        "this_period": [now for now, _ in found],
    }


def population(catalogue: Catalogue, question: Question, key: tuple[str, ...]) -> int | None:
    """Return how many people live where it was counted; None unless it is known of every town."""
    asked = dict(zip(question.by, key, strict=False))
    wanted = {
        by: value
        for by, value in (
            (By.MUNICIPALITY, question.municipality),
            (By.KREIS, question.kreis),
            (By.REGION, question.region),
            *((by, value) for by, value in asked.items() if by in PLACES),
        )
        if value
    }
    found = [t for t in catalogue.municipalities if wanted.items() <= place_of(t).items()]
    return people(found, catalogue.by_ags, question.period.last)
