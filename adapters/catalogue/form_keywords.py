"""Keywords that a form may use besides those of JSON Schema, for what one field alone cannot say.

`x-date` bounds a date, by a day or by today; `x-age` bounds the age of a person by their birth
date; `x-compare` compares two fields of an object. What is wrong travels as JSON in the message
of the error: which field, and the hint.
"""

import json
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from adapters.catalogue.days import day_of
from domain.service.definition import Text, age_on

NO_DAY = date.min
TODAY: ContextVar[date] = ContextVar("today", default=NO_DAY)
Complaint = tuple[str, Text]  # the field inside the object, "" for the value itself; the hint

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
}


class Keyword(ABC):
    """What the library makes of each place where a keyword stands."""

    def __init__(self, _schema: Mapping[str, Any], rule: Any, _path: Sequence[str | int]) -> None:
        self.rule = rule

    def validate(self, value: Any) -> None:
        found = [(field, dict(hint)) for field, hint in self.complaints(value)]
        if found:
            raise ValueError(json.dumps(found))

    @abstractmethod
    def complaints(self, value: Any) -> Iterator[Complaint]: ...


class DateBounds(Keyword):
    """`not_before`, `not_after`: a day, `today`, or so far from it: `today-10y`, `today+3m`."""

    def complaints(self, value: Any) -> Iterator[Complaint]:
        day, today = _date(value), TODAY.get()
        if day is None:
            return  # the format complains
        if "not_before" in self.rule and day < day_of(self.rule["not_before"], today):
            yield "", self.rule.get("hint") or _too_early(self.rule["not_before"])
        if "not_after" in self.rule and day > day_of(self.rule["not_after"], today):
            yield "", self.rule.get("hint") or _too_late(self.rule["not_after"])


class AgeBounds(Keyword):
    """`at_least`, `at_most`: full years today, or `on` another day."""

    def complaints(self, value: Any) -> Iterator[Complaint]:
        born = _date(value)
        if born is None:
            return
        age = age_on(day_of(self.rule.get("on", "today"), TODAY.get()), born)
        least, most = self.rule.get("at_least", age), self.rule.get("at_most", age)
        if not least <= age <= most:
            yield "", self.rule.get("hint") or _wrong_age(self.rule)


class Comparisons(Keyword):
    """A list of `{ field, <comparison> = other field, hint }`, where both are there."""

    def complaints(self, value: Any) -> Iterator[Complaint]:
        if not isinstance(value, Mapping):
            return
        for rule in self.rule:
            for name, compare in COMPARISONS.items():
                if name in rule and not _holds(compare, value, rule["field"], rule[name]):
                    yield rule["field"], rule["hint"]


KEYWORDS: Mapping[str, type[Keyword]] = {
    "x-date": DateBounds,
    "x-age": AgeBounds,
    "x-compare": Comparisons,
}


@contextmanager
def on(today: date) -> Iterator[None]:
    """The library calls the keywords back in this very thread."""
    token = TODAY.set(today)
    try:
        yield
    finally:
        TODAY.reset(token)


def complaints_in(message: str) -> list[Complaint]:
    return [(field, hint) for field, hint in json.loads(message)]


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _holds(
    compare: Callable[[Any, Any], bool], value: Mapping[str, Any], field: str, other: str
) -> bool:
    one, two = value.get(field), value.get(other)
    if one is None or two is None:
        return True
    try:
        return compare(one, two)
    except TypeError:
        return True  # one of them is of a wrong type, which is complained about elsewhere


def _too_late(bound: str) -> Text:
    if bound == "today":
        return {
            "de": "Bitte ein Datum angeben, das nicht in der Zukunft liegt.",
            "en": "Give a date that is not in the future.",
        }
    return {"de": "Bitte ein früheres Datum angeben.", "en": "Give an earlier date."}


def _too_early(bound: str) -> Text:
    if bound == "today":
        return {
            "de": "Bitte ein Datum angeben, das nicht in der Vergangenheit liegt.",
            "en": "Give a date that is not in the past.",
        }
    return {"de": "Bitte ein späteres Datum angeben.", "en": "Give a later date."}


def _wrong_age(rule: Mapping[str, Any]) -> Text:
    if "at_least" in rule and "at_most" in rule:
        bounds = {"least": rule["at_least"], "most": rule["at_most"]}
        return {
            "de": "Diese Person muss {least} bis {most} Jahre alt sein.".format(**bounds),
            "en": "This person has to be {least} to {most} years old.".format(**bounds),
        }
    if "at_least" in rule:
        return {
            "de": f"Diese Person muss mindestens {rule['at_least']} Jahre alt sein.",
            "en": f"This person has to be at least {rule['at_least']} years old.",
        }
    return {
        "de": f"Diese Person darf höchstens {rule['at_most']} Jahre alt sein.",
        "en": f"This person may be at most {rule['at_most']} years old.",
    }
