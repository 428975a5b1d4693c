"""Verifies the log in the database, event by event, and what was made of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

from adapters.event_store.mapper import EventMapper
from adapters.event_store.soundness import faults, gone, remarks
from adapters.evidence.audit import Audit, earliest
from adapters.evidence.carried_out import CarriedOut
from adapters.evidence.claims import BESIDE, Claim, Stored, checkpoints, last_number, signed_claims
from adapters.evidence.findings import Findings
from adapters.evidence.keepers import Anchored, Asked, kept_since
from adapters.evidence.notes import Checkpoint, Verifier
from adapters.evidence.rows import Row, auditing, head, pages

OTHERWISE_RECORDED = "an event's command does not say that it recorded it"
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
) -> Verdict:
    """`progress(events read, events there)` is called now and then."""
    findings, remarked = Findings(), Findings()
    with auditing(url) as connection, auditing(url) as beside, ThreadPoolExecutor(1) as thread:
        # In this order: what is said of the log has to be older than its end.
        anchored = kept_since(connection, asked, findings, remarked)
        last = last_number(connection)
        upto = head(connection)
        others = thread.submit(_others, url)
        stored = checkpoints(beside, last) if last else None
        audit = Audit(mapper, _claims(stored, anchored, verifier, findings), findings)
        for _ in _compared(audit, url, pages(connection, upto)):
            progress(audit.tree.size, upto)
        audit.finish()
        found, first_gone = others.result()
        findings.merge(found)
        audit.first_fault = earliest(audit.first_fault, first_gone)
        remarked.extend(remarks(connection))
    _compare(audit)
    return verdict(audit, remarked)


def _claims(
    stored: Iterator[Stored] | None,
    anchored: Sequence[Anchored],
    verifier: Verifier | None,
    findings: Findings,
) -> Iterator[Claim]:
    if verifier:
        return signed_claims(stored or (), anchored, verifier, findings)
    if stored or any(one.notes for one in anchored):
        findings.add("nothing can be proven", "the public key of the log is missing")
    return iter(())


def _compared(audit: Audit, url: str, pages: Iterable[Sequence[Row]]) -> Iterator[None]:
    """Read all; what is found of a page's commands comes with the next one, or after all."""
    with auditing(url) as connection, CarriedOut(connection) as carried_out:
        for rows in chain(pages, [[]]):
            audit.add(rows)
            for position, link in carried_out.then(audit.read):
                audit.find(OTHERWISE_RECORDED, position, link)
            yield


def _others(url: str) -> tuple[Findings, int | None]:
    """What is asked of whole tables while the log is read, and the first event that is gone."""
    found, first = Findings(), None
    with auditing(url) as connection:
        for fault, position in gone(connection):
            found.add(fault.what, fault.where)
            first = earliest(first, position)
        found.extend(faults(connection))
    return found, first


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
