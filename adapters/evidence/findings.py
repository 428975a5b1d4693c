"""What an audit finds: the first faults by name, and how many there are in all."""

from collections.abc import Iterable
from dataclasses import dataclass, field

NAMED = 20


@dataclass(frozen=True, slots=True)
class Fault:
    what: str
    where: str


@dataclass(slots=True)
class Findings:
    """Keeps the first of them: a log that was spoilt as a whole has as many as events."""

    faults: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, what: str, where: str) -> None:
        self.count += 1
        if len(self.faults) < NAMED:
            self.faults.append(Fault(what, where))

    def extend(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.add(fault.what, fault.where)

    def merge(self, others: "Findings") -> None:
        self.extend(others.faults)
        self.count += others.unnamed

    def begin_with(self, others: "Findings") -> None:
        """However many there are besides, those are named."""
        count = self.count + others.count
        self.faults[:] = [*others.faults, *self.faults][:NAMED]
        self.count = count

    @property
    def unnamed(self) -> int:
        return self.count - len(self.faults)
