"""One pass over the log: each event follows from the one before it, and what was signed still fits.

It remembers no stream, so its memory does not grow with the log.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from adapters.erasing import ERASING_NAMES
from adapters.event_store.errors import StoreError
from adapters.event_store.mapper import CommandReader, EventMapper
from adapters.evidence.carried_out import Read
from adapters.evidence.claims import Claim
from adapters.evidence.findings import Fault, Findings
from adapters.evidence.merkle import Tree
from adapters.evidence.notes import Checkpoint
from adapters.evidence.rows import FIRST, NO_LINK, STREAM, Place, Row

ERASING = frozenset(name.encode() for name in ERASING_NAMES)


def expected(_claim: Claim) -> bool:
    """No claim may be of more than the log has."""
    return True


def earliest(*positions: int | None) -> int | None:
    return min((one for one in positions if one is not None), default=None)


@dataclass(slots=True)
class Audit:
    """Give it the log in pages, then `finish`. `claims`: what was said of the log, by size.

    `reaches`: whether the log has to be as long as this claim says.
    `proven`: the last claim of each keeper that the log still fits.
    `first_fault`: the first position where something is wrong with the log itself.
    `read`: what was given to `add` last and could be read, with the commands that it names.
    `erased`: ids of the streams of which that says that their persons were erased.
    """

    mapper: EventMapper
    claims: Iterator[Claim]
    findings: Findings = field(default_factory=Findings)
    reaches: Callable[[Claim], bool] = expected
    tree: Tree = field(default_factory=Tree)
    position: int = 0
    proven: dict[str, Checkpoint] = field(default_factory=dict)
    first_fault: int | None = None
    read: list[Read] = field(default_factory=list)
    erased: list[bytes] = field(default_factory=list)
    _next: Claim | None = None
    _holes: Findings = field(default_factory=Findings)
    _first_hole: int | None = None
    _readers: dict[bytes, CommandReader] = field(default_factory=dict)
    _contradictions: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._next = next(self.claims, None)
        self._compare()

    def add(self, rows: Sequence[Row]) -> None:
        """Take the next events, in order of position."""
        self.read.clear()
        self.erased.clear()
        while rows:
            upto = self._next.size - self.tree.size if self._next else len(rows)
            taken = (self._take(row) for row in rows[:upto])
            self.tree.add_all([leaf for leaf in taken if leaf])
            self._compare()
            rows = rows[upto:]

    def finish(self) -> None:
        """Say what is wrong with the log as a whole."""
        while self._next:
            if self.reaches(self._next):
                self._contradict(self._next, "the log is shorter than a checkpoint says")
            self._next = next(self.claims, None)
        # What was signed without them, after they had been skipped, is whole.
        self.findings.begin_with(self._holes)
        self._fault_at(self._first_hole)
        for keeper, count in self._contradictions.items():
            if count > 1:
                self.findings.add("later checkpoints do not fit either", f"{count - 1}, {keeper}")

    def _take(self, row: Row) -> bytes | None:
        """Return what the tree binds of it, if it is whole."""
        position, leaf, link, keyless = row
        if position != self.position + 1:
            self._skip(position)
        self.position = position
        if leaf is None or link is None:
            self.findings.add("an event is not whole", f"position {position}")
            self._fault_at(position)
            return None
        if (
            sha256(link[8:]).digest() != leaf[16:]
            or (link[:40] == NO_LINK) != (link[56:64] == FIRST)
            or link[:8] >= leaf[:8]
        ):
            self._broken(position, leaf, link)
        end = 66 + int.from_bytes(link[64:66])
        name = link[66:end]
        try:
            read = self._readers.get(name) or self._reader(name)
            self.read.append((position, link, read(link[end:]).bytes))
        except (StoreError, ValueError) as error:
            self.find(f"an event cannot be read ({type(error).__name__})", position, link)
        if name in ERASING:
            self.erased.append(link[STREAM])
        if keyless:
            self.find("sealed data have no row in data_keys", position, link)
        return leaf

    def _skip(self, position: int) -> None:
        if position <= self.position:
            self.findings.add("a position occurs again, or out of order", f"position {position}")
            self._fault_at(position)
        else:
            first, last = self.position + 1, position - 1
            where = f"position {first}" if first == last else f"positions {first} to {last}"
            self._holes.add("events are missing, or nothing was ever there", where)
            self._first_hole = earliest(self._first_hole, first)

    def _broken(self, position: int, leaf: bytes, link: bytes) -> None:
        version, follows = Place.of(link).version, link[:40] != NO_LINK
        if version == 1 and follows:
            self.find("an event comes before the first of its stream", position, link)
        elif version != 1 and not follows:
            self.find(f"version {version - 1} of the stream is missing", position, link)
        if sha256(link[8:]).digest() != leaf[16:]:
            self.find("an event is not what its hash says", position, link)
        if link[:8] >= leaf[:8]:
            self.find("an event comes before the one that it follows", position, link)

    def _reader(self, name: bytes) -> CommandReader:
        self._readers[name] = reader = self.mapper.command_reader(str(name, "utf8"))
        return reader

    def find(self, what: str, position: int, link: bytes) -> None:
        self.findings.add(what, f"position {position}, {Place.of(link)}")
        self._fault_at(position)

    def miss(self, fault: Fault, position: int | None) -> None:
        """`position`: where something was, if nothing is there now."""
        self.findings.add(fault.what, fault.where)
        self._fault_at(position)

    def _fault_at(self, position: int | None) -> None:
        self.first_fault = earliest(self.first_fault, position)

    def _compare(self) -> None:
        while self._next and self._next.size == self.tree.size:
            claim, said = self._next, self._next.checkpoint
            if (said.root, said.position) == (self.tree.root, self.position):
                self.proven[claim.keeper] = said
                self._holes, self._first_hole = Findings(), None
                if claim.edge not in (None, self.tree.edge):
                    self.findings.add("the tree stored with a checkpoint was changed", claim.name)
            else:
                self._contradict(claim, "the log is not the one that was signed")
            self._next = next(self.claims, None)

    def _contradict(self, claim: Claim, what: str) -> None:
        """Of each keeper only the first is named: all that come after it differ as well."""
        self._contradictions[claim.keeper] += 1
        if self._contradictions[claim.keeper] == 1:
            sound = max((said.position for said in self.proven.values()), default=0)
            said = claim.checkpoint
            changed = f"positions {sound + 1} to {said.position} were changed, at least one of them"
            self.findings.add(what, f"{claim.name} of {said.at:%Y-%m-%d %H:%M:%S %Z}; {changed}")
            self._fault_at(sound + 1)
