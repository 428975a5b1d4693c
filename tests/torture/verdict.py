"""What a torture and a storm say alike: what befell them, how soon work went on, what is wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from statistics import median
from typing import TypeVar

from tests.torture.checks import Violation
from tests.torture.faults import Struck

SHOWN = 5
Kind = TypeVar("Kind", bound=StrEnum)


def counted(kinds: Iterable[Kind], struck: Sequence[Struck]) -> dict[Kind, int]:
    """Those that never happened as well."""
    happened = Counter(one.fault for one in struck)
    return {kind: happened[kind] for kind in kinds}


def befallen(
    faults: Mapping[Kind, int],
    recovered: Mapping[Kind, Sequence[float]],
    within: Mapping[Kind, float],
) -> Iterator[str]:
    """`within`: seconds that it should take at most, where there is such a goal."""
    for fault, count in faults.items():
        back = _back(recovered.get(fault, ()), within.get(fault))
        yield f"  {fault:<30} {count:>4} {back}".rstrip()


def _back(seconds: Sequence[float], goal: float | None) -> str:
    if not seconds:
        return ""
    back = f"  back after {median(seconds):.2f} s, at worst {max(seconds):.2f} s"
    if goal is None:
        return back
    return f"{back}; goal {goal:g} s {'met' if median(seconds) <= goal else 'MISSED'}"


def verdict(violations: Sequence[Violation], seed: int, folder: Path) -> Iterator[str]:
    if not violations:
        yield "No violations."
        return
    for invariant in dict.fromkeys(v.invariant for v in violations):
        what = [v.what for v in violations if v.invariant == invariant]
        yield f"VIOLATED {invariant}: {len(what)}"
        yield from (f"  {one}" for one in what[:SHOWN])
    yield f"Repeat it with seed {seed}; what it left is in {folder}."
