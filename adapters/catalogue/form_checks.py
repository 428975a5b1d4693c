"""Is this form a JSON Schema that refuses unknown answers and speaks both languages?"""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.catalogue.facts import FACTS
from adapters.catalogue.finding import Finding
from adapters.catalogue.form_bound_checks import bound_findings
from adapters.catalogue.form_comparison_checks import comparison_findings
from adapters.catalogue.form_keyword_checks import keyword_findings
from adapters.catalogue.form_required_checks import required_findings
from adapters.catalogue.form_schema import SchemaInvalid, compile_form
from adapters.catalogue.toml_lines import Where
from adapters.catalogue.two_languages import is_text


def schema_findings(form: Mapping[str, Any]) -> Iterator[Finding]:
    """What keeps everything else about a form from being looked at."""
    try:
        compile_form(form)
    except SchemaInvalid as error:
        what = f"is no valid JSON Schema 2020-12; correct it: {error.message}"
        yield ("form", *error.instance_path), what


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
