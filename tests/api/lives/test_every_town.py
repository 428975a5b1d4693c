"""Every service of every town, as its file stands: what is offered can be applied for."""

from typing import Any

import pytest

from adapters.catalogue.loading import load
from adapters.ids import new_id
from domain.municipality.adoption import AdoptionState
from domain.service.definition import ServiceDefinition
from tests.api.library_card import ANSWERS as LIBRARY_CARD
from tests.api.library_card import Counter, done
from tests.api.lives import (
    test_certificates,
    test_childcare_fee,
    test_dog_tax,
    test_resident_parking,
    test_social_ticket,
    test_water_meter,
)
from tests.api.lives.applying import application
from tests.api.problems import require_problem

ANSWERS: dict[str, dict[str, Any]] = {
    **test_certificates.ANSWERS,
    "library-card": LIBRARY_CARD,
    "dog-tax-registration": test_dog_tax.DOG,
    "dog-tax-deregistration": test_dog_tax.GONE,
    "resident-parking-permit": test_resident_parking.CAR,
    "social-ticket": test_social_ticket.BENEFIT,
    "garden-water-meter": test_water_meter.READING,
    "childcare-fee-review": {**test_childcare_fee.INCOME, "highest_fee": True},
}
CATALOGUE = load()
ADOPTED = [(town.ags, one) for town in CATALOGUE.municipalities for one in town.services.values()]
OFFERS = [(ags, one.service) for ags, one in ADOPTED if one.state is AdoptionState.LIVE]
NOT_YET = [(ags, one.service) for ags, one in ADOPTED if one.state is AdoptionState.ADOPTED]


def asked_for(ags: str, service: ServiceDefinition, branches: tuple[str, ...]) -> dict[str, Any]:
    """In the first variant and in each way of receiving the result that there is first."""
    way = service.fulfilments[0] if service.fulfilments else "mail"
    answers = dict(ANSWERS.get(service.key, {}))
    if service.responsible.field:
        answers[service.responsible.field.removeprefix("/")] = ags
    body = application(
        service.key,
        answers,
        variant=service.variants[0] if service.variants else "new",
        fulfilment={"mode": way} | ({"branch": branches[0]} if way == "pickup" else {}),
    )
    return {**body, "municipality": ags}


@pytest.mark.parametrize(("ags", "key"), OFFERS)
def test_what_a_town_offers_can_be_applied_for(counter: Counter, ags: str, key: str) -> None:
    offer = CATALOGUE.offer(ags, key)
    service, citizen = offer.definition, counter.visitors.citizen()
    answer = citizen.post("/applications", asked_for(ags, service, offer.branches))
    if service.external:
        require_problem(answer, 409, "service-is-external")
        path = f"/municipalities/{ags}/services/{key}/referrals"
        assert done(citizen.post(path, {}, key=str(new_id())))["link"] == service.external.link
    elif service.not_online:
        require_problem(answer, 409, "not-available-online")
    else:
        assert done(answer)["status"] in ("submitted", "received", "acknowledged")


@pytest.mark.parametrize(("ags", "key"), NOT_YET)
def test_what_is_not_live_yet_is_refused_by_name(counter: Counter, ags: str, key: str) -> None:
    service = CATALOGUE.definition(key, 1)
    branches = CATALOGUE.municipality(ags).branch_keys or ("none",)
    answer = counter.visitors.citizen().post("/applications", asked_for(ags, service, branches))
    assert answer.json()["type"] == "urn:amtsweg:problem:service-is-not-live-yet"


def test_every_service_of_the_catalogue_is_offered_somewhere() -> None:
    assert {key for _, key in OFFERS} == {each.key for each in CATALOGUE.definitions}
