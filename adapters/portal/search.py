"""Search over services and towns that forgives spelling: a score for each, best first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from adapters.portal.folding import fold, stem, words

SHORT, LONG = 4, 7  # below: spelled right; from LONG on: two slips are forgiven
ENOUGH = 0.5  # of the best score; what is further below is noise
MOST_WORDS = 12
FILLERS = frozenset(
    words(
        "der die das den dem des ein eine einen in im am an auf zu zum zur für mein meine meinen "
        "ich möchte will wie wo und oder bei von the a of for my i want to how where and or at"
    )
)
NEAR = 50  # of 100
EXACT, BEGINS, SAME_STEM, INSIDE, SLIP = 1.0, 0.9, 0.95, 0.8, 0.75


@dataclass(frozen=True, slots=True)
class Field:
    """`weight`: how much it says about what is looked for."""

    text: str
    weight: float
    words: tuple[str, ...]


class Hit(NamedTuple):
    key: str
    score: float
    matched: str


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    fields: tuple[Field, ...]


def entry(key: str, fields: Iterable[tuple[str, float]]) -> Entry:
    return Entry(key, tuple(Field(t, weight, tuple(words(t))) for t, weight in fields if t))


def looked_for(query: str) -> list[str]:
    """Return the words that say something; all of them where none does."""
    found = words(query)[:MOST_WORDS]
    return [word for word in found if word not in FILLERS] or found


@lru_cache(maxsize=100_000)
def likeness(token: str, word: str) -> float:
    """Say how surely one word is meant by another, both folded: 0 to 1."""
    if token == word:
        return EXACT
    if len(token) < SHORT:
        return BEGINS if len(token) > 1 and word.startswith(token) else 0.0
    if stem(token) == stem(word):
        return SAME_STEM
    if word.startswith(stem(token)) or (len(word) >= SHORT and token.startswith(word)):
        return BEGINS
    if stem(token) in word:
        return INSIDE
    slips = 2 if len(token) >= LONG else 1
    distance = min(
        DamerauLevenshtein.distance(token, part, score_cutoff=slips)
        for part in (word, word[: len(token)])
    )
    return SLIP / distance if 0 < distance <= slips else 0.0


def best(token: str, fields: Sequence[Field]) -> tuple[float, str]:
    """Return the weighted likeness of the field that fits best, and that field."""
    scored = [(f.weight * likeness(token, word), f.text) for f in fields for word in f.words]
    return max(scored, default=(0.0, ""))


def ranked(tokens: Sequence[str], entries: Iterable[Entry]) -> list[Hit]:
    """Return what meets the words best; what meets far fewer of them is left out."""
    hits = sorted(_hits(tokens, entries), key=lambda hit: (-hit.score, hit.key))
    return [hit for hit in hits if hit.score >= ENOUGH * hits[0].score]


def _hits(tokens: Sequence[str], entries: Iterable[Entry]) -> Iterator[Hit]:
    for one in entries:
        met = [best(token, one.fields) for token in tokens]
        score = sum(value for value, _ in met)
        if score > 0:
            yield Hit(one.key, round(score, 3), max(met)[1])


def near(query: str, titles: Sequence[str]) -> list[str]:
    """Return titles that are spelled somewhat like it, for somebody who found nothing."""
    found = process.extract(query, titles, scorer=fuzz.WRatio, processor=fold, limit=3)
    return [title for title, score, _ in found if score >= NEAR]
