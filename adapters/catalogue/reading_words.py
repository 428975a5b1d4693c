"""What a field of a file should be: the validator's own words are for programmers."""

from collections.abc import Mapping
from typing import Any

from adapters.catalogue.document import KEY
from adapters.catalogue.municipality_document import MAIL_ADDRESS, MONTH_AND_DAY, WEB_ADDRESS
from adapters.catalogue.service_document import HTTPS, LEIKA, POINTER
from adapters.setting_words import BY_TYPE, HYPHENATED
from domain.municipality.ags import AGS_PATTERN, KREIS_PATTERN
from domain.municipality.clerk_mail import CLOCK
from domain.municipality.paying import PLATFORM_NAME

BY_PATTERN: Mapping[str, str] = {
    KEY: HYPHENATED,
    AGS_PATTERN: 'should be the official key in "...", 8 digits (a Kreis: 5), e.g. 05513000',
    KREIS_PATTERN: 'should be the key of the Kreis in "...", 5 digits, e.g. 05562',
    MAIL_ADDRESS: "should be a mail address, e.g. buergerservice@stadt.example",
    WEB_ADDRESS: "should be a web address, e.g. https://www.stadt.example",
    HTTPS: "should be a web address that begins with https://",
    PLATFORM_NAME: "should be the name that the platform gave you, no mail address and no link",
    MONTH_AND_DAY: 'should be a month and a day, e.g. "12-24"',
    CLOCK: 'should be hour and minute, e.g. "07:30"',
    LEIKA: "should be the 14 digits of a LeiKa key",
    POINTER: "should lead to an answer of the form, e.g. /birth_place",
}
DAY = "should be a day that exists, written as 2021-06-16 without quotes"
ADVICE: Mapping[str, str] = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not known; remove it or correct its spelling",
}
OF_A_FILE: Mapping[str, str] = {
    **BY_TYPE,
    "int_type": "should be a whole number, without quotes",
    "dict_type": "should be a table",
    "model_type": "should be a table",
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
}


def in_plain_words(error: Mapping[str, Any]) -> str:
    """`error`: as the validator tells it."""
    if advice := ADVICE.get(error["type"]):
        return advice
    told = error.get("ctx", {})
    words = BY_PATTERN.get(told.get("pattern", "")) or OF_A_FILE.get(error["type"])
    said = words.format(**told) if words else str(error["msg"]).removeprefix("Input ")
    return f"{said}; correct it"
