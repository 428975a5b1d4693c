"""Formats that a form may ask for besides those of JSON Schema."""

from collections.abc import Callable, Mapping

from stdnum import iban
from stdnum.exceptions import ValidationError

from domain.municipality.kreise import may_be_town

LONGEST_IBAN = 34 + 8  # with a blank after each four
# Where a direct debit can be drawn: the countries of SEPA.
SEPA = frozenset({
    "AD", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI",
    "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL",
    "PT", "RO", "SE", "SI", "SK", "SM", "VA",
})  # fmt: skip


def is_iban(text: str) -> bool:
    """Country, length and checksum are right (ISO 13616); blanks between groups are allowed."""
    if len(text) > LONGEST_IBAN:
        return False
    try:
        return iban.validate(text)[:2] in SEPA
    except ValidationError:
        return False


FORMATS: Mapping[str, Callable[[str], bool]] = {"iban": is_iban, "ags": may_be_town}
OF_JSON_SCHEMA = (
    "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname",
    "ipv4", "ipv6", "uri", "uri-reference", "uri-template", "iri", "iri-reference", "uuid",
    "json-pointer", "relative-json-pointer", "regex",
)  # fmt: skip
ALL_FORMATS = (*FORMATS, *OF_JSON_SCHEMA)
