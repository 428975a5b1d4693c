"""Can each condition inside a form ever hold? It names fields, and values that they can have."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.catalogue.finding import Finding
from adapters.catalogue.form_walking import parts_over
from adapters.catalogue.possible import impossible, resolved
from adapters.catalogue.toml_lines import Where


def branch_findings(form: Mapping[str, Any]) -> Iterator[Finding]:
    """`form` with its facts."""
    yield from _object(form, ("form",), form.get("$defs", {}))


def _object(node: Mapping[str, Any], where: Where, defs: Mapping[str, Any]) -> Iterator[Finding]:
    for place, part in parts_over(node, where):
        if part is not node:
            yield from _named(part, node, place, defs)
    for name, field in node.get("properties", {}).items():
        if isinstance(field, Mapping):
            yield from _object(field, (*where, "properties", name), defs)


def _named(
    part: Mapping[str, Any], node: Mapping[str, Any], where: Where, defs: Mapping[str, Any]
) -> Iterator[Finding]:
    """What a part of the conditions over `node` says of its fields."""
    fields = node.get("properties", {})
    for name, wanted in part.get("properties", {}).items():
        place: Where = (*where, "properties", name)
        if name not in fields:
            yield place, f"is no field of the form; name one of {', '.join(sorted(fields))}"
        elif isinstance(wanted, Mapping) and isinstance(fields[name], Mapping):
            field = resolved(fields[name], defs)
            if what := impossible(wanted, field, defs):
                yield place, what
            yield from _named(wanted, field, place, defs)
