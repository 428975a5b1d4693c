"""Spelling that does not matter when somebody searches: case, umlauts, accents, ß, word ends."""

import re
import unicodedata

WORD = re.compile(r"[a-z0-9]+")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# After folding, ä, ae and a are one: people write all three.
DIPHTHONGS = re.compile(r"([aou])e")
ENDINGS = ("ern", "en", "em", "er", "es", "e", "n", "s")
SHORTEST_STEM = 4


def fold(text: str) -> str:
    """Fold `Bücherei`, `Buecherei` and `BUCHEREI` to the same."""
    spelled = unicodedata.normalize("NFC", text).casefold().translate(UMLAUTS)
    plain = unicodedata.normalize("NFKD", spelled)
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return DIPHTHONGS.sub(r"\1", bare)


def words(text: str) -> list[str]:
    return WORD.findall(fold(text))


def stem(word: str) -> str:
    """Take the end of a folded word off, if enough of it is left."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word.removesuffix(ending)
    return word
