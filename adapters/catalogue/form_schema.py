"""A form made ready for checking; raises `SchemaInvalid` where it is no JSON Schema 2020-12."""

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

from adapters.catalogue.form_formats import FORMATS
from adapters.catalogue.form_keywords import KEYWORDS

SchemaInvalid = ValidationError


def compile_form(form: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(
        dict(form),
        formats=dict(FORMATS),
        keywords=dict(KEYWORDS),
        validate_formats=True,
        ignore_unknown_formats=False,
        offline=True,
        pattern_options=RegexOptions(),  # linear time: no answer can stall a pattern
    )
