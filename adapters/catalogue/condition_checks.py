"""Can this condition ever hold? It names facts of the form, and values that they can have."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.catalogue.finding import Finding
from adapters.catalogue.possible import impossible, never_one_of
from adapters.catalogue.toml_lines import Where

BOUNDS = {"at_least": "minimum", "at_most": "maximum"}


def condition_findings(
    condition: Mapping[str, Any], form: Mapping[str, Any], where: Where
) -> Iterator[Finding]:
    """`form` with its facts."""
    fields = form["properties"]
    for name, expected in condition.items():
        if name not in fields:
            what = f"is no fact of this form; name one of {', '.join(sorted(fields))}"
        else:
            what = _complaint(expected, fields[name], form.get("$defs", {}))
        if what:
            yield (*where, name), what


def _complaint(expected: Any, field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if isinstance(expected, Mapping):
        return _range_complaint(expected, field, defs)
    values = expected if isinstance(expected, list) else [expected]
    return never_one_of(values, field, defs)


def _range_complaint(
    bounds: Mapping[str, Any], field: Mapping[str, Any], defs: Mapping[str, Any]
) -> str:
    if field.get("type") not in {"integer", "number"}:
        return "is no number, so it has no range; name a value or a list of values"
    if not bounds or bounds.keys() - BOUNDS or any(type(b) is not int for b in bounds.values()):
        return "should be a range of whole numbers; write at_least, at_most or both"
    return impossible({BOUNDS[name]: bound for name, bound in bounds.items()}, field, defs)
