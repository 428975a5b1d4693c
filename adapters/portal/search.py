"""Search over services and towns that forgives spelling: a score for each, best first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein

from adapters.portal.folding import stem, words

SHORT, LONG = 4, 7  # below: spelled right; from LONG on: two slips are forgiven
ENOUGH = 0.5  # of the best score; what is further below is noise
MOST_WORDS = 12
FILLERS = frozenset(
    words(
        "der die das den dem des ein eine einen in im am an auf zu zum zur für mein meine meinen "
        "ich möchte will wie wo und oder bei von the a of for my i want to how where and or at"
    )
)
NEAR, MOST_NEAR = 0.72, 3  # of 1: three letters of eleven differ
EXACT, BEGINS, SAME_STEM, INSIDE, SLIP = 1.0, 0.9, 0.95, 0.8, 0.75


@dataclass(frozen=True, slots=True)
class Field:
    """`weight`: how much it says about what is looked for. `forgiving`: whether slips are.

    They are in what something is called. Among all the words of a sentence that describes it, one
    that looks like another is found too often.
    """

    text: str
    weight: float
    words: tuple[str, ...]
    forgiving: bool


class Hit(NamedTuple):
    key: str
    score: float
    matched: str


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    fields: tuple[Field, ...]


def entry(key: str, fields: Iterable[tuple[str, float]], forgiving_from: float) -> Entry:
    """`forgiving_from`: slips are forgiven in fields of this weight or more."""
    return Entry(
        key,
        tuple(
            Field(text, weight, tuple(words(text)), forgiving=weight >= forgiving_from)
            for text, weight in fields
            if text
        ),
    )


def looked_for(query: str) -> list[str]:
    """Return the words that say something; all of them where none does."""
    found = words(query)[:MOST_WORDS]
    return [word for word in found if word not in FILLERS] or found


@lru_cache(maxsize=100_000)
def likeness(token: str, word: str, *, forgiving: bool = True) -> float:
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
    return _slips(token, word) if forgiving and _begin_alike(token, word) else 0.0


def _slips(token: str, word: str) -> float:
    slips = 2 if len(token) >= LONG else 1
    distance = min(
        DamerauLevenshtein.distance(token, part, score_cutoff=slips)
        for part in (word, word[: len(token)])
    )
    return SLIP / distance if 0 < distance <= slips else 0.0


def _begin_alike(token: str, word: str) -> bool:
    """People hit the first letter, or the second one before it. `Hund` is not meant by `Bund`."""
    return token[0] == word[0] or token[:2] == word[1::-1]


def best(token: str, fields: Sequence[Field]) -> tuple[float, str]:
    """Return the weighted likeness of the field that fits best, and that field."""
    scored = [
        (one.weight * likeness(token, word, forgiving=one.forgiving), one.text)
        for one in fields
        for word in one.words
    ]
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


def near(query: str, titles: Iterable[str]) -> list[str]:
    """Return titles, a word of which is spelled somewhat like one of it: nothing else was found."""
    asked = words(query)
    alike = sorted((-_nearest(asked, words(title)), title) for title in titles)
    return [title for score, title in alike if -score >= NEAR][:MOST_NEAR]


def _nearest(asked: Iterable[str], called: Sequence[str]) -> float:
    alike = DamerauLevenshtein.normalized_similarity
    return max((alike(one, word) for one in asked for word in called), default=0.0)
