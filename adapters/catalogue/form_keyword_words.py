"""What is said where a date, a year or an age is out of its bounds and the form has no hint."""

from collections.abc import Mapping
from typing import Any

from domain.service.definition import Text


def too_late(bound: str) -> Text:
    if bound == "today":
        return {
            "de": "Bitte ein Datum angeben, das nicht in der Zukunft liegt.",
            "en": "Give a date that is not in the future.",
        }
    return {"de": "Bitte ein früheres Datum angeben.", "en": "Give an earlier date."}


def too_early(bound: str) -> Text:
    if bound == "today":
        return {
            "de": "Bitte ein Datum angeben, das nicht in der Vergangenheit liegt.",
            "en": "Give a date that is not in the past.",
        }
    return {"de": "Bitte ein späteres Datum angeben.", "en": "Give a later date."}


def wrong_age(rule: Mapping[str, Any]) -> Text:
    if "at_least" in rule and "at_most" in rule:
        bounds = {"least": rule["at_least"], "most": rule["at_most"]}
        return {
            "de": "Diese Person muss {least} bis {most} Jahre alt sein.".format(**bounds),
            "en": "This person has to be {least} to {most} years old.".format(**bounds),
        }
    if "at_least" in rule:
        return {
            "de": f"Diese Person muss mindestens {rule['at_least']} Jahre alt sein.",
            "en": f"This person has to be at least {rule['at_least']} years old.",
        }
    return {
        "de": f"Diese Person darf höchstens {rule['at_most']} Jahre alt sein.",
        "en": f"This person may be at most {rule['at_most']} years old.",
    }


def wrong_year(years: Mapping[str, int]) -> Text:
    if "not_before" not in years:
        return {
            "de": f"Bitte ein Jahr bis {years['not_after']} angeben.",
            "en": f"Give a year of {years['not_after']} or before.",
        }
    if "not_after" not in years:
        return {
            "de": f"Bitte ein Jahr ab {years['not_before']} angeben.",
            "en": f"Give a year of {years['not_before']} or later.",
        }
    return {
        "de": "Bitte ein Jahr von {not_before} bis {not_after} angeben.".format(**years),
        "en": "Give a year from {not_before} to {not_after}.".format(**years),
    }
