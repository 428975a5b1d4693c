"""In which language somebody reads: `lang`, else what their browser prefers, else German."""

import re
from typing import Annotated

from fastapi import Depends, Query, Request

from domain import languages

LANGUAGES = ("de", "en")
ACCEPTED = re.compile(r"\s*(de|en|\*)(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*$")


async def language(
    request: Request, lang: Annotated[str, Query(pattern="^(de|en)$")] | None = None
) -> str:
    return lang or preferred_by(request)


Language = Annotated[str, Depends(language)]


def preferred(header: str) -> str:
    """Return the first of ours with the highest weight; what cannot be read counts for nothing."""
    best, weight = LANGUAGES[0], 0.0
    for part in header[:1000].split(","):
        found = ACCEPTED.match(part)
        given = float(found[2] or 1) if found else 0.0
        if found and given > weight:
            best, weight = LANGUAGES[0] if found[1] == "*" else found[1], given
    return best


def preferred_by(request: Request) -> str:
    return preferred(request.headers.get("accept-language", ""))


def speak(request: Request, language: str) -> None:
    """From here on this request is answered in the language of whom it is about."""
    request.state.language = languages.spoken(language)


def spoken(request: Request) -> str:
    """Return the language of a refusal: that of the applicant, else what is preferred, or English.

    English where nobody says: then a program reads it, and whoever wrote the program.
    """
    known: str | None = getattr(request.state, "language", None)
    return known or (preferred_by(request) if "accept-language" in request.headers else "en")
