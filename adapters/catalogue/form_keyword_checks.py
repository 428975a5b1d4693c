"""Are the form's own keywords known, and do they make sense where they stand?"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from adapters.catalogue.days import day_of, is_day
from adapters.catalogue.finding import Finding
from adapters.catalogue.form_keywords import KEYWORDS
from adapters.catalogue.form_walking import LABELS, schemas
from adapters.catalogue.toml_lines import Where
from adapters.catalogue.two_languages import is_text

DAYS, AGES = ("not_before", "not_after"), ("at_least", "at_most")
ANY_MONTH = [date(2024, month, 1) for month in range(1, 13)]


def keyword_findings(form: Any, where: Where) -> Iterator[Finding]:
    for place, node in schemas(form, where):
        for name, value in node.items():
            yield from (((*place, name), what) for what in _complaints(name, value, node))


def _complaints(name: str, value: Any, node: Mapping[str, Any]) -> Iterator[str]:
    if name in CHECKS:
        yield from CHECKS[name](value, node)
    elif name.startswith("x-") and name not in LABELS | KEYWORDS.keys():
        known = ", ".join(sorted(LABELS | KEYWORDS.keys()))
        yield f"is no keyword of a form; use one of {known}"


def _date_complaints(rule: Any, node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("format") != "date":
        yield 'needs format = "date" beside it; add it'
    yield from _bounds_complaints(rule, DAYS, is_day, "a day, today, or e.g. today-10y")


def _year_complaints(rule: Any, node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("type") != "integer":
        yield 'needs type = "integer" beside it; add it'
    yield from _bounds_complaints(rule, DAYS, is_day, "a day, today, or e.g. today+20y")


def _age_complaints(rule: Any, node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("format") != "date":
        yield 'needs format = "date" beside it; add it'
    if isinstance(rule, Mapping) and not is_day(rule.get("on", "today")):
        yield "should give a day, today, or e.g. today-10y as `on`; correct it"
    bounds = {k: v for k, v in rule.items() if k != "on"} if isinstance(rule, Mapping) else rule
    yield from _bounds_complaints(bounds, AGES, lambda years: type(years) is int, "a whole number")


def _bounds_complaints(
    rule: Any, bounds: tuple[str, str], fits: Callable[[Any], bool], what: str
) -> Iterator[str]:
    given = set(rule) & set(bounds) if isinstance(rule, Mapping) else set()
    if not given or set(rule) - given - {"hint"}:
        yield f"should give {' or '.join(sorted(bounds))}, and a hint if you like; correct it"
        return
    if not all(fits(rule[name]) for name in given):
        yield f"should give {what}; correct it"
    elif len(given) == len(bounds) and _backwards(*(rule[name] for name in bounds)):
        lower, upper = bounds
        yield f"leaves nothing: {lower} {rule[lower]} is after {upper} {rule[upper]}; correct one"
    if "hint" in rule and not is_text(rule["hint"]):
        yield "should give the hint in de and en; write both"


def _backwards(lower: Any, upper: Any) -> bool:
    """On every day. A day beside one that moves with today is in order sooner or later."""
    if type(lower) is int:
        return bool(lower > upper)
    if ("today" in lower) != ("today" in upper):
        return False
    return all(day_of(lower, day) > day_of(upper, day) for day in ANY_MONTH)


CHECKS: Mapping[str, Callable[[Any, Mapping[str, Any]], Iterator[str]]] = {
    "x-date": _date_complaints,
    "x-age": _age_complaints,
    "x-year": _year_complaints,
}
