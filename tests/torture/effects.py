"""What a command has done: once, wholly, where it was said, and for good."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any
from uuid import UUID

from domain.application.state import Application
from tests.torture.evidence import Evidence, Fact
from tests.torture.journal import REPLAYED, Answered, Asked
from tests.torture.kinds import decided
from tests.torture.played import by_command, states

Place = tuple[UUID, int, int]
# Workers give commands for reasons of their own, where there are any.
PEOPLE = ("citizen", "clerk")


def one_effect(evidence: Evidence) -> Iterator[str]:
    """What was acknowledged is there, where it was said; what was refused is not."""
    effects = by_command(evidence.log)
    for id_, answer in evidence.answers.items():
        effect, kept = effects.get(id_, []), evidence.commands.get(id_)
        if not answer.acknowledged and (effect or kept):
            yield f"command {id_} was refused ({answer.outcome}) and has an effect"
        elif answer.acknowledged and not _is_kept(evidence.asked[id_], answer, effect, kept):
            yield f"command {id_} was acknowledged at version {answer.version} and is not there"


def nothing_unasked(evidence: Evidence) -> Iterator[str]:
    by_people = {fact.command for fact in evidence.log if fact.actor.role in PEOPLE}
    by_workers = {fact.command for fact in evidence.log} - by_people
    known = by_people | (evidence.commands.keys() - by_workers)
    for id_ in known - evidence.asked.keys():
        yield f"command {id_} has an effect and nobody asked it"


def all_answered(evidence: Evidence) -> Iterator[str]:
    for id_ in evidence.asked.keys() - evidence.answers.keys():
        yield f"command {id_} was asked until the end and not answered"


def effects_stand_together(evidence: Evidence) -> Iterator[str]:
    for id_, effect in by_command(evidence.log).items():
        stream, version, position = _place(effect[0])
        expected = zip(count(version), count(position), strict=False)
        if [_place(fact) for fact in effect] != [(stream, *next(expected)) for _ in effect]:
            yield f"the events of command {id_} are there twice, or not one after another"


def effects_are_whole(evidence: Evidence) -> Iterator[str]:
    """Play each stream again: did each command make happen what the rules decide at its place?"""
    played, effects = states(evidence.log), by_command(evidence.log)
    for id_, asked in evidence.asked.items():
        effect = effects.get(id_, [])
        kept = evidence.commands.get(id_)
        if not effect and not kept:
            continue
        ends = _place(effect[-1]) if effect else kept
        if kept and effect and kept != ends:
            yield f"command {id_} is kept at version {kept[1]}, and its events end elsewhere"
        elif ends and not _is_whole(played[ends[0]], ends[1], asked, effect):
            yield f"command {id_} has only a part of its effect, or another one"


def the_same_again(evidence: Evidence) -> Iterator[str]:
    for id_, answer in evidence.answers.items():
        again = evidence.again.get(id_)
        if not answer.acknowledged:
            continue
        if again is None or again.outcome != REPLAYED or not _same(answer, again):
            yield f"command {id_}, asked again, is answered differently"


def _is_kept(asked: Asked, answer: Answered, effect: list[Fact], kept: Place | None) -> bool:
    if asked.way != "library":  # which has no table of commands
        return answer.place == kept
    return bool(effect) and _same(answer, _place(effect[-1]))


def _same(answer: Answered, other: Answered | Place) -> bool:
    """The library does not tell the position of what was there before."""
    stream, version, position = other.place if isinstance(other, Answered) else other
    untold = not (position and answer.position)
    return answer.place[:2] == (stream, version) and (untold or answer.position == position)


def _is_whole(
    played: Sequence[Application], version: int, asked: Asked, effect: Sequence[Fact]
) -> bool:
    before = version - len(effect)
    happened: list[Any] = [fact.event for fact in effect]
    return 0 <= before < len(played) and list(decided(played[before], asked)) == happened


def _place(fact: Fact) -> Place:
    return fact.stream, fact.version, fact.position
