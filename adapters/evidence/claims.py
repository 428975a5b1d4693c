"""What was said of the log before: checkpoints beside it, and notes kept elsewhere."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from operator import attrgetter

from adapters.evidence.findings import Findings
from adapters.evidence.keepers import Anchored
from adapters.evidence.notes import Checkpoint, NoteIsInvalid, Verifier
from adapters.evidence.rows import Connection

LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM checkpoints"
CHECKPOINTS = """SELECT number, note, size, position, edge FROM checkpoints
    WHERE number > %b AND number <= %b ORDER BY number LIMIT 1000"""
BESIDE = "checkpoints"
BY_SIZE = attrgetter("size")
REMEMBERED = 64

Open = Callable[[str], Checkpoint]


@dataclass(frozen=True, slots=True)
class Claim:
    """A signed checkpoint; `keeper` is who kept it, `edge` the tree's where that is kept, too."""

    checkpoint: Checkpoint
    keeper: str
    name: str
    edge: Sequence[bytes] | None = None

    @property
    def size(self) -> int:
        return self.checkpoint.size


@dataclass(frozen=True, slots=True)
class Stored:
    """A checkpoint as it is numbered beside the log, and its row where there is one."""

    number: int
    note: str
    row: tuple[int, int, Sequence[bytes]] | None = None


def last_number(connection: Connection) -> int:
    return int(connection.execute(LAST_NUMBER).fetchall()[0][0])


def checkpoints(connection: Connection, upto: int) -> Iterator[Stored]:
    after = 0
    with connection.cursor(binary=True) as cursor:
        while rows := cursor.execute(CHECKPOINTS, (after, upto)).fetchall():
            for number, note, size, position, edge in rows:
                # Where they may be missing, somebody has seen to it; they do not fit then.
                nodes = [bytes(node or b"") for node in edge or ()]
                yield Stored(number, note or "", (size, position, nodes))
            after = rows[-1][0]


def signed_claims(
    stored: Iterable[Stored], anchors: Iterable[Anchored], verifier: Verifier, findings: Findings
) -> Iterator[Claim]:
    """Yield by size what the log's key has signed; the rest is added to the findings."""
    # What is stored and what is anchored come side by side, and are mostly the same.
    opened = lru_cache(REMEMBERED)(verifier.open)
    kept = [_noted(anchored, opened, findings) for anchored in anchors]
    claims = (_numbered(stored, opened, findings), *kept)
    return merge(*(_growing(some, findings) for some in claims), key=BY_SIZE)


def _numbered(stored: Iterable[Stored], opened: Open, findings: Findings) -> Iterator[Claim]:
    expected = 1
    for one in stored:
        if one.number != expected:
            findings.add("checkpoints are missing", f"numbers {expected} to {one.number - 1}")
        expected = one.number + 1
        name = f"checkpoint {one.number}"
        checkpoint = _checkpoint(one.note, name, opened, findings)
        if checkpoint is None:
            continue
        size, position, edge = one.row or (checkpoint.size, checkpoint.position, None)
        if (size, position) != (checkpoint.size, checkpoint.position):
            findings.add("a checkpoint is not stored as it was signed", name)
        yield Claim(checkpoint, BESIDE, name, edge)


def _noted(anchored: Anchored, opened: Open, findings: Findings) -> Iterator[Claim]:
    for number, note in enumerate(anchored.notes, 1):
        name = f"note {number} at {anchored.anchor}"
        checkpoint = _checkpoint(note, name, opened, findings)
        if checkpoint is not None:
            yield Claim(checkpoint, anchored.anchor, name)


def _checkpoint(note: str, name: str, opened: Open, findings: Findings) -> Checkpoint | None:
    try:
        return opened(note)
    except NoteIsInvalid:
        findings.add("a checkpoint is not signed by the key of this log", name)
        return None


def _growing(claims: Iterable[Claim], findings: Findings) -> Iterator[Claim]:
    size = 0
    for claim in claims:
        if claim.size < size:
            findings.add("a checkpoint is of a smaller log than the one before it", claim.name)
            continue
        size = claim.size
        yield claim
