"""Why a day did not count, for whoever reads English: the log has the words in German."""

from collections.abc import Iterable, Mapping

from fastapi import Request

from api.languages import preferred_by
from api.views import DeadlineStepView
from domain.languages import ENGLISH

# What a town calls a closing day of its own, and is not here, stays as it calls it.
IN_ENGLISH: Mapping[str, str] = {
    "Tag des Eingangs": "day of receipt",
    "überfällig, daher rückwärts gezählt": "overdue, so counted backwards",
    "Samstag": "Saturday",
    "Sonntag": "Sunday",
    "Neujahr": "New Year's Day",
    "Rosenmontag": "Carnival Monday",
    "Karfreitag": "Good Friday",
    "Ostermontag": "Easter Monday",
    "Erster Mai": "Labour Day",
    "Christi Himmelfahrt": "Ascension Day",
    "Pfingstmontag": "Whit Monday",
    "Fronleichnam": "Corpus Christi",
    "Tag der Deutschen Einheit": "Day of German Unity",
    "Reformationstag": "Reformation Day",
    "Allerheiligen": "All Saints' Day",
    "Heiligabend": "Christmas Eve",
    "Erster Weihnachtstag": "Christmas Day",
    "Zweiter Weihnachtstag": "Boxing Day",
    "Silvester": "New Year's Eve",
}


def derivation_for(request: Request, steps: Iterable[DeadlineStepView]) -> list[DeadlineStepView]:
    """Return the steps in English where that is what the reader prefers."""
    if preferred_by(request) != ENGLISH:
        return list(steps)
    return [
        DeadlineStepView(
            day=step.day, number=step.number, why_not=IN_ENGLISH.get(step.why_not, step.why_not)
        )
        for step in steps
    ]
