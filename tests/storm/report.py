"""What a storm has seen, for people and for tests."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.runner_names import RELAY
from domain.payment.events import PaymentSucceeded
from projections.worklist import WORKLIST
from tests.storm.evidence import Aftermath
from tests.storm.faults import Fault
from tests.storm.watch import Watch
from tests.torture.checks import Violation
from tests.torture.evidence import Evidence
from tests.torture.faults import Struck
from tests.torture.verdict import befallen, verdict


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
        said = befallen(self.faults, self.recovered, {})
        told = verdict(self.violations, self.seed, self.folder)
        return "\n".join((*self._counts(), *said, *told))

    def _counts(self) -> Iterable[str]:
        events, after = len(self.after.log), self.after
        told, repeated = len(after.mails), after.deliveries - len(after.mails)
        yield f"seed {self.seed}, {self.seconds:.0f} s, {self.commands} commands asked"
        yield f"  acknowledged     {self.acknowledged}"
        yield f"  events           {events}, published {len(after.published)} times"
        yield f"  effects          {len(after.witnessed)}, {len(after.notified)} notices"
        handed, again = len(after.received), after.calls - len(after.received)
        undone, paid = len(after.undone), len(list(after.of(PaymentSucceeded)))
        yield f"  hand-overs       {handed}, {again} again under their id; {undone} undone before"
        yield f"  payments         {paid}, {after.passed} days that passed"
        yield f"  mails            {told}, {repeated} delivered again under their Message-ID"
        yield f"  caught up        {self.settled:.1f} s after the last fault"


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
