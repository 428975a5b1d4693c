"""What an exported file and its anchors say of it, compared with what is in it."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.evidence.audit import Audit
from adapters.evidence.claims import BESIDE, Claim, Stored
from adapters.evidence.errors import MadeAtTooEarly
from adapters.evidence.findings import Findings
from adapters.evidence.lines import Header
from adapters.evidence.notes import NoteIsInvalid, Verifier

AT_THE_SAME_TIME = timedelta(minutes=1)
MOMENT = "%Y-%m-%d %H:%M:%S %Z"
UNPROVEN = ("nothing is proven", "the file has no checkpoint that fits, and no anchor has")
UNSIGNED = (
    "nothing is signed",
    "the file has no checkpoint; export the log again once one was made",
)


def is_clearly_before(made_at: datetime, newest: datetime) -> bool:
    """A checkpoint that is signed while the export begins is in the file, a moment later."""
    return made_at + AT_THE_SAME_TIME < newest


def newest_moment(
    stored: Iterable[Stored], verifier: Verifier, made_at: datetime | None
) -> datetime | None:
    """Return when the last of these checkpoints was signed, of those that were.

    Raise MadeAtTooEarly where that was after the moment which the auditor knows.
    """
    moments = []
    for one in stored:
        with suppress(NoteIsInvalid):
            moments.append(verifier.open(one.note).at)
    newest = max(moments, default=None)
    if made_at and newest and is_clearly_before(made_at, newest):
        raise MadeAtTooEarly(f"{newest:{MOMENT}}")
    return newest


def weigh(audit: Audit, remarked: Findings, *, signed: bool) -> None:
    """Something has to be proven; an anchor that ends earlier may have got the rest since."""
    if not audit.proven:
        audit.findings.add(*(UNPROVEN if signed else UNSIGNED))
    beside = audit.proven.get(BESIDE)
    for keeper, said in audit.proven.items():
        if beside and said.size < beside.size:
            where = f"{keeper} up to position {said.position}, the file up to {beside.position}"
            remarked.add("an anchor ends before the checkpoints of the file", where)


def contradictions(
    header: Header, audit: Audit, verifier: Verifier, newest: datetime | None
) -> None:
    """The header proves nothing; but where it does not fit, somebody has written into the file."""
    what = "the first line of the file contradicts the rest"
    if header.last_position != audit.position:
        ends = f"it says that the log ends at position {header.last_position}"
        audit.findings.add(what, f"{ends}, and it ends at {audit.position}")
    if header.public_key not in ("", str(verifier)):
        audit.findings.add(what, f"it names the key {ascii(header.public_key)[1:61]}, not yours")
    if newest and is_clearly_before(header.made_at, newest):
        says = f"it says that it was made at {header.made_at:{MOMENT}}"
        audit.findings.add(what, f"{says}, before its last checkpoint, of {newest:{MOMENT}}")


@dataclass(frozen=True, slots=True)
class Later:
    """What an anchor was given later is of events that the file need not have: it is counted."""

    said: datetime
    known: datetime | None
    left_out: Counter[str] = field(default_factory=Counter)

    def is_expected(self, claim: Claim) -> bool:
        made_at = max(self.said, self.known or self.said)
        if claim.keeper == BESIDE or claim.checkpoint.at <= made_at:
            return True
        self.left_out[claim.keeper] += 1
        return False

    def tell(self, findings: Findings) -> None:
        if self.known and self.known >= self.said:
            when = f"you say the file was made at {self.known:{MOMENT}}"
        else:
            when = f"the file says it was made at {self.said:{MOMENT}}"
        for keeper, count in self.left_out.items():
            one = f"1 later checkpoint of {keeper} was not compared"
            several = f"{count} later checkpoints of {keeper} were not compared"
            findings.add(one if count == 1 else several, when)
