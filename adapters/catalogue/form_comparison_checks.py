"""Does each comparison of two fields compare what can be compared?"""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.catalogue.finding import Finding
from adapters.catalogue.form_keywords import COMPARISONS
from adapters.catalogue.form_walking import schemas
from adapters.catalogue.possible import resolved, types_of
from adapters.catalogue.two_languages import is_text

ORDERED = {"a number", "a date"}


def comparison_findings(form: Mapping[str, Any]) -> Iterator[Finding]:
    defs = form.get("$defs", {})
    for where, node in schemas(form, ("form",)):
        if "x-compare" in node:
            for what in _complaints(node["x-compare"], node.get("properties", {}), defs):
                yield (*where, "x-compare"), what


def _complaints(rules: Any, fields: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(rules, list) or not rules:
        yield "should be a list of comparisons; write it as [[...x-compare]]"
        return
    for rule in rules:
        given = set(rule) & COMPARISONS.keys() if isinstance(rule, Mapping) else set()
        if len(given) != 1 or set(rule) != given | {"field", "hint"}:
            listed = ", ".join(COMPARISONS)
            yield f"should give field, hint and one of {listed}; correct it"
            continue
        name = given.pop()
        yield from _fields_complaints(str(rule["field"]), name, str(rule[name]), fields, defs)
        if not is_text(rule["hint"]):
            yield "should give the hint in de and en; write both"


def _fields_complaints(
    one: str, comparison: str, other: str, fields: Mapping[str, Any], defs: Mapping[str, Any]
) -> Iterator[str]:
    if unknown := [name for name in (one, other) if name not in fields]:
        listed = ", ".join(sorted(fields))
        yield from (f"{name} is no field of this object; name one of {listed}" for name in unknown)
        return
    if one == other:
        yield f"compares {one} with itself; name two fields"
        return
    kinds = [_kind(resolved(fields[name], defs)) for name in (one, other)]
    if kinds[0] != kinds[1]:
        yield f"compares {one}, {kinds[0]}, with {other}, {kinds[1]}; name two of one kind"
    elif comparison != "other_than" and kinds[0] not in ORDERED:
        yield f"{comparison} is for numbers and dates, and {one} is {kinds[0]}; name two of these"


def _kind(field: Mapping[str, Any]) -> str:
    types = types_of(field)
    if types and types <= {"integer", "number"}:
        return "a number"
    if field.get("format") == "date":
        return "a date"
    if types == {"string"}:
        return "a text"
    return "neither number nor date nor text"
