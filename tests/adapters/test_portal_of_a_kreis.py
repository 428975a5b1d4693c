"""A town's listing shows what its Kreis offers, until the town takes it on itself."""

from dataclasses import replace
from datetime import date

import pytest

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.loading import load
from adapters.portal.showing import Eye
from domain.municipality.adoption import AdoptionState
from domain.service.definition import DecidedBy, Level, Responsible

TODAY = date(2026, 11, 26)
GLADBECK, KREIS, CARD = "05562014", "05562", "library-card"
OF_KREISE = Responsible(level=Level.KREIS, by=DecidedBy.RESIDENCE)


def catalogue(state: AdoptionState) -> Catalogue:
    """In which the library card is a service of the Kreis, and of Gladbeck as `state` says."""
    whole = load()
    town, kreis = whole.municipality(GLADBECK), whole.municipality(KREIS)
    own = replace(town.adoption(CARD), state=state)
    return Catalogue(
        by_ags={
            GLADBECK: replace(town, services={CARD: own}),
            KREIS: replace(kreis, services={CARD: replace(own, state=AdoptionState.LIVE)}),
        },
        by_version={(CARD, 1): replace(whole.definition(CARD, 1), responsible=OF_KREISE)},
    )


@pytest.mark.parametrize(
    ("state", "offering"),
    [
        (AdoptionState.ADOPTED, {GLADBECK, KREIS}),
        (AdoptionState.SUSPENDED, {GLADBECK}),
        (AdoptionState.LIVE, {GLADBECK}),
    ],
)
def test_the_kreis_offers_it_while_the_town_prepares_it(
    state: AdoptionState, offering: set[str]
) -> None:
    known = catalogue(state)
    eye = Eye(known, TODAY, "de", "https://amt.example")
    categories = eye.town(known.municipality(GLADBECK)).categories
    assert {one.offered_by.ags for inside in categories for one in inside.services} == offering
