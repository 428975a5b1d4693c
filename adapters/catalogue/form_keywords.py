"""Keywords that a form may use besides those of JSON Schema, for what one field alone cannot say.

`x-date` bounds a date, by a day or by today, and `x-year` a year; `x-age` bounds the age of a
person by their birth date; `x-compare` compares two fields of an object. What is wrong travels as
JSON in the message of the error: which field, and the hint.
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
from adapters.catalogue.form_keyword_words import too_early, too_late, wrong_age, wrong_year
from domain.service.definition import Text, age_on

NO_DAY = date.min
TODAY: ContextVar[date] = ContextVar("today", default=NO_DAY)
BOUNDS = {"not_before", "not_after"}
Complaint = tuple[str, Text]  # the field inside the object, "" for the value itself; the hint

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
    "other_than": lambda one, other: _plain(one) != _plain(other),
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
            yield "", self.rule.get("hint") or too_early(self.rule["not_before"])
        if "not_after" in self.rule and day > day_of(self.rule["not_after"], today):
            yield "", self.rule.get("hint") or too_late(self.rule["not_after"])


class YearBounds(Keyword):
    """`not_before`, `not_after`: a day as of a date; only its year counts."""

    def complaints(self, value: Any) -> Iterator[Complaint]:
        if not isinstance(value, int | float):
            return  # the type complains
        today = TODAY.get()
        years = {name: day_of(self.rule[name], today).year for name in BOUNDS & self.rule.keys()}
        if not years.get("not_before", value) <= value <= years.get("not_after", value):
            yield "", self.rule.get("hint") or wrong_year(years)


class AgeBounds(Keyword):
    """`at_least`, `at_most`: full years today, or `on` another day."""

    def complaints(self, value: Any) -> Iterator[Complaint]:
        born = _date(value)
        if born is None:
            return
        age = age_on(day_of(self.rule.get("on", "today"), TODAY.get()), born)
        least, most = self.rule.get("at_least", age), self.rule.get("at_most", age)
        if not least <= age <= most:
            yield "", self.rule.get("hint") or wrong_age(self.rule)


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
    "x-year": YearBounds,
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


def _plain(value: Any) -> Any:
    """Two texts are the same whatever their blanks and capitals."""
    return "".join(value.split()).casefold() if isinstance(value, str) else value
