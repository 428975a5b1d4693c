"""What is in the log, and what those who read it have made of it."""

from collections.abc import Iterator
from itertools import pairwise
from uuid import uuid5

from adapters.event_store.chain import GENESIS, event_hash
from tests.torture.evidence import Evidence, Fact
from tests.torture.kinds import metadata_of
from tests.torture.played import by_stream


def positions_rise(evidence: Evidence) -> Iterator[str]:
    for before, fact in pairwise(evidence.log):
        if fact.position <= before.position:
            yield f"position {fact.position} comes after {before.position}"


def streams_are_whole(evidence: Evidence) -> Iterator[str]:
    for stream, facts in by_stream(evidence.log).items():
        if [fact.version for fact in facts] != list(range(1, len(facts) + 1)):
            yield f"stream {stream} has a hole, or is out of order"


def read_once_in_order(evidence: Evidence) -> Iterator[str]:
    there = [(f.position, uuid5(f.stream, str(f.version))) for f in evidence.log]
    if list(evidence.seen) != there:
        missed = len(set(there) - set(evidence.seen))
        twice = len(evidence.seen) - len(set(evidence.seen))
        yield f"the reader missed {missed} events, saw {twice} twice, or in another order"


def projected_once(evidence: Evidence) -> Iterator[str]:
    if evidence.applied != len(evidence.log):
        yield f"the projector applied {evidence.applied} of {len(evidence.log)} events"
    if evidence.parked:
        yield f"the projector could not apply positions {', '.join(evidence.parked)}"
    if evidence.shown != evidence.rebuilt:
        rows = len(evidence.shown ^ evidence.rebuilt)
        yield f"the read model and one built from scratch differ in {rows} rows"


def chained(evidence: Evidence) -> Iterator[str]:
    for stream, facts in by_stream(evidence.log).items():
        broken = _first_broken(facts)
        if broken:
            yield f"the chain of stream {stream} breaks at version {broken.version}"


def opened(evidence: Evidence) -> Iterator[str]:
    """What is sealed, the citizen who acted among it, is what was put in."""
    for fact in evidence.log:
        asked = evidence.asked.get(fact.command)
        if asked and fact.actor != metadata_of(asked).actor:
            yield f"position {fact.position} does not tell who acted"
    yield from evidence.sealed


def _first_broken(facts: list[Fact]) -> Fact | None:
    hash_ = GENESIS
    for fact in facts:
        hash_ = event_hash(hash_, fact.stream, fact.version, fact.name, fact.state)
        if hash_ != fact.hash:
            return fact
    return None
