"""What each figure should reach, so that a miss is seen as one. Ratios hold on any machine."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Bounds for the ratio, for the value in its unit, and for the 99th percentile's ratio."""

    at_least: float | None = None
    at_most: float | None = None
    value_at_most: float | None = None
    p99_ratio_at_most: float | None = None

    def __str__(self) -> str:
        bounds = (
            (self.at_least, "≥ {}x"),
            (self.at_most, "≤ {}x"),
            (self.value_at_most, "≤ {}"),
            (self.p99_ratio_at_most, "p99 ≤ {}x"),
        )
        return ", ".join(text.format(bound) for bound, text in bounds if bound is not None)

    def met(self, ratio: float, value: float, p99_ratio: float | None) -> bool:
        return (
            (self.at_least is None or ratio >= self.at_least)
            and (self.at_most is None or ratio <= self.at_most)
            and (self.value_at_most is None or value <= self.value_at_most)
            and (self.p99_ratio_at_most is None or (p99_ratio or 0) <= self.p99_ratio_at_most)
        )


GOALS: Mapping[str, Goal] = {
    "append_1": Goal(at_least=1.4),
    "append_32": Goal(at_least=25),
    "append_128": Goal(at_least=2, p99_ratio_at_most=3),
    "append_secured": Goal(at_least=0.65),
    "command_32": Goal(at_least=12),
    "load_fold": Goal(at_most=2),
    "verify": Goal(at_least=0.5),
    "http_submit_32": Goal(at_least=0.6, p99_ratio_at_most=3),
    "projection_steady": Goal(at_least=20),
    "rebuild_1m": Goal(at_least=0.8),
    "visible_p99": Goal(value_at_most=15),
    "worklist_p99": Goal(at_most=3),
    "adoption_p99": Goal(value_at_most=50),
    "proof_inspection": Goal(at_least=0.6),
    "reconcile_10k": Goal(at_least=0.15),
    "relay": Goal(at_least=0.7),
    "relay_lag_p99": Goal(value_at_most=1000),
    "relay_catch_up": Goal(value_at_most=60),
    "memory_api": Goal(at_most=1.2),
    "memory_worker": Goal(at_most=1.2),
    "memory_verify": Goal(at_most=1.2),
    "memory_export": Goal(at_most=1.2),
    "memory_verify_offline": Goal(at_most=1.2),
    "memory_rebuild": Goal(at_most=1.2),
}
