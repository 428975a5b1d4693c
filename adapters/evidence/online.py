"""Verifies the log in the database, event by event, and what was made of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from adapters.event_store.mapper import EventMapper
from adapters.event_store.soundness import faults, remarks, unfinished
from adapters.evidence.audit import Audit
from adapters.evidence.carried_out import CarriedOut, Gone, Read
from adapters.evidence.claims import BESIDE, checkpoints, last_number, signed_claims
from adapters.evidence.findings import Findings
from adapters.evidence.keepers import Asked, kept_since
from adapters.evidence.notes import Checkpoint, Verifier
from adapters.evidence.rows import Row, auditing, head, pages

OTHERWISE_RECORDED = "an event's command does not say that it recorded it"
NO_KEY = "there is no public key of the log here; bring it to {place}, or name it with --key"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was proven, up to where; `findings` is what is wrong, `remarks` what is not.

    `first_fault`: a position that nothing is proven from on, whatever was signed.
    """

    events: int
    position: int
    signed: Checkpoint | None
    anchored: Checkpoint | None
    findings: Findings
    remarks: Findings
    first_fault: int | None = None


def verify(
    url: str,
    mapper: EventMapper,
    verifier: Verifier | None,
    asked: Asked,
    progress: Progress,
    place: Path,
) -> Verdict:
    """`progress(events read, events there)` is called now and then. `place`: of the public key."""
    findings, remarked = Findings(), Findings()
    with auditing(url) as connection, auditing(url) as beside, ThreadPoolExecutor(1) as thread:
        # In this order: what is said of the log has to be older than its end.
        anchored = kept_since(connection, asked, findings, remarked)
        last = last_number(connection)
        upto = head(connection)
        others = thread.submit(_others, url)
        stored = checkpoints(beside, last) if last else None
        if not verifier and (stored or any(one.notes for one in anchored)):
            findings.add("nothing can be proven", NO_KEY.format(place=place))
        claims = signed_claims(stored or (), anchored, verifier, findings) if verifier else iter(())
        audit = Audit(mapper, claims, findings)
        for _ in _compared(audit, url, pages(connection, upto)):
            progress(audit.tree.size, upto)
        audit.finish()
        findings.merge(others.result())
        remarked.extend(remarks(connection))
    _compare(audit)
    return verdict(audit, remarked)


def _compared(audit: Audit, url: str, pages: Iterable[Sequence[Row]]) -> Iterator[None]:
    """Read all, and beside it what commands say of it."""
    with auditing(url) as connection, auditing(url) as beside:
        carried_out = CarriedOut(connection, beside)
        for rows in pages:
            audit.add(rows)
            _found(audit, *carried_out.otherwise(audit.read))
            audit.findings.extend(unfinished(beside, audit.erased))
            yield
        _found(audit, *carried_out.rest())


def _found(audit: Audit, unnamed: Iterable[Read], missing: Iterable[Gone]) -> None:
    for position, link, _ in unnamed:
        audit.find(OTHERWISE_RECORDED, position, link)
    for gone in missing:
        audit.miss(gone.fault, gone.position)


def _others(url: str) -> Findings:
    """What is asked of whole tables while the log is read."""
    found = Findings()
    with auditing(url) as connection:
        found.extend(faults(connection))
    return found


def verdict(audit: Audit, remarked: Findings) -> Verdict:
    anchored = [said for keeper, said in audit.proven.items() if keeper != BESIDE]
    return Verdict(
        events=audit.tree.size,
        position=audit.position,
        signed=max(audit.proven.values(), key=_size, default=None),
        anchored=max(anchored, key=_size, default=None),
        findings=audit.findings,
        remarks=remarked,
        first_fault=audit.first_fault,
    )


def _compare(audit: Audit) -> None:
    """Nothing is handed to an anchor that is not kept beside the log first."""
    signed = audit.proven.get(BESIDE)
    for keeper, said in audit.proven.items():
        if signed is None or said.size > signed.size:
            where = f"{keeper} has one up to position {said.position}"
            audit.findings.add("the latest checkpoints are missing", where)


def _size(checkpoint: Checkpoint) -> int:
    return checkpoint.size
