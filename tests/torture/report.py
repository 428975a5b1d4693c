"""What a run has seen, for people and for tests."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from tests.torture.checks import Violation
from tests.torture.evidence import Evidence
from tests.torture.faults import Fault, Struck
from tests.torture.journal import CONFLICTS, REPLAYED, STALE, Answered, Asked, Line, Lost
from tests.torture.verdict import befallen, counted, verdict

# Seconds until work goes on, as it should be on a machine of its own.
WITHIN = {Fault.RESTART_POSTGRES: 5.0, Fault.KILL_WRITER: 2.0}


@dataclass(frozen=True, slots=True)
class Report:
    """`recovered`: seconds from a fault to the next acknowledged command."""

    seed: int
    seconds: float
    operations: int
    acknowledged: int
    replayed: int
    refused: int
    stale: int
    conflicts: int
    lost: int
    events: int
    faults: Mapping[Fault, int]
    recovered: Mapping[Fault, Sequence[float]]
    violations: Sequence[Violation]
    folder: Path

    def __str__(self) -> str:
        said = befallen(self.faults, self.recovered, WITHIN)
        told = verdict(self.violations, self.seed, self.folder)
        return "\n".join((*self._counts(), *said, *told))

    def _counts(self) -> Iterable[str]:
        yield f"seed {self.seed}, {self.seconds:.0f} s, {self.operations} commands asked"
        yield f"  acknowledged     {self.acknowledged}, {self.replayed} of them replayed"
        yield f"  refused          {self.refused} by rules, {self.stale} stale"
        yield f"  true conflicts   {self.conflicts}"
        yield f"  answers lost     {self.lost}, each asked again"
        yield f"  events           {self.events}"


def reported(
    *,
    seed: int,
    seconds: float,
    lines: Sequence[Line],
    struck: Sequence[Struck],
    evidence: Evidence,
    violations: Sequence[Violation],
    folder: Path,
) -> Report:
    answers = list(evidence.answers.values())
    refused = Counter(a.outcome for a in answers if not a.acknowledged)
    conflicts = sum(refused[name] for name in CONFLICTS)
    return Report(
        seed=seed,
        seconds=seconds,
        operations=len(evidence.asked),
        acknowledged=sum(answer.acknowledged for answer in answers),
        replayed=sum(answer.outcome == REPLAYED for answer in answers),
        refused=refused.total() - conflicts - refused[STALE],
        stale=refused[STALE],
        conflicts=conflicts,
        lost=sum(isinstance(line, Lost) for line in lines),
        events=len(evidence.log),
        faults=counted(Fault, struck),
        recovered=_recovered(struck, evidence.asked, answers),
        violations=violations,
        folder=folder,
    )


def _recovered(
    struck: Sequence[Struck], asked: Mapping[UUID, Asked], answers: Sequence[Answered]
) -> dict[Fault, list[float]]:
    """After a restart of PostgreSQL by any writer; after a kill by whoever took its place."""
    found: dict[Fault, list[float]] = {Fault.RESTART_POSTGRES: [], Fault.KILL_WRITER: []}
    moments = sorted((a.at, asked[a.id].by) for a in answers if a.acknowledged)
    for one in struck:
        if one.fault in found:
            later = (at for at, by in moments if at > one.over and by.startswith(one.who))
            if (first := next(later, None)) is not None:
                found[one.fault].append(first - one.began)
    return found
