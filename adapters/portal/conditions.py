"""When a proof is asked for, in the words of the form: so that people need not read JSON."""

from collections.abc import Mapping
from typing import Any

from domain.service.definition import Condition, Text, said

Fields = Mapping[str, Mapping[str, Any]]

OR: Text = {"de": "oder", "en": "or"}
AND: Text = {"de": "und", "en": "and"}
YES: Text = {"de": "ja", "en": "yes"}
NO: Text = {"de": "nein", "en": "no"}
AT_LEAST: Text = {"de": "ab {at_least}", "en": "{at_least} and over"}
AT_MOST: Text = {"de": "bis {at_most}", "en": "up to {at_most}"}
BETWEEN: Text = {"de": "{at_least} bis {at_most}", "en": "{at_least} to {at_most}"}


def in_words(condition: Condition, form: Mapping[str, Any], language: str) -> str:
    """`form` with its facts. Empty where there is no condition."""
    fields: Fields = form.get("properties", {})
    parts = [
        _part(fields.get(name, {}), name, value, language) for name, value in condition.items()
    ]
    return f"; {said(AND, language)} ".join(parts)


def _part(field: Mapping[str, Any], name: str, expected: Any, language: str) -> str:
    title = said(field["x-title"], language) if "x-title" in field else name
    return f"{title}: {_expected(field, expected, language)}"


def _expected(field: Mapping[str, Any], expected: Any, language: str) -> str:
    if isinstance(expected, Mapping):
        return said(_bounds(expected), language).format(**expected)
    if isinstance(expected, list | tuple):
        *first, last = (_option(field, one, language) for one in expected)
        return f" {said(OR, language)} ".join([", ".join(first), last] if first else [last])
    return _option(field, expected, language)


def _bounds(expected: Mapping[str, Any]) -> Text:
    if "at_least" in expected and "at_most" in expected:
        return BETWEEN
    return AT_LEAST if "at_least" in expected else AT_MOST


def _option(field: Mapping[str, Any], value: Any, language: str) -> str:
    if isinstance(value, bool):
        return said(YES if value else NO, language)
    options: Mapping[str, Text] = field.get("x-options", {})
    return said(options[value], language) if value in options else str(value)
