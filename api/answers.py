"""Answers are checked against the form of the definition that is in force for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.facts import FACTS
from adapters.catalogue.form import check
from adapters.catalogue.wording import bound, no_such_place, not_an_answer
from api.refusals import FieldProblem, FormHasProblems
from domain.application.answers import answers_of
from domain.application.events import ApplicationEvent, ApplicationSubmitted, Channel
from domain.errors import NotResponsible, PlaceUnknown
from domain.languages import GERMAN, spoken
from domain.processes.responsibility import answered_place, require_responsible
from domain.service.assessment import as_filed, bound_answers
from domain.service.definition import ServiceDefinition, age_on


def fact_problems(answers: Mapping[str, Any], place: str, language: str) -> Iterator[FieldProblem]:
    """The service itself says how old somebody is and which variant they chose."""
    for name in FACTS:
        if name in answers:
            yield FieldProblem(f"{place}/{name}", not_an_answer(name, language))


def unsound_answers(
    definition: ServiceDefinition,
    facts: Mapping[str, Any],
    *,
    today: date,
    language: str,
    place: str,
) -> list[FieldProblem]:
    """With pointers below `place` of the request's body; of what is no answer nothing is said."""
    return [
        FieldProblem(f"{place}{found.pointer}", found.message)
        for found in check(definition, facts, today=today, language=language)
        if found.pointer.removeprefix("/") not in FACTS
    ]


def require_sound_changes(
    catalogue: Catalogue,
    history: Sequence[ApplicationEvent],
    changes: Mapping[str, Any],
    today: date,
) -> None:
    """Check what a correction changes by the form that was pinned at submission.

    What fee and proofs were found by was pinned as well: no correction gets round them.
    """
    submitted = next((e for e in history if isinstance(e, ApplicationSubmitted)), None)
    if submitted is None or submitted.applicant is None or not changes:
        return
    before = {
        **answers_of(history),
        "variant": submitted.variant,
        "age": age_on(submitted.legal_day, submitted.applicant.birth_date),
    }
    after = {**before, **changes}
    definition = catalogue.definition(submitted.service, submitted.rules.version)
    language = spoken(submitted.applicant.language)
    told = fact_problems(changes, "/changes", language)
    unsound = unsound_answers(definition, after, today=today, language=language, place="/changes")
    if problems := [*told, *unsound]:
        raise FormHasProblems(problems)
    if names := bound_answers(as_filed(definition, submitted.rules), before, after):
        advice = bound(language)
        raise FormHasProblems([FieldProblem(f"/changes/{name}", advice) for name in sorted(names)])
    if answered_place(definition, after) != answered_place(definition, before):
        require_right_place(catalogue, definition, submitted, after, today)


def require_right_place(
    catalogue: Catalogue,
    definition: ServiceDefinition,
    submitted: ApplicationSubmitted,
    answers: Mapping[str, Any],
    today: date,
) -> None:
    """Raise NotResponsible, as at submission: what a clerk took in is forwarded instead."""
    if submitted.channel is not Channel.ONLINE or submitted.applicant is None:
        return
    here, language = submitted.municipality, spoken(submitted.applicant.language)
    field = f"/changes{definition.responsible.field}"
    try:
        require_responsible(definition, here, answers, catalogue.by_ags, language, today)
    except PlaceUnknown:
        raise FormHasProblems([FieldProblem(field, no_such_place(language))]) from None
    except NotResponsible as refused:
        refused.field = field
        raise


def language_of(history: Iterable[ApplicationEvent]) -> str:
    """That in which the applicant is answered, as long as they are known."""
    submitted = next((e for e in history if isinstance(e, ApplicationSubmitted)), None)
    known = submitted.applicant if submitted else None
    return spoken(known.language) if known else GERMAN
