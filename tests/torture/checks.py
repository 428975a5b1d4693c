"""What must hold after a run, whatever befell it.

The checks read evidence and nothing else, so that each can be shown to fail.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.torture import answers, effects, reading
from tests.torture.evidence import Evidence

Check = Callable[[Evidence], Iterator[str]]

INVARIANTS: Mapping[str, Sequence[Check]] = {
    "I1 one effect": (
        effects.one_effect,
        effects.nothing_unasked,
        effects.effects_stand_together,
        effects.all_answered,
    ),
    "I2 whole or not at all": (effects.effects_are_whole,),
    "I3 the same answer again": (effects.the_same_again,),
    "I4 order without holes": (
        reading.positions_rise,
        reading.streams_are_whole,
        answers.in_time,
    ),
    "I11 read once, in order": (reading.read_once_in_order, reading.projected_once),
    "I13 chained and sealed": (reading.chained, reading.opened),
    "no false conflict": (answers.known_before, answers.justified),
}


@dataclass(frozen=True, slots=True)
class Violation:
    invariant: str
    what: str


def violations(evidence: Evidence) -> list[Violation]:
    return [
        Violation(invariant, what)
        for invariant, checks in INVARIANTS.items()
        for check in checks
        for what in check(evidence)
    ]
