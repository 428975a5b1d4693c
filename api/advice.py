"""What to do about a field of a request, in German and English."""

import re
from collections.abc import Mapping
from typing import Any

from api.refusals import FieldProblem
from domain.errors import BranchNotOffered, ChoiceNotOffered
from domain.service.definition import Text, said

NOTHING: Mapping[str, Any] = {}
# Where the validator's own words name a mistake but not its remedy.
ADVICE: Mapping[str, Text] = {
    "missing": {"de": "bitte angeben", "en": "add this"},
    "extra_forbidden": {
        "de": "bitte weglassen: etwas dieses Namens ist hier nicht bekannt",
        "en": "leave this out: nothing of this name is known here",
    },
    "string_pattern_mismatch": {
        "de": "bitte so schreiben, wie es /docs beschreibt",
        "en": "write it in the form that /docs describes",
    },
    "model_attributes_type": {
        "de": "bitte ein JSON-Objekt senden, mit `Content-Type: application/json`",
        "en": "send a JSON object, with `Content-Type: application/json`",
    },
    "enum": {
        "de": "bitte einen dieser Werte wählen: {expected}",
        "en": "choose one of: {expected}",
    },
}
CHOOSE: Text = {"de": "bitte eines davon wählen: {listed}", "en": "choose one of: {listed}"}
NONE_HERE: Text = {"de": "hier gibt es nichts davon", "en": "there is none here"}
CHOSEN_AT: Mapping[type[Exception], str] = {
    ChoiceNotOffered: "/fulfilment/mode",
    BranchNotOffered: "/fulfilment/branch",
}


def choices(error: Exception, language: str) -> list[FieldProblem]:
    """Where to choose, and what from."""
    pointer = CHOSEN_AT.get(type(error))
    listed = ", ".join(map(str, error.args)) or said(NONE_HERE, language)
    return [FieldProblem(pointer, said(CHOOSE, language).format(listed=listed))] if pointer else []


def remedy(detail: Mapping[str, Any], language: str) -> str:
    advice = ADVICE.get(detail["type"])
    if advice is None:
        return str(detail["msg"]).removeprefix("Value error, ")
    return said(advice, language).format(expected=_listed(detail.get("ctx", NOTHING)))


def _listed(context: Mapping[str, Any]) -> str:
    """The validator says 'a', 'b' or 'c'."""
    return ", ".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
