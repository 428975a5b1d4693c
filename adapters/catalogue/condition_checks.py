"""Can this condition ever hold? It names facts of the form, and values that they can have."""

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.catalogue.finding import Finding
from adapters.catalogue.form_schema import compile_form
from adapters.catalogue.toml_lines import Where

BOUNDS = {"at_least", "at_most"}


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
        return _range_complaint(expected, field)
    values = expected if isinstance(expected, list) else [expected]
    allowed = compile_form({**field, "$defs": defs})
    wrong = [str(value) for value in values if not allowed.is_valid(value)]
    if wrong or not values:
        named = ", ".join(wrong) or "an empty list"
        return f"can never be {named}; name values that the form allows"
    return ""


def _range_complaint(bounds: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    if field.get("type") not in {"integer", "number"}:
        return "is no number, so it has no range; name a value or a list of values"
    if not bounds or set(bounds) - BOUNDS or any(type(b) is not int for b in bounds.values()):
        return "should be a range of whole numbers; write at_least, at_most or both"
    return ""
