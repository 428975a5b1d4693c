"""The checks of the torture test find what they are there for: each is shown a log gone wrong."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from adapters.event_store.recorded import ActorStamp
from tests.torture.checks import violations
from tests.torture.evidence import Evidence, Fact
from tests.torture.journal import Answered
from tests.torture.told import FIRST, SECOND, chained_anew, command, read, told

WORK = (
    (FIRST, "submit-minor"),  # command 1: versions 1 and 2
    (SECOND, "one-fact"),
    (FIRST, "approve"),  # refused: nobody has claimed it
    (FIRST, "claim"),
    (FIRST, "claim"),  # command 5: nothing happens
    (FIRST, "approve"),
    (SECOND, "two-facts"),  # command 7: versions 2 and 3
)
HONEST = told(*WORK)
CLAIM, NOTHING, LIBRARY, LAST = command(4), command(5), command(2), command(7)
RIVAL = ("ConcurrentUpdate", "StaleVersion", "ClaimedByAnother", "CommandIdReused")


def with_log(log: list[Fact]) -> Evidence:
    """Read and chained as if it had always been like this: no other check helps to find it."""
    return read(replace(HONEST, log=chained_anew(log)))


def without(id_, *, kept: bool = True) -> Evidence:
    evidence = with_log([fact for fact in HONEST.log if fact.command != id_])
    return evidence if kept else replace(evidence, commands=not_kept(id_).commands)


def with_answer(id_, **changed) -> Evidence:
    answer = msgspec.structs.replace(HONEST.answers[id_], **changed)
    return replace(HONEST, answers={**HONEST.answers, id_: answer})


def with_asked(id_, **changed) -> Evidence:
    asked = msgspec.structs.replace(HONEST.asked[id_], **changed)
    return replace(HONEST, asked={**HONEST.asked, id_: asked})


def with_again(id_, **changed) -> Evidence:
    again = msgspec.structs.replace(HONEST.again[id_], **changed)
    return replace(HONEST, again={**HONEST.again, id_: again})


def with_fact(index: int, **changed) -> Evidence:
    log = list(HONEST.log)
    log[index] = replace(log[index], **changed)
    return replace(HONEST, log=log)


def doubled() -> Evidence:
    claimed = next(fact for fact in HONEST.log if fact.command == CLAIM)
    end, version = HONEST.log[-1].position, 1 + sum(f.stream == FIRST for f in HONEST.log)
    return with_log([*HONEST.log, replace(claimed, position=end + 1, version=version)])


def half_submitted() -> Evidence:
    """Only the first of its two events; all numbers after it fit."""
    facts = [fact for fact in HONEST.log if (fact.stream, fact.version) != (FIRST, 2)]
    log = [
        replace(f, position=at, version=f.version - (f.stream == FIRST and f.version > 2))
        for at, f in enumerate(facts, 1)
    ]
    commands = {
        f.command: (f.stream, f.version, f.position) for f in log if f.command in HONEST.commands
    }
    return replace(with_log(log), commands={**commands, NOTHING: HONEST.commands[NOTHING]})


def unasked() -> Evidence:
    asked, answers, again = dict(HONEST.asked), dict(HONEST.answers), dict(HONEST.again)
    for known in (asked, answers, again):
        known.pop(LAST)
    return replace(HONEST, asked=asked, answers=answers, again=again)


def unanswered() -> Evidence:
    return replace(HONEST, answers={k: v for k, v in HONEST.answers.items() if k != LAST})


def not_kept(id_) -> Evidence:
    return replace(HONEST, commands={k: v for k, v in HONEST.commands.items() if k != id_})


def refused_by(refusal: str) -> Evidence:
    """Of one who may have had rivals, but had none."""
    asked = {id_: msgspec.structs.replace(a, alone=False) for id_, a in HONEST.asked.items()}
    answers = {**HONEST.answers, command(3): Answered(id=command(3), outcome=refusal, at=2.5)}
    asked[command(3)] = msgspec.structs.replace(asked[command(3)], seen=99)
    return replace(HONEST, asked=asked, answers=answers)


def late() -> Evidence:
    """The last command, asked and answered before all that stands before it."""
    answer = msgspec.structs.replace(HONEST.answers[LAST], at=0.1)
    return replace(HONEST, answers={**HONEST.answers, LAST: answer})


GONE_WRONG: dict[str, tuple[str, Callable[[], Evidence]]] = {
    "an acknowledged command is lost": ("I1", lambda: without(CLAIM, kept=False)),
    "an acknowledged event is lost, its command is kept": ("I2", lambda: without(CLAIM)),
    "an event the library appended is lost": ("I1", lambda: without(LIBRARY)),
    "an acknowledged command is not kept": ("I1", lambda: not_kept(CLAIM)),
    "an acknowledged command without events is not kept": ("I1", lambda: not_kept(NOTHING)),
    "an acknowledgement named another version": ("I1", lambda: with_answer(CLAIM, version=9)),
    "a refused command has an effect": ("I1", lambda: with_answer(CLAIM, outcome="NotClaimed")),
    "an effect is there twice": ("I1", doubled),
    "there is an effect that nobody asked": ("I1", unasked),
    "a command is never answered": ("I1", unanswered),
    "half of an effect is there": ("I2", half_submitted),
    "half of what the library appended is there": ("I2", lambda: with_log(list(HONEST.log[:-1]))),
    "an effect is another one": ("I2", lambda: with_asked(CLAIM, kind="release")),
    "nothing was done where something was decided": ("I2", lambda: with_asked(NOTHING, by="ben")),
    "asked again, the version differs": ("I3", lambda: with_again(CLAIM, version=9)),
    "asked again, the position differs": ("I3", lambda: with_again(CLAIM, position=9)),
    "asked again, it is done again": ("I3", lambda: with_again(CLAIM, outcome="done")),
    "asked again, it is refused": ("I3", lambda: with_again(CLAIM, outcome="ClaimedByAnother")),
    "asked again, the library's is done again": (
        "I3", lambda: with_again(LIBRARY, outcome="IntegrityError"),
    ),
    "a stream has a hole": ("I4", lambda: without(CLAIM)),
    "a position is there twice": ("I4", lambda: with_fact(3, position=3)),
    "positions fall": ("I4", lambda: with_log(list(reversed(HONEST.log)))),
    "what was acknowledged before stands behind": ("I4", late),
    "the reader missed an event": ("I11", lambda: replace(HONEST, seen=HONEST.seen[:-1])),
    "the reader missed one in the middle": (
        "I11", lambda: replace(HONEST, seen=[*HONEST.seen[:2], *HONEST.seen[3:]]),
    ),
    "the reader saw an event twice": (
        "I11", lambda: replace(HONEST, seen=[*HONEST.seen, HONEST.seen[-1]]),
    ),
    "the reader saw another order": (
        "I11", lambda: replace(HONEST, seen=list(reversed(HONEST.seen))),
    ),
    "the projector skipped an event": ("I11", lambda: replace(HONEST, applied=6)),
    "the projector parked an event": ("I11", lambda: replace(HONEST, parked=["3"])),
    "the read model lacks a row": ("I11", lambda: replace(HONEST, rebuilt=frozenset({"a row"}))),
    "an event was changed": ("I13", lambda: with_fact(0, state=b"another")),
    "a hash was changed": ("I13", lambda: with_fact(0, hash=bytes(32))),
    "an event was renamed": ("I13", lambda: with_fact(0, name="ApplicationPaid")),
    "what is sealed does not open": ("I13", lambda: replace(HONEST, sealed=["stream 1"])),
    "who acted was lost": ("I13", lambda: with_fact(0, actor=ActorStamp("", "citizen"))),
    **{
        f"one who writes alone is told {refusal}": (
            "no false", lambda refusal=refusal: with_answer(command(3), outcome=refusal),
        )
        for refusal in RIVAL
    },
    **{
        f"{refusal} without a rival": ("no false", lambda refusal=refusal: refused_by(refusal))
        for refusal in RIVAL
    },
}  # fmt: skip


@pytest.mark.parametrize(("invariant", "falsified"), GONE_WRONG.values(), ids=GONE_WRONG.keys())
def test_what_has_gone_wrong_is_named(invariant: str, falsified: Callable[[], Evidence]) -> None:
    found = {violation.invariant for violation in violations(falsified())}
    assert any(name.startswith(f"{invariant} ") for name in found), found


def test_where_all_went_well_nothing_is_named() -> None:
    assert violations(HONEST) == []


def test_the_work_of_the_checks_has_all_there_is() -> None:
    outcomes = [answer.outcome for answer in HONEST.answers.values()]
    assert outcomes == ["done", "done", "NotClaimed", "done", "done", "done", "done"]
