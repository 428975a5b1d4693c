"""When a proof is asked for, in the words of the form: so that people need not read JSON.

As it goes on after "nur" and "only": ab 18 Jahren und bei „Ermäßigung: Studentin oder Student“.
"""

from collections.abc import Mapping
from typing import Any

from domain.service.definition import Condition, Text, said

Fields = Mapping[str, Mapping[str, Any]]

OR: Text = {"de": "oder", "en": "or"}
AND: Text = {"de": "und", "en": "and"}
YES: Text = {"de": "ja", "en": "yes"}
NO: Text = {"de": "nein", "en": "no"}
# An age says what it is of by itself; any other answer is named with its question.
AGE = "age"
OLD: Mapping[str, Text] = {
    "at_least": {"de": "ab {at_least} Jahren", "en": "from the age of {at_least}"},
    "at_most": {"de": "bis {at_most} Jahre", "en": "up to the age of {at_most}"},
    "between": {
        "de": "von {at_least} bis {at_most} Jahren",
        "en": "from the age of {at_least} to {at_most}",
    },
}
MANY: Mapping[str, Text] = {
    "at_least": {"de": "ab {at_least}", "en": "{at_least} and over"},
    "at_most": {"de": "bis {at_most}", "en": "up to {at_most}"},
    "between": {"de": "{at_least} bis {at_most}", "en": "{at_least} to {at_most}"},
}
ANSWERED: Text = {"de": "bei „{title}: {answer}“", "en": "for “{title}: {answer}”"}


def in_words(condition: Condition, form: Mapping[str, Any], language: str) -> str:
    """`form` with its facts. Empty where there is no condition."""
    fields: Fields = form.get("properties", {})
    parts = [
        _part(fields.get(name, {}), name, value, language) for name, value in condition.items()
    ]
    return f" {said(AND, language)} ".join(parts)


def _part(field: Mapping[str, Any], name: str, expected: Any, language: str) -> str:
    if name == AGE and isinstance(expected, Mapping):
        return _within(OLD, expected, language)
    title = said(field["x-title"], language) if "x-title" in field else name
    answer = _expected(field, expected, language)
    return said(ANSWERED, language).format(title=title, answer=answer)


def _expected(field: Mapping[str, Any], expected: Any, language: str) -> str:
    if isinstance(expected, Mapping):
        return _within(MANY, expected, language)
    if isinstance(expected, list | tuple):
        *first, last = (_option(field, one, language) for one in expected)
        return f" {said(OR, language)} ".join([", ".join(first), last] if first else [last])
    return _option(field, expected, language)


def _within(bounds: Mapping[str, Text], expected: Mapping[str, Any], language: str) -> str:
    kind = "between" if len(expected) > 1 else next(iter(expected))
    return said(bounds[kind], language).format(**expected)


def _option(field: Mapping[str, Any], value: Any, language: str) -> str:
    if isinstance(value, bool):
        return said(YES if value else NO, language)
    options: Mapping[str, Text] = field.get("x-options", {})
    return said(options[value], language) if value in options else str(value)
