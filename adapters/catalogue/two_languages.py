"""Is a text of a form there in German and English?"""

from collections.abc import Mapping
from typing import Any

LANGUAGES = {"de", "en"}


def is_text(text: Any) -> bool:
    return (
        isinstance(text, Mapping)
        and set(text) == LANGUAGES
        and all(isinstance(words, str) and words.strip() for words in text.values())
    )
