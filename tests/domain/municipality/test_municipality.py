import pytest

from domain.errors import ServiceNotOffered
from domain.municipality.adoption import Adoption
from domain.municipality.municipality import Branch, Municipality

LIBRARY_CARD = Adoption(service="library-card", version=1, office="library", fees={"adult": 2000})
GLADBECK = Municipality(
    ags="05562014",
    name="Gladbeck",
    kreis="05562",
    region="Emscher-Lippe",
    sender="buergerservice@gladbeck.example",
    branches=(
        Branch(key="main", name="Stadtbücherei", address="Friedrich-Ebert-Str. 8"),
        Branch(key="rosenhuegel", name="Rosenhügel", address="Buersche Str. 1"),
    ),
    services={"library-card": LIBRARY_CARD},
)


def test_a_service_that_the_town_has_adopted_is_found() -> None:
    assert GLADBECK.adoption("library-card") is LIBRARY_CARD


def test_a_service_that_the_town_has_not_adopted_is_refused() -> None:
    with pytest.raises(ServiceNotOffered):
        GLADBECK.adoption("dog-tax")


def test_the_branches_are_known_by_their_keys() -> None:
    assert GLADBECK.branch_keys == ("main", "rosenhuegel")
