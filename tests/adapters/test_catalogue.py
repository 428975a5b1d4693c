"""The built-in catalogue: what it offers, and what it costs in each town."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import UUID

import pytest

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import (
    DefinitionUnknown,
    MunicipalityUnknown,
    ServiceIsNotLiveYet,
    ServiceUnknown,
)
from adapters.catalogue.folding import Folded
from adapters.catalogue.loading import BUILT_IN, load
from domain.municipality.municipality import TownKind
from domain.rules import Fulfilment, Kind, PaymentTiming, RulesInForce, TrustLevel
from domain.service.assessment import assess
from domain.service.state import Service, ServiceVersion, VersionStatus

GELSENKIRCHEN, GLADBECK = "05513000", "05562014"
CARD = "services/library-card.toml"


def rules(ags: str, **facts: object) -> RulesInForce:
    catalogue = load()
    town = catalogue.municipality(ags)
    adoption = town.adoption("library-card")
    return assess(
        catalogue.definition("library-card", adoption.version),
        fees=adoption.fees,
        branches=town.branch_keys,
        facts={"variant": "new", **facts},
    )


EMSCHER_LIPPE = [
    "Bottrop", "Castrop-Rauxel", "Datteln", "Dorsten", "Gelsenkirchen", "Gladbeck",
    "Haltern am See", "Herten", "Kreis Recklinghausen", "Marl", "Oer-Erkenschwick",
    "Recklinghausen", "Waltrop",
]  # fmt: skip


def test_the_thirteen_bodies_of_emscher_lippe_take_part_and_meschede() -> None:
    by_region: dict[str, list[str]] = {}
    for town in load().municipalities:
        by_region.setdefault(town.region, []).append(town.name)
    assert sorted(by_region["emscher-lippe"]) == EMSCHER_LIPPE
    assert by_region["suedwestfalen"] == ["Meschede"]


def test_ten_towns_and_their_kreis_are_told_apart_from_those_without_one() -> None:
    kinds = {town.name: town.kind for town in load().municipalities}
    assert [name for name, kind in kinds.items() if kind is TownKind.KREIS] == [
        "Kreis Recklinghausen"
    ]
    assert {name for name, kind in kinds.items() if kind is TownKind.KREISFREI} == {
        "Bottrop",
        "Gelsenkirchen",
    }


def test_the_dates_of_the_texts_are_known() -> None:
    catalogue = load()
    towns = {town.name: town for town in catalogue.municipalities}
    assert towns["Recklinghausen"].e_payment_since == date(2021, 9, 15)
    assert towns["Haltern am See"].adoption("garden-water-meter").live_since == date(2021, 9, 1)
    assert towns["Datteln"].adoption("birth-certificate").live_since == date(2021, 8, 1)
    pilot = towns["Gladbeck"].adoption("birth-certificate")
    assert (pilot.pilot, pilot.live_since) == (True, date(2020, 11, 19))


def test_what_is_prepared_is_not_offered_yet() -> None:
    with pytest.raises(ServiceIsNotLiveYet):
        load().offer("05512000", "library-card")


def test_the_library_card_is_a_decision_paid_before_hand_over() -> None:
    card = load().definition("library-card", 1)
    assert (card.kind, card.payment_timing) == (Kind.DECISION, PaymentTiming.BEFORE_HANDOVER)
    assert card.fulfilments == (Fulfilment.PICKUP, Fulfilment.ONLINE_ONLY)
    assert (card.trust_level, card.deadline.working_days) == (TrustLevel.BASIC, 2)
    assert (card.variants, card.issues_number, card.leika) == (("new", "renewal"), True, None)


def test_online_only_opens_a_part_of_what_the_card_opens() -> None:
    card = load().definition("library-card", 1)
    assert {"unstaffed-branches", "inter-library-loan", "onleihe"} <= set(card.entitlements)
    assert set(card.online_entitlements) < set(card.entitlements)


def test_a_definition_carries_the_digest_of_its_file() -> None:
    expected = sha256((BUILT_IN / CARD).read_bytes()).hexdigest()
    assert load().definition("library-card", 1).sha256 == expected


def test_the_first_version_of_the_library_card_was_never_edited() -> None:
    published = "5449045e5be3a9d50f78ee04d52c9cea25455fdecbda317f0d7097a0a40552fc"
    assert load().definition("library-card", 1).sha256 == published


def test_no_key_of_a_service_was_invented() -> None:
    known = {
        "dog-tax-registration": "99102013104000",
        "dog-tax-deregistration": "99102013070000",
        "resident-parking-permit": "99108001001000",
        "birth-certificate": "99027002012000",
        "criminal-record-certificate": "99049001001000",
    }
    assert {d.key: d.leika for d in load().definitions if d.leika} == known


def test_every_service_is_described_and_found_in_both_languages() -> None:
    for service in load().definitions:
        if service.key != "library-card":  # its first version had no description yet
            assert set(service.title) == set(service.description) == {"de", "en"}
            assert service.synonyms
        assert set(service.category_title) == {"de", "en"}


def test_gladbeck_lies_in_a_kreis_and_gelsenkirchen_does_not() -> None:
    catalogue = load()
    assert catalogue.municipality(GLADBECK).kreis == "05562"
    assert catalogue.municipality(GELSENKIRCHEN).kreis is None


@pytest.mark.parametrize(
    ("ags", "age", "reduction", "tariff", "cents"),
    [
        (GELSENKIRCHEN, 17, "none", "minor", 0),
        (GELSENKIRCHEN, 17, "pupil", "minor", 0),
        (GELSENKIRCHEN, 18, "pupil", "reduced", 1000),
        (GELSENKIRCHEN, 18, "none", "adult", 2000),
        (GLADBECK, 17, "none", "minor", 0),
        (GLADBECK, 40, "disability", "reduced", 750),
        (GLADBECK, 40, "none", "adult", 1500),
    ],
)
def test_each_town_has_its_tariff(
    ags: str, age: int, reduction: str, tariff: str, cents: int
) -> None:
    fee = rules(ags, age=age, reduction=reduction).fee
    assert (fee.tariff, fee.cents) == (tariff, cents)


def test_a_proof_is_asked_for_only_where_an_adult_claims_a_reduction() -> None:
    claimed = rules(GELSENKIRCHEN, age=18, reduction="student")
    assert claimed.required_proofs == ("reduction-proof",)
    assert rules(GELSENKIRCHEN, age=18, reduction="none").required_proofs == ()
    assert rules(GELSENKIRCHEN, age=17, reduction="student").required_proofs == ()


def test_who_pays_nothing_is_not_sent_to_the_payment_platform() -> None:
    assert rules(GLADBECK, age=9, reduction="none").payment_timing is PaymentTiming.NONE


def test_a_municipality_that_takes_no_part_is_unknown() -> None:
    with pytest.raises(MunicipalityUnknown, match="05111000"):
        load().municipality("05111000")


def test_a_version_that_was_never_published_is_unknown() -> None:
    with pytest.raises(DefinitionUnknown, match="library-card, 2"):
        load().definition("library-card", 2)


def with_versions(*versions: int, retired: tuple[int, ...] = ()) -> Catalogue:
    """Gladbeck adopted the first; nobody has adopted the others."""
    first, catalogue = load().definition("library-card", 1), load()
    more = {("library-card", n): replace(first, version=n) for n in versions}
    gone = frozenset(("library-card", n) for n in retired)
    return replace(catalogue, by_version={**catalogue.by_version, **more}, retired=gone)


def test_at_a_place_holds_what_its_town_adopted_and_elsewhere_the_newest() -> None:
    catalogue = with_versions(2, 3, retired=(3,))
    assert catalogue.at(GLADBECK, "library-card").version == 1
    assert catalogue.at("05913000", "library-card").version == 2
    with pytest.raises(ServiceUnknown):
        catalogue.at("05913000", "dragon-licence")


def test_at_a_place_holds_what_its_kreis_adopted() -> None:
    catalogue = with_versions(2)
    card = catalogue.municipality(GLADBECK).services["library-card"]
    kreis = replace(catalogue.municipality("05562"), services={"library-card": card})
    town = replace(catalogue.municipality(GLADBECK), services={})
    of_the_kreis = replace(catalogue, by_ags={**catalogue.by_ags, "05562": kreis, GLADBECK: town})
    assert of_the_kreis.at(GLADBECK, "library-card").version == 1


def test_what_is_retired_is_never_the_newest() -> None:
    assert with_versions(2).newest("library-card").version == 2
    assert with_versions(2, retired=(2,)).newest("library-card").version == 1
    with pytest.raises(ServiceUnknown):
        with_versions(2, retired=(1, 2)).newest("library-card")


def test_the_log_tells_what_is_retired() -> None:
    first = load().definition("library-card", 1)
    service = Service(
        {
            1: ServiceVersion(first, VersionStatus.RETIRED),
            2: ServiceVersion(replace(first, version=2), VersionStatus.PUBLISHED),
            3: ServiceVersion(replace(first, version=3), VersionStatus.DRAFT),
        }
    )
    catalogue = Folded(services={UUID(int=1): service}).catalogue()
    assert catalogue.retired == {("library-card", 1)}
    assert list(catalogue.by_version) == [("library-card", 1), ("library-card", 2)]
