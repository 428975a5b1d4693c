"""What a setting that the validator refuses should be: its own words are for programmers.

Braces stand for what it tells besides, e.g. the least value.
"""

from collections.abc import Mapping
from typing import Any

from domain.municipality.ags import AGS_PATTERN

KEY_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"
PREFIX_PATTERN = "^[a-z0-9][a-z0-9-]{0,62}$"
WHOLE_NUMBER = "should be a whole number, written in digits"
NUMBER = "should be a number, e.g. 2.5"
YES_OR_NO = "should be true or false"
TEXT = 'should be text, in "..."'
LIST = "should be a list, [...]"
OBJECT = "should be an object, {{...}}"
CHOICE = "should be {expected}"
HYPHENATED = "should be lower-case letters a-z, digits and hyphens, e.g. library-card"
BY_TYPE: Mapping[str, str] = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not known here; leave it out",
    "int_type": WHOLE_NUMBER,
    "int_parsing": WHOLE_NUMBER,
    "int_from_float": WHOLE_NUMBER,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "string_type": TEXT,
    "list_type": LIST,
    "tuple_type": LIST,
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "literal_error": CHOICE,
    "enum": CHOICE,
    "greater_than": "should be more than {gt}",
    "greater_than_equal": "should be at least {ge}",
    "less_than": "should be less than {lt}",
    "less_than_equal": "should be at most {le}",
    "too_short": "should have at least {min_length} of them",
    "string_too_short": "should have at least {min_length} characters",
    "string_too_long": "should have at most {max_length} characters",
    "path_not_directory": "should be a folder that is there",
    "path_not_file": "should be a file that is there",
}
BY_PATTERN: Mapping[str, str] = {
    AGS_PATTERN: "should be an official key of 8 digits (a Kreis: 5), e.g. 05513000",
    KEY_PATTERN: HYPHENATED,
    PREFIX_PATTERN: HYPHENATED,
}


def in_plain_words(error: Mapping[str, Any]) -> str:
    """`error`: as the validator tells it. A sentence of our own is kept."""
    told = error.get("ctx", {})
    if (words := BY_PATTERN.get(told.get("pattern", ""))) is not None:
        return words
    words = BY_TYPE.get(error["type"])
    if words is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return words.format(**told)
