"""What to do about a field of a request, in German and English."""

import re
from collections.abc import Mapping
from typing import Any

from api import validator_words as words
from api.refusals import FieldProblem
from domain.errors import BranchNotOffered, ChoiceNotOffered
from domain.service.definition import Text, said

NOTHING: Mapping[str, Any] = {}
# A pattern that lists what there is to choose from.
A_CHOICE = re.compile(r"\^\(([\w-]+(?:\|[\w-]+)*)\)\$")
# What becomes of "+" in an address.
A_SPACE_FOR_A_PLUS = re.compile(r".*\d \d\d:?\d\d$")
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
    """Return what to do instead; nothing of what was sent is repeated."""
    context = detail.get("ctx", NOTHING)
    advice, listed = _advice(detail, context), _listed(context)
    return said(advice, language).format(**{**context, "expected": listed})


def _advice(detail: Mapping[str, Any], context: Mapping[str, Any]) -> Text:
    kind = detail["type"]
    if kind == "string_pattern_mismatch":
        known = words.BY_PATTERN.get(context["pattern"], words.OTHER)
        return words.CHOOSE if A_CHOICE.fullmatch(context["pattern"]) else known
    if kind == "datetime_from_date_parsing" and _lost_its_plus(detail):
        return words.PLUS
    if kind == "string_too_short" and context["min_length"] == 1:
        return words.EMPTY
    return words.BY_TYPE.get(kind, words.OTHER)


def _lost_its_plus(detail: Mapping[str, Any]) -> bool:
    in_address, given = detail["loc"][0] == "query", detail.get("input")
    return in_address and A_SPACE_FOR_A_PLUS.match(str(given)) is not None


def _listed(context: Mapping[str, Any]) -> str:
    """The validator says 'a', 'b' or 'c', or has a pattern of all there are."""
    if choice := A_CHOICE.fullmatch(str(context.get("pattern", ""))):
        return ", ".join(choice[1].split("|"))
    return ", ".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
