"""One measured figure, and what it is held against in the same run."""

from dataclasses import asdict, dataclass
from typing import Any

from tests.benchmarks.goals import GOALS, Goal
from tests.benchmarks.measure import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    name: str
    value: float
    unit: str
    baseline: str
    baseline_value: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    baseline_p50_ms: float | None = None
    baseline_p99_ms: float | None = None

    @property
    def ratio(self) -> float:
        return self.value / self.baseline_value

    @property
    def goal(self) -> Goal | None:
        return GOALS.get(self.name)

    @property
    def met(self) -> bool | None:
        """None where nothing is aimed at."""
        if self.goal is None:
            return None
        theirs = self.baseline_p99_ms or self.baseline_p50_ms
        p99_ratio = self.p99_ms / theirs if self.p99_ms and theirs else None
        return self.goal.met(self.ratio, self.value, p99_ratio)

    def as_json(self) -> dict[str, Any]:
        known = {name: value for name, value in asdict(self).items() if value is not None}
        aimed = {"goal": str(self.goal), "met": self.met} if self.goal else {}
        return {**known, "ratio": self.ratio, **aimed}


def throughput(name: str, unit: str, ours: Timing, baseline: str, theirs: Timing) -> Figure:
    """How many a second: the higher the ratio, the better."""
    return _figure(name, (ours.rate, unit), ours, baseline, (theirs.rate, theirs))


def latency(name: str, ours: Timing, baseline: str, theirs: Timing) -> Figure:
    """The 99th percentile in milliseconds: the lower the ratio, the better."""
    return _figure(name, (ours.p99_ms or 0, "ms"), ours, baseline, (theirs.p99_ms or 0, theirs))


def _figure(
    name: str,
    measured: tuple[float, str],
    ours: Timing,
    baseline: str,
    against: tuple[float, Timing],
) -> Figure:
    value, unit = measured
    baseline_value, theirs = against
    return Figure(
        name=name,
        value=value,
        unit=unit,
        baseline=baseline,
        baseline_value=baseline_value,
        p50_ms=ours.p50_ms,
        p99_ms=ours.p99_ms,
        baseline_p50_ms=theirs.p50_ms,
        baseline_p99_ms=theirs.p99_ms,
    )
