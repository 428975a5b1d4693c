"""Whether a service can be had online in a town today, and why not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.catalogue.loading import load
from domain.municipality.adoption import AdoptionState
from domain.municipality.municipality import PaymentAccount, Phase
from domain.municipality.taking_on import NOT_IN_FILE_ONCE, NOT_ONLINE_NOW
from domain.processes.availability import Availability, availability, can_cost

TODAY = date(2021, 9, 15)
CATALOGUE = load()
TOWN = CATALOGUE.municipality("05513000")
CARD, RECORD = CATALOGUE.definition("library-card", 1), "criminal-record-certificate"
ADOPTION = TOWN.adoption("library-card")
PERMIT = "resident-parking-permit"
FREE = replace(ADOPTION, fees={"minor": 0, "reduced": 0, "adult": 0})


def test_what_is_open_is_live_since_its_day() -> None:
    open_ = replace(ADOPTION, live_since=TODAY)
    found = availability(CARD, open_, TOWN, TODAY)
    assert (found.state, found.since, found.usable) == (Availability.LIVE, TODAY, True)


def test_before_its_day_it_is_announced() -> None:
    tomorrow = TODAY + timedelta(days=1)
    found = availability(CARD, replace(ADOPTION, live_since=tomorrow), TOWN, TODAY)
    assert (found.state, found.since, found.usable) == (Availability.FROM_A_DAY, tomorrow, False)


def test_a_pilot_is_one_by_service_or_by_town() -> None:
    by_service = availability(CARD, replace(ADOPTION, pilot=True), TOWN, TODAY)
    by_town = availability(CARD, ADOPTION, replace(TOWN, phase=Phase.PILOT), TODAY)
    assert by_service.state is by_town.state is Availability.PILOT
    assert by_service.usable


def test_a_fee_needs_a_payment_platform() -> None:
    poor = replace(TOWN, payment=None)
    assert availability(CARD, ADOPTION, poor, TODAY).state is Availability.NEEDS_PAYMENT_PLATFORM
    assert availability(CARD, FREE, poor, TODAY).state is Availability.LIVE


def test_a_payment_platform_has_its_days() -> None:
    account = PaymentAccount(originator="o", endpoint="e", valid_from=TODAY)
    town = replace(TOWN, payment=account)
    assert availability(CARD, ADOPTION, town, TODAY).state is Availability.LIVE
    before = availability(CARD, ADOPTION, town, TODAY - timedelta(days=1))
    assert before.state is Availability.NEEDS_PAYMENT_PLATFORM


def test_what_is_paid_first_waits_until_the_town_takes_payments() -> None:
    town = replace(TOWN, e_payment_since=TODAY)
    assert availability(CARD, ADOPTION, town, TODAY).usable
    before = availability(CARD, ADOPTION, town, TODAY - timedelta(days=1))
    assert before.state is Availability.NEEDS_PAYMENT_PLATFORM


def test_what_is_paid_after_the_approval_is_paid_at_the_counter_until_then() -> None:
    permit, adoption = CATALOGUE.definition(PERMIT, 1), TOWN.adoption(PERMIT)
    town = replace(TOWN, e_payment_since=TODAY)
    assert availability(permit, adoption, town, TODAY - timedelta(days=1)).usable
    poor = replace(town, payment=None)
    assert availability(permit, adoption, poor, TODAY).state is Availability.NEEDS_PAYMENT_PLATFORM


@pytest.mark.parametrize(
    ("ags", "service", "last_day_without", "before"),
    [
        ("05562014", "birth-certificate", date(2020, 11, 20), Availability.NEEDS_PAYMENT_PLATFORM),
        ("05562014", "library-card", date(2020, 11, 20), Availability.NEEDS_PAYMENT_PLATFORM),
        ("05562032", "birth-certificate", date(2021, 9, 14), Availability.NEEDS_PAYMENT_PLATFORM),
        ("05513000", "birth-certificate", date(2021, 6, 15), Availability.NEEDS_PAYMENT_PLATFORM),
        ("05513000", "library-card", date(2021, 6, 15), Availability.FROM_A_DAY),
    ],
)
def test_the_towns_of_the_region_take_payments_from_their_day_on(
    ags: str, service: str, last_day_without: date, before: Availability
) -> None:
    offer = CATALOGUE.offer(ags, service)
    asked = offer.definition, offer.adoption, offer.town
    assert availability(*asked, last_day_without).state is before
    assert availability(*asked, TODAY).usable


@pytest.mark.parametrize(
    ("ags", "service"),
    [
        ("05562014", "dog-tax-registration"),
        ("05562032", "resident-parking-permit"),
        ("05958032", "marriage-certificate"),
    ],
)
def test_what_needs_no_payment_online_was_there_before(ags: str, service: str) -> None:
    offer = CATALOGUE.offer(ags, service)
    early = date(2020, 11, 20)
    assert availability(offer.definition, offer.adoption, offer.town, early).usable


def test_a_fee_can_be_due_where_any_line_of_the_tariff_has_one() -> None:
    assert can_cost(CARD, ADOPTION)
    assert not can_cost(CARD, FREE)
    assert can_cost(CARD, replace(ADOPTION, fees={"adult": 0}))


def test_what_is_not_online_says_why() -> None:
    definition = CATALOGUE.definition("identity-card", 1)
    found = availability(definition, TOWN.adoption("identity-card"), TOWN, TODAY)
    assert (found.state, found.usable) == (Availability.NOT_ONLINE, False)
    assert "Lichtbild" in found.reason["de"]


def test_what_is_another_body_s_is_external() -> None:
    found = availability(CATALOGUE.definition(RECORD, 1), TOWN.adoption(RECORD), TOWN, TODAY)
    assert found.state is Availability.EXTERNAL


def test_what_is_suspended_says_why() -> None:
    suspended = replace(ADOPTION, state=AdoptionState.SUSPENDED, suspended_because="Umzug")
    found = availability(CARD, suspended, TOWN, TODAY)
    assert (found.state, found.reason["de"]) == (Availability.SUSPENDED, "Umzug")


def test_what_was_adopted_only_is_not_live_yet() -> None:
    adopted = replace(ADOPTION, state=AdoptionState.ADOPTED)
    assert availability(CARD, adopted, TOWN, TODAY).state is Availability.NOT_LIVE_YET


def test_a_town_that_was_closed_offers_nothing_from_that_day_on() -> None:
    closed = replace(TOWN, closed_on=TODAY)
    assert availability(CARD, ADOPTION, closed, TODAY).state is Availability.CLOSED
    assert availability(CARD, ADOPTION, closed, TODAY - timedelta(days=1)).usable


def test_what_its_file_left_out_is_told_in_both_languages_and_without_the_file() -> None:
    out = replace(ADOPTION, state=AdoptionState.SUSPENDED, suspended_because=NOT_IN_FILE_ONCE)
    for adoption in (out, replace(out, suspended_by_file=True)):
        found = availability(CARD, adoption, TOWN, TODAY)
        assert (found.state, found.reason) == (Availability.SUSPENDED, NOT_ONLINE_NOW)
    assert "Datei" not in NOT_ONLINE_NOW["de"]
    assert "file" not in NOT_ONLINE_NOW["en"]
    by_hand = replace(out, suspended_because="Umbau")
    assert availability(CARD, by_hand, TOWN, TODAY).reason == {"de": "Umbau", "en": "Umbau"}
