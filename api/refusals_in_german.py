"""What is refused, in German too: the sentences are in refusals.de.toml.

In English a refusal is its docstring, which is also its message at the command line and in the log.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path

from adapters.payments.errors import TreasuryListUnusable
from domain.languages import GERMAN

_SAID = tomllib.loads(Path(__file__).with_name("refusals.de.toml").read_text("utf-8"))
TITLES: Mapping[str, str] = _SAID["titles"]
REFUSALS: Mapping[str, str] = _SAID["refusals"]
ADVICE: Mapping[str, str] = _SAID["advice"]


def kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


def title(status: HTTPStatus, language: str) -> str:
    return TITLES.get(str(status.value), status.phrase) if language == GERMAN else status.phrase


def told(error: Exception, language: str) -> str:
    """Return what is wrong, and whatever the refusal names behind its sentence."""
    sentence = REFUSALS.get(kebab(type(error).__name__)) if language == GERMAN else None
    if sentence is None:
        return str(error)
    if isinstance(error, TreasuryListUnusable):
        return f"{sentence} Zeile {error.line} {advised(error.what, language)}."
    return f"{sentence}{str(error).removeprefix(in_english(type(error)))}"


def in_english(kind: type[Exception]) -> str:
    return " ".join((kind.__doc__ or "").split())


def advised(advice: str | Exception, language: str) -> str:
    """Return what is said of a field; what is not in the table is in this language already."""
    if isinstance(advice, Exception):
        return told(advice, language)
    if language != GERMAN:
        return advice
    found = ((german, pattern.fullmatch(advice)) for pattern, german in _patterns())
    return next((german.format(*match.groups()) for german, match in found if match), advice)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those that name nothing come first: they are what was meant, word by word."""
    return tuple(_pattern(english) for english in sorted(ADVICE, key=lambda text: "{}" in text))


def _pattern(english: str) -> tuple[re.Pattern[str], str]:
    pieces: Iterator[str] = map(re.escape, english.split("{}"))
    return re.compile("(.+)".join(pieces), re.DOTALL), ADVICE[english]
