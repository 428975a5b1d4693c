"""Is a submission sound? All that is wrong with it is told at once."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from adapters.catalogue.offer import Offer
from adapters.catalogue.wording import choose, too_young, wrong_birth_date
from api.answers import fact_problems, unsound_answers
from api.bodies import SubmissionBody
from api.refusals import FieldProblem, FormHasProblems
from domain.application import events as e
from domain.rules import Fulfilment
from domain.service.definition import ServiceDefinition, age_on
from domain.working_days import legal_day

OLDEST_YEARS = 130


def chosen_variant(definition: ServiceDefinition, said: str | None) -> str | None:
    """Return what is applied for: what is said, or the only one that there is."""
    return said or (definition.variants[0] if len(definition.variants) == 1 else None)


def sound_facts(offer: Offer, body: SubmissionBody, submitted_at: datetime) -> dict[str, Any]:
    """Return what fee and proofs are found by. Raise FormHasProblems."""
    today, applicant = legal_day(submitted_at), body.applicant
    online = body.channel is e.Channel.ONLINE
    offer.definition.require_applicable(applicant.spoken, online=online)
    age = age_on(today, applicant.birth_date)
    facts = {**body.answers, "variant": chosen_variant(offer.definition, body.variant), "age": age}
    if problems := list(_problems(offer, body, facts, today)):
        raise FormHasProblems([*problems, *_unsound_choice(offer, body)])
    return facts


def _problems(
    offer: Offer, body: SubmissionBody, facts: dict[str, Any], today: date
) -> Iterator[FieldProblem]:
    definition, language = offer.definition, body.applicant.spoken
    born, least = body.applicant.birth_date, definition.minimum_age or 0
    if facts["variant"] not in definition.variants:
        yield FieldProblem("/variant", choose(definition.variants, language))
    yield from fact_problems(body.answers, "/answers", language)
    if born > today or facts["age"] > OLDEST_YEARS:
        yield FieldProblem("/applicant/birth_date", wrong_birth_date(language))
        return  # what the form asks for may depend on the age
    if facts["age"] < least:
        yield FieldProblem("/applicant/birth_date", too_young(least, language))
    yield from unsound_answers(definition, facts, today=today, language=language, place="/answers")


def _unsound_choice(offer: Offer, body: SubmissionBody) -> Iterator[FieldProblem]:
    """Alone it is refused by the rules, under a name of its own."""
    chosen, language = body.fulfilment, body.applicant.spoken
    if chosen.mode not in offer.definition.fulfilments:
        offered = choose(offer.definition.fulfilments, language)
        yield FieldProblem("/fulfilment/mode", offered)
    elif chosen.mode is Fulfilment.PICKUP and chosen.branch not in offer.branches:
        yield FieldProblem("/fulfilment/branch", choose(offer.branches, language))
