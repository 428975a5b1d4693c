"""Reads what an anchor keeps: notes, one after the other, and what a crash has cut off."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import structlog

BLANK = "\n\n"

log = structlog.get_logger()


class Told(NamedTuple):
    """Each whole note once; how many pieces are none; whether something else comes at the end."""

    notes: list[str]
    pieces: int
    torn: bool


def told_in(content: str) -> Told:
    """Read what an anchor keeps: what was cut off is left out, and counted."""
    *blocks, rest = content.split(BLANK)
    found, used, end = list[str](), 0, 0
    for end, text, signatures in _pairs(blocks):  # noqa: B007 -- where the last one ends
        found.append(f"{text}{BLANK}{signatures}\n")
        used += 2
    pieces = len(blocks) - used + bool(rest)
    return Told(list(dict.fromkeys(found)), pieces, torn=bool(rest) or end < len(blocks))


def notes_in(content: str, name: str) -> list[str]:
    """Return each whole note once; what was cut off is logged."""
    told = told_in(content)
    if told.pieces:
        log.warning("notes_cut_off", anchor=name, pieces=told.pieces)
    return told.notes


def _pairs(blocks: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield where each note ends, its text and its signatures."""
    for end, (text, signatures) in enumerate(pairwise(blocks), 2):
        if _are_signatures(signatures) and not _are_signatures(text):
            yield end, text, signatures


def _are_signatures(block: str) -> bool:
    return all(line.startswith("— ") for line in block.split("\n"))
