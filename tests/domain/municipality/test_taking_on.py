"""Which towns keep a version from being retired, and how one that was left out comes back."""

from dataclasses import replace
from datetime import date

import pytest

from adapters.catalogue.errors import ServiceIsSuspended
from adapters.catalogue.loading import load
from adapters.catalogue.offer import require_open
from domain.municipality.adoption import Adoption, AdoptionState
from domain.municipality.municipality import Municipality
from domain.municipality.taking_on import NOT_IN_FILE, adopters

TODAY = date(2024, 1, 1)
TOWN = load().municipality("05513000")
CARD = TOWN.adoption("library-card")
BY_HAND = replace(CARD, state=AdoptionState.SUSPENDED, suspended_because="Umbau")
BY_FILE = replace(BY_HAND, suspended_because=NOT_IN_FILE, suspended_by_file=True)


def with_card(card: Adoption) -> Municipality:
    return replace(TOWN, services={**TOWN.services, "library-card": card})


@pytest.mark.parametrize(
    ("card", "counted"),
    [
        (CARD, True),
        (replace(CARD, state=AdoptionState.ADOPTED), True),
        (BY_HAND, True),
        (BY_FILE, False),
        (replace(CARD, version=2), False),
    ],
)
def test_who_left_a_version_out_keeps_it_from_nothing(card: Adoption, *, counted: bool) -> None:
    found = adopters([with_card(card)], "library-card", 1, TODAY)
    assert found == ((TOWN.ags,) if counted else ())


def test_who_applies_for_what_was_left_out_is_not_told_of_a_file() -> None:
    with pytest.raises(ServiceIsSuspended) as refused:
        require_open(BY_FILE, TODAY)
    assert refused.value.args == ()
    with pytest.raises(ServiceIsSuspended, match="Umbau"):
        require_open(BY_HAND, TODAY)
