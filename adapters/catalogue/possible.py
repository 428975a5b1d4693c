"""Can an answer to a field ever be as a condition wants it?"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adapters.catalogue.form_schema import compile_form

Schema = Mapping[str, Any]

# The lower bound, the upper one, and when the two leave nothing between them.
SPANS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("minimum", "maximum", operator.gt),
    ("minimum", "exclusiveMaximum", operator.ge),
    ("exclusiveMinimum", "maximum", operator.ge),
    ("exclusiveMinimum", "exclusiveMaximum", operator.ge),
    ("minLength", "maxLength", operator.gt),
    ("minItems", "maxItems", operator.gt),
    ("minProperties", "maxProperties", operator.gt),
)


def impossible(wanted: Schema, field: Schema, defs: Schema) -> str:
    """Why it never is; nothing where it may be."""
    field = resolved(field, defs)
    if "enum" in wanted or "const" in wanted:
        return never_one_of(choices(wanted), field, defs)
    listed = choices(field)
    if listed and not _any_fits(listed, wanted, defs):
        return "holds for none of the values that the form allows; name one of these, or a range"
    if types_of(wanted) and types_of(field) and not types_of(wanted) & types_of(field):
        return f"should be of the type of this field, {field['type']}; correct it"
    if nothing := nothing_between(field, wanted):
        return f"can never be: {nothing}; correct one of them"
    return ""


def never_one_of(values: Iterable[Any], field: Schema, defs: Schema) -> str:
    """One value that can never be is a slip, also among others that can."""
    values, allowed = list(values), compile_form({**field, "$defs": defs})
    wrong = [str(value) for value in values if not allowed.is_valid(value)]
    if wrong or not values:
        named = ", ".join(wrong) or "an empty list"
        return f"can never be {named}; name values that the form allows"
    return ""


def nothing_between(*nodes: Schema) -> str:
    """Which lower bound is above which upper one, of all of these together."""
    for lower, upper, closed in SPANS:
        least = max((node[lower] for node in nodes if lower in node), default=None)
        most = min((node[upper] for node in nodes if upper in node), default=None)
        if least is not None and most is not None and closed(least, most):
            return f"{lower} {least} leaves nothing below {upper} {most}"
    return ""


def choices(node: Schema) -> list[Any]:
    """Every value there is, where the form lists them."""
    if "const" in node:
        return [node["const"]]
    if "enum" in node:
        return list(node["enum"])
    return [True, False] if node.get("type") == "boolean" else []


def resolved(field: Schema, defs: Schema) -> Schema:
    name = str(field.get("$ref", "")).removeprefix("#/$defs/")
    return {**defs[name], **field} if name in defs else field


def types_of(node: Schema) -> set[str]:
    given = node.get("type", [])
    named = {given} if isinstance(given, str) else set(given)
    return named | {"integer"} if "number" in named else named


def _any_fits(values: Iterable[Any], wanted: Schema, defs: Schema) -> bool:
    allowed = compile_form({**wanted, "$defs": defs})
    return any(allowed.is_valid(value) for value in values)
