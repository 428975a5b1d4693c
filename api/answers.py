"""Answers are checked against the form of the definition that is in force for them."""

from collections.abc import Mapping
from typing import Any

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.form import check
from api.refusals import FieldProblem, FormHasProblems
from domain.application.events import ApplicationEvent, ApplicationSubmitted, CorrectionAnswered
from domain.service.definition import ServiceDefinition, age_on


def require_sound_answers(
    definition: ServiceDefinition, facts: Mapping[str, Any], language: str, place: str
) -> None:
    """Raise FormHasProblems with pointers below `place` of the request's body."""
    problems = check(definition, facts, language=language)
    if problems:
        raise FormHasProblems([FieldProblem(f"{place}{p.pointer}", p.message) for p in problems])


def require_sound_changes(
    catalogue: Catalogue, history: list[ApplicationEvent], changes: Mapping[str, Any]
) -> None:
    """Check what a correction changes by the form that was pinned at submission."""
    submitted = next((e for e in history if isinstance(e, ApplicationSubmitted)), None)
    if submitted is None or not changes:
        return
    answers = dict(submitted.answers)
    for event in history:
        if isinstance(event, CorrectionAnswered):
            answers |= event.changes
    facts = {
        **answers,
        **changes,
        "variant": submitted.variant,
        "age": age_on(submitted.legal_day, submitted.applicant.birth_date),
    }
    definition = catalogue.definition(submitted.service, submitted.rules.version)
    require_sound_answers(definition, facts, submitted.applicant.language, "/changes")
