"""Verifies an exported log by its file alone: of each stream the last event is remembered."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from struct import Struct

from adapters.event_store.mapper import EventMapper
from adapters.evidence.audit import Audit
from adapters.evidence.claims import Stored, signed_claims
from adapters.evidence.exported import Exported
from adapters.evidence.exported_claims import (
    Later,
    contradictions,
    newest_moment,
    weigh,
)
from adapters.evidence.findings import Findings
from adapters.evidence.keepers import Asked, kept
from adapters.evidence.last_events import LastEvents
from adapters.evidence.leaves import LEAF
from adapters.evidence.lines import EventLine, microseconds
from adapters.evidence.notes import Verifier
from adapters.evidence.online import Progress, Verdict, verdict
from adapters.evidence.rows import NO_LINK, PAGE, Row

COVERED = Struct(">16sqH")
LONGEST_NAME = 0xFFFF


def verify_file(
    file: Path,
    mapper: EventMapper,
    verifier: Verifier,
    asked: Asked,
    progress: Progress,
    made_at: datetime | None = None,
) -> Verdict:
    """`made_at`: the moment of the file by the auditor's own knowledge, if they have it.

    Raise MadeAtTooEarly or a kind of ExportUnreadable.
    """
    exported, findings, remarked = Exported.at(file), Findings(), Findings()
    # Before the events are read, it has to be known where to look at the tree.
    stored = [Stored(line.number, line.note) for line in exported.checkpoints()]
    newest = newest_moment(stored, verifier, made_at)
    anchored = kept(asked, findings, remarked)
    claims = signed_claims(stored, anchored, verifier, findings)
    later = Later(exported.header.made_at, made_at)
    audit = Audit(mapper, claims, findings, later.is_expected)
    rows = Streams().rows(exported.events(findings))
    while page := list(islice(rows, PAGE)):
        audit.add(page)
        progress(audit.tree.size, exported.header.last_position)
    audit.finish()
    weigh(audit, remarked, signed=bool(stored) or any(one.notes for one in anchored))
    contradictions(exported.header, audit, verifier, newest)
    # Whoever cuts the log can set back the moment in the file as well: that alone excuses nothing.
    later.tell(remarked if made_at else findings)
    return verdict(audit, remarked)


@dataclass(frozen=True, slots=True)
class Streams:
    """What was the last event of each, so that the next one can be told to follow it."""

    last: LastEvents = field(default_factory=LastEvents)

    def rows(self, events: Iterator[EventLine]) -> Iterator[Row]:
        for event in events:
            hash_, stream = bytes.fromhex(event.hash), event.stream.bytes
            leaf = LEAF.pack(event.position, microseconds(event.recorded_at), hash_)
            link = self._before(stream, event.version) + _covered(event, stream)
            self.last.put(stream, event.version, leaf[:8] + hash_)
            yield event.position, leaf, link, False

    def _before(self, stream: bytes, version: int) -> bytes:
        before, link = self.last.get(stream) or (0, NO_LINK)
        return link if before == version - 1 else NO_LINK


def _covered(event: EventLine, stream: bytes) -> bytes:
    name = event.name.encode()
    return COVERED.pack(stream, event.version, len(name) & LONGEST_NAME) + name + event.stored
