"""Are the form's own keywords known, and do they make sense where they stand?"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.catalogue.days import is_day
from adapters.catalogue.finding import Finding
from adapters.catalogue.form_keywords import COMPARISONS, KEYWORDS
from adapters.catalogue.toml_lines import Where
from adapters.catalogue.two_languages import is_text

LABELS = {"x-title", "x-hint", "x-options"}
PLAIN_VALUES = {"enum", "const", "default", "examples"}
NAMED_PARTS = {"properties", "$defs", "patternProperties", "dependentSchemas"}
DAYS, AGES = {"not_before", "not_after"}, {"at_least", "at_most"}


def keyword_findings(node: Any, where: Where) -> Iterator[Finding]:
    """`node`: a part of the form that is a schema, or a list of such."""
    if isinstance(node, list):
        for row, part in enumerate(node):
            yield from keyword_findings(part, (*where, row))
    elif isinstance(node, Mapping):
        for name, value in node.items():
            yield from _findings(name, value, node, (*where, name))


def _findings(name: str, value: Any, node: Mapping[str, Any], where: Where) -> Iterator[Finding]:
    if name in NAMED_PARTS and isinstance(value, Mapping):
        for part, schema in value.items():
            yield from keyword_findings(schema, (*where, part))
    elif name in CHECKS:
        yield from ((where, what) for what in CHECKS[name](value, node))
    elif name.startswith("x-") and name not in LABELS:
        known = ", ".join(sorted(LABELS | KEYWORDS.keys()))
        yield where, f"is no keyword of a form; use one of {known}"
    elif name not in LABELS | PLAIN_VALUES:
        yield from keyword_findings(value, where)


def _date_complaints(rule: Any, node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("format") != "date":
        yield 'needs format = "date" beside it; add it'
    yield from _bounds_complaints(rule, DAYS, is_day, "a day, today, or e.g. today-10y")


def _age_complaints(rule: Any, node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("format") != "date":
        yield 'needs format = "date" beside it; add it'
    if isinstance(rule, Mapping) and not is_day(rule.get("on", "today")):
        yield "should give a day, today, or e.g. today-10y as `on`; correct it"
    bounds = {k: v for k, v in rule.items() if k != "on"} if isinstance(rule, Mapping) else rule
    yield from _bounds_complaints(bounds, AGES, lambda years: type(years) is int, "a whole number")


def _bounds_complaints(
    rule: Any, bounds: set[str], fits: Callable[[Any], bool], what: str
) -> Iterator[str]:
    if not isinstance(rule, Mapping) or not set(rule) & bounds or set(rule) - bounds - {"hint"}:
        yield f"should give {' or '.join(sorted(bounds))}, and a hint if you like; correct it"
        return
    if not all(fits(rule[name]) for name in bounds & set(rule)):
        yield f"should give {what}; correct it"
    if "hint" in rule and not is_text(rule["hint"]):
        yield "should give the hint in de and en; write both"


def _compare_complaints(rules: Any, node: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(rules, list) or not rules:
        yield "should be a list of comparisons; write it as [[...x-compare]]"
        return
    for rule in rules:
        yield from _comparison_complaints(rule, node.get("properties", {}))


def _comparison_complaints(rule: Any, fields: Mapping[str, Any]) -> Iterator[str]:
    given = set(rule) & COMPARISONS.keys() if isinstance(rule, Mapping) else set()
    if len(given) != 1 or set(rule) != given | {"field", "hint"}:
        listed = ", ".join(COMPARISONS)
        yield f"should give field, hint and one of {listed}; correct it"
        return
    for name in (rule["field"], rule[given.pop()]):
        if name not in fields:
            yield f"{name} is no field of this object; name one of {', '.join(sorted(fields))}"
    if not is_text(rule["hint"]):
        yield "should give the hint in de and en; write both"


CHECKS: Mapping[str, Callable[[Any, Mapping[str, Any]], Iterator[str]]] = {
    "x-date": _date_complaints,
    "x-age": _age_complaints,
    "x-compare": _compare_complaints,
}
