"""Is this form a JSON Schema that refuses unknown answers and speaks both languages?"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import reduce
from typing import Any

from adapters.catalogue.facts import FACTS
from adapters.catalogue.finding import Finding
from adapters.catalogue.form_bound_checks import bound_findings
from adapters.catalogue.form_comparison_checks import comparison_findings
from adapters.catalogue.form_formats import ALL_FORMATS
from adapters.catalogue.form_keyword_checks import keyword_findings
from adapters.catalogue.form_required_checks import required_findings
from adapters.catalogue.form_schema import SchemaInvalid, compile_form
from adapters.catalogue.toml_lines import Where
from adapters.catalogue.two_languages import is_text

ENOUGH = 100
# Without one of these, what else is said of the form stays true.
MISSED_BY_NOBODY = {("format",), ("pattern",), ("minLength",), ("maxLength",)}


def readable(form: Mapping[str, Any]) -> tuple[list[Finding], Mapping[str, Any] | None]:
    """What of it is no JSON Schema; and the form without that, where the rest can be looked at."""
    left, findings, goes_on = deepcopy(dict(form)), list[Finding](), True
    while len(findings) < ENOUGH:
        try:
            compile_form(left)
        except SchemaInvalid as error:
            path = tuple(error.instance_path)
            findings.append((("form", *path), _schema_complaint(left, path, error.message)))
            goes_on = goes_on and path[-1:] in MISSED_BY_NOBODY
            if not path:
                break
            _take_out(left, path)
        else:
            return findings, left if goes_on else None
    return findings, None


def _schema_complaint(form: Any, path: Where, told: str) -> str:
    value = reduce(lambda node, part: node[part], path, form)
    if path[-1:] == ("format",) and isinstance(value, str):
        return f"{value} is no format; use one of {', '.join(ALL_FORMATS)}"
    return f"is no valid JSON Schema 2020-12; correct it: {told}"


def _take_out(form: Any, path: Where) -> None:
    *around, last = path
    del reduce(lambda node, part: node[part], around, form)[last]


def form_findings(form: Mapping[str, Any]) -> Iterator[Finding]:
    """Of one that is a JSON Schema."""
    yield from keyword_findings(form, ("form",))
    yield from bound_findings(form)
    yield from comparison_findings(form)
    yield from _object(form, ("form",))
    yield from required_findings(form)
    for fact in FACTS:
        if fact in form.get("properties", {}):
            yield ("form", "properties", fact), "is added to every form by itself; remove it"


def _object(node: Mapping[str, Any], where: Where) -> Iterator[Finding]:
    if node.get("type") != "object":
        yield (*where, "type"), 'should be "object"; set it'
    if node.get("additionalProperties") is not False:
        yield (*where, "additionalProperties"), "should be false to refuse unknown answers; set it"
    for name, field in node.get("properties", {}).items():
        yield from _field(field, (*where, "properties", name))


def _field(node: Any, where: Where) -> Iterator[Finding]:
    if not isinstance(node, Mapping):
        yield where, "should be a table with a title; write one"
        return
    if not is_text(node.get("x-title")):
        yield (*where, "x-title"), "should give the label in de and en; write both"
    if "x-hint" in node and not is_text(node["x-hint"]):
        yield (*where, "x-hint"), "should give the hint in de and en; write both"
    if "enum" in node and not _titles_all(node.get("x-options"), node["enum"]):
        yield (*where, "x-options"), "should label each value of enum in de and en; complete it"
    if "properties" in node:
        yield from _object(node, where)


def _titles_all(options: Any, values: list[Any]) -> bool:
    return (
        isinstance(options, Mapping)
        and set(options) == {str(value) for value in values}
        and all(map(is_text, options.values()))
    )
