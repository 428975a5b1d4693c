"""Why a day did not count, for whoever reads English: the log has the words in German."""

from collections.abc import Iterable

from fastapi import Request

from adapters.days_in_english import in_english
from api.languages import preferred_by
from api.views import DeadlineStepView
from domain.languages import ENGLISH


def derivation_for(request: Request, steps: Iterable[DeadlineStepView]) -> list[DeadlineStepView]:
    """Return the steps in English where that is what the reader prefers."""
    if preferred_by(request) != ENGLISH:
        return list(steps)
    return [
        DeadlineStepView(day=step.day, number=step.number, why_not=in_english(step.why_not))
        for step in steps
    ]
