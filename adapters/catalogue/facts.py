"""The facts every form has besides its answers: the chosen variant, and the applicant's age.

The service fills them in, over whatever the applicant sent; a page leaves out what is `readOnly`.
"""

from collections.abc import Mapping
from typing import Any

from domain.service.definition import Text

FACTS = ("variant", "age")


def with_facts(form: Mapping[str, Any], variants: Mapping[str, Text]) -> dict[str, Any]:
    return {
        **form,
        "properties": {
            **form.get("properties", {}),
            "variant": _variant(variants),
            "age": _age(),
        },
        "required": [*form.get("required", []), *FACTS],
    }


def from_age_on(years: int, form: Mapping[str, Any]) -> dict[str, Any]:
    """The form with its facts, as it is for applicants of at least so many years."""
    properties = form["properties"]
    return {**form, "properties": {**properties, "age": {**properties["age"], "minimum": years}}}


def for_portals(form: Mapping[str, Any]) -> dict[str, Any]:
    """As a portal has it filled in: nobody answers what the service fills in."""
    if "required" not in form:
        return dict(form)
    return {**form, "required": [name for name in form["required"] if name not in FACTS]}


def _variant(variants: Mapping[str, Text]) -> dict[str, Any]:
    return {
        "x-title": {"de": "Art des Antrags", "en": "Kind of application"},
        "x-options": dict(variants),
        "enum": list(variants),
        "readOnly": True,
    }


def _age() -> dict[str, Any]:
    return {
        "x-title": {"de": "Alter in Jahren", "en": "Age in years"},
        "type": "integer",
        "minimum": 0,
        "readOnly": True,
    }
