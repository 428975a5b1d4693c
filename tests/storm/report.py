"""What a storm has seen, for people and for tests."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from adapters.runner_names import RELAY
from projections.worklist import WORKLIST
from tests.storm.evidence import Aftermath
from tests.storm.faults import Fault
from tests.storm.watch import Watch
from tests.torture.checks import Violation
from tests.torture.evidence import Evidence
from tests.torture.faults import Struck

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Report:
    """`recovered`: seconds from a fault's end until work went on; `settled`: until all was done."""

    seed: int
    seconds: float
    settled: float
    commands: int
    acknowledged: int
    after: Aftermath
    faults: Mapping[Fault, int]
    recovered: Mapping[Fault, Sequence[float]]
    violations: Sequence[Violation]
    folder: Path

    def __str__(self) -> str:
        return "\n".join((*self._counts(), *self._verdict()))

    def _counts(self) -> Iterable[str]:
        events, after = len(self.after.log), self.after
        told, repeated = len(after.mails), after.deliveries - len(after.mails)
        yield f"seed {self.seed}, {self.seconds:.0f} s, {self.commands} commands asked"
        yield f"  acknowledged     {self.acknowledged}"
        yield f"  events           {events}, published {len(after.published)} times"
        yield f"  effects          {len(after.witnessed)}, {len(after.notified)} notices"
        yield f"  mails            {told}, {repeated} delivered again under their Message-ID"
        yield f"  caught up        {self.settled:.1f} s after the last fault"
        for fault, count in self.faults.items():
            yield f"  {fault:<30} {count:>4} {_spread(self.recovered.get(fault, ()))}".rstrip()

    def _verdict(self) -> Iterable[str]:
        if not self.violations:
            yield "No violations."
            return
        for invariant in dict.fromkeys(v.invariant for v in self.violations):
            what = [v.what for v in self.violations if v.invariant == invariant]
            yield f"VIOLATED {invariant}: {len(what)}"
            yield from (f"  {one}" for one in what[:SHOWN])
        yield f"Repeat it with seed {self.seed}; what it left is in {self.folder}."


def recovered(
    struck: Sequence[Struck], watch: Watch, evidence: Evidence
) -> dict[Fault, list[float]]:
    """Until a command is acknowledged, a read model goes on, or the relay does."""
    acknowledged = sorted(a.at for a in evidence.answers.values() if a.acknowledged)

    def next_command(_: str, after: float) -> float | None:
        return next((at for at in acknowledged if at > after), None)

    signs = {
        Fault.RESTART_POSTGRES: (next_command, ""),
        Fault.KILL_BROKER: (watch.next_move, RELAY),
        Fault.KILL_WORKER: (watch.next_move, WORKLIST.name),
    }
    found: dict[Fault, list[float]] = {fault: [] for fault in signs}
    for one in struck:
        if one.fault in signs:
            look, who = signs[one.fault]
            if (at := look(who, one.over)) is not None:
                found[one.fault].append(at - one.over)
    return found


def counted(struck: Sequence[Struck]) -> dict[Fault, int]:
    happened = Counter(one.fault for one in struck)
    return {fault: happened[fault] for fault in Fault}


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return ""
    return f"  back after {median(seconds):.2f} s, at worst {max(seconds):.2f} s"
