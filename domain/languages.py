"""The languages in which people are written to, and which stands in where there is no text.

`de-simple` (BCP 47) is plain German (einfache Sprache): short sentences, one thought each. It was
not checked by those who read it, so it is no certified Leichte Sprache.
"""

GERMAN, ENGLISH, PLAIN_GERMAN = "de", "en", "de-simple"
LANGUAGES = (GERMAN, ENGLISH, PLAIN_GERMAN)


def fallbacks(language: str) -> tuple[str, ...]:
    """The language itself, that of which it is a plainer form, German."""
    return tuple(dict.fromkeys((language, spoken(language), GERMAN)))


def spoken(language: str) -> str:
    """Forms and refusals are worded in German and English only: return which of them it is."""
    return ENGLISH if language.partition("-")[0] == ENGLISH else GERMAN
