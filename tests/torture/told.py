"""Evidence of a run that never was: made without a database, to be falsified."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID, uuid5

import msgspec

from adapters.event_store.chain import GENESIS, event_hash
from tests.torture.evidence import Evidence, Fact
from tests.torture.journal import DONE, REPLAYED, Answered, Asked
from tests.torture.kinds import decided, metadata_of
from tests.torture.played import by_stream, states

FIRST, SECOND = UUID(int=1), UUID(int=2)
CLERK = "anna-0"
NOTHING = Evidence(
    log=[], commands={}, asked={}, answers={}, again={}, seen=[], applied=0,
    shown=frozenset(), rebuilt=frozenset(),
)  # fmt: skip


def told(*work: tuple[UUID, str]) -> Evidence:
    """One command after another, each on a stream nobody else writes to, as all should go."""
    evidence = NOTHING
    for number, (stream, kind) in enumerate(work, 1):
        evidence = _with(evidence, command(number), stream, kind)
    return read(evidence)


def command(number: int) -> UUID:
    return UUID(int=1000 + number)


def read(evidence: Evidence) -> Evidence:
    """As the readers see this log."""
    seen = [(fact.position, uuid5(fact.stream, str(fact.version))) for fact in evidence.log]
    return replace(evidence, seen=seen, applied=len(evidence.log))


def chained_anew(log: Iterable[Fact]) -> list[Fact]:
    """With hashes that fit, as one who knows how they are made would leave it."""
    last: dict[UUID, bytes] = {}
    made = []
    for fact in log:
        before = last.get(fact.stream, GENESIS)
        last[fact.stream] = event_hash(before, fact.stream, fact.version, fact.name, fact.state)
        made.append(replace(fact, hash=last[fact.stream]))
    return made


def _with(evidence: Evidence, id_: UUID, stream: UUID, kind: str) -> Evidence:
    version, position = len(by_stream(evidence.log).get(stream, [])), len(evidence.log)
    way = "library" if kind.endswith(("-fact", "-facts")) else "office"
    at, by = float(len(evidence.asked)), CLERK
    asked = Asked(id=id_, way=way, kind=kind, stream=stream, by=by, at=at, alone=True)
    happened = decided(states(evidence.log)[stream][version], asked)
    if isinstance(happened, str):
        expects: int | str = happened
        answer = Answered(id=id_, outcome=happened, at=at + 0.5)
        return _answered(evidence, asked, answer, expects)
    facts = [
        _fact(asked, event, version + more, position + more)
        for more, event in enumerate(happened, 1)
    ]
    expects = version + len(facts)
    answer = Answered(
        id=id_, outcome=DONE, at=at + 0.5, stream=stream, version=expects,
        position=position + len(facts),
    )  # fmt: skip
    after = replace(evidence, log=chained_anew([*evidence.log, *facts]))
    if way != "library":
        kept = (stream, answer.version, answer.position)
        after = replace(after, commands={**evidence.commands, id_: kept})
    return _answered(after, asked, answer, expects)


def _answered(evidence: Evidence, asked: Asked, answer: Answered, expects: int | str) -> Evidence:
    again = {**evidence.again}
    if answer.acknowledged:
        again[asked.id] = msgspec.structs.replace(answer, outcome=REPLAYED)
    return replace(
        evidence,
        asked={**evidence.asked, asked.id: msgspec.structs.replace(asked, expects=expects)},
        answers={**evidence.answers, asked.id: answer},
        again=again,
    )


def _fact(asked: Asked, event: object, version: int, position: int) -> Fact:
    metadata = metadata_of(asked)
    name, state = type(event).__name__, str(event).encode()
    return Fact(asked.stream, version, position, name, state, b"", asked.id, event, metadata.actor)
