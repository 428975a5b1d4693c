"""The first command of an application: the form filled in, checked and its rules assessed."""

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.form import check
from adapters.catalogue.offer import Offer
from domain.application.commands import SubmitApplication
from domain.application.events import Channel
from domain.rules import Fulfilment, TrustLevel
from domain.service.definition import age_on
from domain.working_days import legal_day
from workers.scenario.life import Life
from workers.scenario.people import applicant, filled_in
from workers.scenario.table import Scenario

PORTAL = "scenario"


class AnswersDoNotFit(Exception):
    """These answers of the scenario do not fit the form of the service; mend them:"""

    def __str__(self) -> str:
        return f"{self.__doc__} {'; '.join(map(str, self.args))}."


def submission(scenario: Scenario, offer: Offer, life: Life, number: int) -> SubmitApplication:
    """Raise AnswersDoNotFit. `number`: of a card, where one is issued."""
    visit, definition, day = life.visit, offer.definition, legal_day(life.now)
    who = applicant(life.chance, day)
    town = offer.town.ags, offer.town.name
    answers = filled_in(scenario.answers[definition.key], life.chance, day, town)
    variant = next(iter(definition.variants))
    facts = {**answers, "variant": variant, "age": age_on(day, who.birth_date)}
    if wrong := check(definition, facts, today=day):
        raise AnswersDoNotFit(definition.key, *(f"{p.pointer}: {p.message}" for p in wrong))
    fulfilment = life.chance.choice(_ways(offer))
    return SubmitApplication(
        municipality=offer.town.ags,
        variant=variant,
        applicant=who,
        answers=answers,
        fulfilment=fulfilment,
        branch=life.chance.choice(offer.branches) if fulfilment is Fulfilment.PICKUP else None,
        rules=offer.rules_for(facts),
        reserved_number=f"{offer.town.ags}-{number:016d}" if definition.issues_number else None,
        account=visit.account,
        trust_level=_trust(visit.channel, definition.trust_level),
        channel=visit.channel,
        pilot=offer.pilot,
        office=offer.adoption.office,
        source_portal=PORTAL,
        submitted_at=life.now,
        now=life.now,
        calendar=life.calendar,
    )


def _ways(offer: Offer) -> list[Fulfilment]:
    """Nothing can be collected where the town has no branch."""
    ways = offer.definition.fulfilments
    return [way for way in ways if way is not Fulfilment.PICKUP or offer.branches]


def _trust(channel: Channel, needed: TrustLevel) -> TrustLevel:
    return max(needed, TrustLevel.NORMAL) if channel is Channel.ONLINE else TrustLevel.BASIC


def playable(scenario: Scenario, catalogue: Catalogue, town: str, service: str) -> bool:
    """Return whether the town offers it, and what to answer is known."""
    offers = town in catalogue.by_ags and service in catalogue.by_ags[town].services
    return offers and service in scenario.answers
