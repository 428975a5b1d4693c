"""Asks those who keep checkpoints outside the database what they have kept."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from adapters.evidence.anchors import Anchor, AnchorUnavailable
from adapters.evidence.findings import Findings
from adapters.evidence.kept_notes import Told, told_in
from adapters.evidence.rows import Connection

HANDED_OVER = """SELECT anchor, number, note FROM anchored LEFT JOIN checkpoints USING (number)
    WHERE number > 0 ORDER BY anchor"""
ANY = "SELECT EXISTS (SELECT FROM checkpoints)"
# The first checkpoint may be on its way to an anchor at this very moment.
ON_ITS_WAY_SECONDS = 2.0
NOTHING = Told([], 0, torn=False)


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


@dataclass(frozen=True, slots=True)
class Heard:
    """What is wrong with the anchors, and what is to be remarked of them."""

    findings: Findings
    remarks: Findings
    found: list[Anchored] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


def kept(asked: Asked, findings: Findings, remarks: Findings) -> list[Anchored]:
    """An anchor that does not answer is a finding: nothing is proven by it."""
    heard = _heard(asked, findings, remarks)
    if asked.by_name:
        for where in heard.empty:
            findings.add("an anchor has kept nothing", where)
    return heard.found


def kept_since(
    connection: Connection, asked: Asked, findings: Findings, remarks: Findings
) -> list[Anchored]:
    """The same; and whatever was handed to an anchor before has to be there."""
    ((signed,),) = connection.execute(ANY).fetchall()
    handed_over = connection.execute(HANDED_OVER).fetchall()
    heard = _heard(asked, findings, remarks, patient=signed)
    if signed or asked.by_name:
        elsewhere = ", ".join(anchor for anchor, *_ in handed_over) or "no anchor"
        for where in heard.empty:
            went = f"{where}; checkpoints were handed over to {elsewhere}" if signed else where
            findings.add("an anchor has kept nothing", went)
    notes = {one.anchor: one.notes for one in heard.found}
    for anchor, number, note in handed_over:
        where = f"checkpoint {number}, handed over to {anchor}"
        if note is None:
            findings.add("checkpoints are missing", where)
        elif anchor in notes and note not in notes[anchor]:
            findings.add("an anchor has lost a checkpoint", where)
    return heard.found


def _heard(asked: Asked, findings: Findings, remarks: Findings, *, patient: bool = False) -> Heard:
    heard = Heard(findings, remarks)
    asyncio.run(_ask_all(asked.anchors, heard, patient=patient))
    return heard


async def _ask_all(anchors: Iterable[Anchor], heard: Heard, *, patient: bool) -> None:
    for anchor in anchors:
        try:
            content = await anchor.content()
            if not content and patient:
                await asyncio.sleep(ON_ITS_WAY_SECONDS)
                content = await anchor.content()
        except AnchorUnavailable as error:
            heard.findings.add("an anchor cannot be read", ", ".join(map(str, error.args)))
        else:
            _hear(anchor.name, content, heard)


def _hear(name: str, content: str | None, heard: Heard) -> None:
    told = NOTHING if content is None else told_in(content)
    heard.found.append(Anchored(name, told.notes))
    if not told.notes:
        heard.empty.append(name if content is not None else f"{name} (there is no such file)")
    if told.torn:
        heard.findings.add("an anchor ends in the middle of a note", name)
    elif told.pieces:
        heard.remarks.add(
            "an anchor holds pieces of notes that a crash cut off", f"{told.pieces}, {name}"
        )
