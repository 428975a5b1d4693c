"""Can what a form requires be answered at all?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.catalogue.facts import FACTS
from adapters.catalogue.finding import Finding
from adapters.catalogue.toml_lines import Where

ALTERNATIVES = ("allOf", "anyOf", "oneOf")
BRANCHES = ("if", "then", "else")


def required_findings(form: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _object(form, ("form",), FACTS)


def _object(
    node: Mapping[str, Any], where: Where, besides: Iterable[str] = ()
) -> Iterator[Finding]:
    fields = node.get("properties", {})
    if node.get("additionalProperties") is False:
        yield from _unanswerable(node, where, {*fields, *besides})
    for name, field in fields.items():
        if isinstance(field, Mapping):
            yield from _object(field, (*where, "properties", name))


def _unanswerable(node: Any, where: Where, known: set[str]) -> Iterator[Finding]:
    """In this object, and in the conditions over the same answers."""
    if not isinstance(node, Mapping):
        return
    for name in node.get("required", []):
        if name not in known:
            listed = ", ".join(sorted(known))
            yield (*where, "required"), f"{name} is no field of the form; name one of {listed}"
    for word in BRANCHES:
        yield from _unanswerable(node.get(word), (*where, word), known)
    for word in ALTERNATIVES:
        for row, part in enumerate(node.get(word, [])):
            yield from _unanswerable(part, (*where, word, row), known)
