"""Asks those who keep checkpoints outside the database what they have kept."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.evidence.anchors import Anchor, AnchorUnavailable
from adapters.evidence.findings import Findings
from adapters.evidence.rows import Connection

HANDED_OVER = """SELECT anchor, number, note FROM anchored LEFT JOIN checkpoints USING (number)
    WHERE number > 0 ORDER BY anchor"""


@dataclass(frozen=True, slots=True)
class Anchored:
    """All notes that an anchor has kept, the oldest first."""

    anchor: str
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """`by_name`: somebody expects them to have kept something."""

    anchors: Sequence[Anchor]
    by_name: bool


def kept(asked: Asked, findings: Findings) -> list[Anchored]:
    """An anchor that does not answer is a finding: nothing is proven by it."""
    found = asyncio.run(_all_kept(asked.anchors, findings))
    for one in found:
        if asked.by_name and not one.notes:
            findings.add("an anchor has kept nothing", one.anchor)
    return found


def kept_since(connection: Connection, asked: Asked, findings: Findings) -> list[Anchored]:
    """The same; and whatever was handed to an anchor before has to be there."""
    handed_over = connection.execute(HANDED_OVER).fetchall()
    found = kept(asked, findings)
    notes = {one.anchor: one.notes for one in found}
    for anchor, number, note in handed_over:
        where = f"checkpoint {number}, handed over to {anchor}"
        if note is None:
            findings.add("checkpoints are missing", where)
        elif anchor in notes and note not in notes[anchor]:
            findings.add("an anchor has lost a checkpoint", where)
    return found


async def _all_kept(anchors: Iterable[Anchor], findings: Findings) -> list[Anchored]:
    found = []
    for anchor in anchors:
        try:
            found.append(Anchored(anchor.name, await anchor.notes()))
        except AnchorUnavailable as error:
            findings.add("an anchor cannot be read", ", ".join(map(str, error.args)))
    return found
