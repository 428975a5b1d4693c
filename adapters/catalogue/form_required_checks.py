"""Can what a form requires be answered at all?"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adapters.catalogue.facts import FACTS
from adapters.catalogue.finding import Finding
from adapters.catalogue.form_walking import parts_over
from adapters.catalogue.toml_lines import Where


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


def _unanswerable(node: Mapping[str, Any], where: Where, known: set[str]) -> Iterator[Finding]:
    """In this object, and in the conditions over the same answers."""
    for place, part in parts_over(node, where):
        for name in part.get("required", []):
            if name not in known:
                listed = ", ".join(sorted(known))
                what = f"{name} is no field of the form; name one of {listed}"
                yield (*place, "required"), what
