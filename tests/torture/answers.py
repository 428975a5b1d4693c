"""What was answered: nothing but what was true at some moment."""

from collections.abc import Iterator, Sequence

from domain.application.state import Application
from tests.torture.evidence import Evidence
from tests.torture.journal import CONFLICTS, STALE, Answered, Asked
from tests.torture.kinds import decided
from tests.torture.played import by_command, states


def known_before(evidence: Evidence) -> Iterator[str]:
    """Who writes to a stream alone knows each answer: no conflict, no refusal but the rules'."""
    for id_, answer in evidence.answers.items():
        asked = evidence.asked[id_]
        got = answer.version if answer.acknowledged else answer.outcome
        if asked.alone and got != asked.expects:
            yield f"command {id_}, alone on its stream, got {got} instead of {asked.expects}"


def justified(evidence: Evidence) -> Iterator[str]:
    """A refusal is what the rules say to some state the stream was in; a conflict had a rival."""
    played = states(evidence.log)
    for id_, answer in evidence.answers.items():
        asked = evidence.asked[id_]
        if not answer.acknowledged and not _is_justified(played[asked.stream], asked, answer):
            yield f"command {id_} was refused without a reason: {answer.outcome}"


def in_time(evidence: Evidence) -> Iterator[str]:
    """What was asked after another was acknowledged stands behind it in the log."""
    effects = by_command(evidence.log)
    acknowledged = sorted(
        (a.at, a.position) for a in evidence.answers.values() if a.acknowledged and a.position
    )
    asked = sorted((one.at, one.id) for one in evidence.asked.values() if one.id in effects)
    behind, at = 0, 0
    for moment, id_ in asked:
        while at < len(acknowledged) and acknowledged[at][0] < moment:
            behind, at = max(behind, acknowledged[at][1]), at + 1
        if effects[id_][0].position <= behind:
            yield f"command {id_} stands before position {behind}, acknowledged before it was asked"


def _is_justified(played: Sequence[Application], asked: Asked, answer: Answered) -> bool:
    if answer.outcome == STALE or answer.outcome in CONFLICTS:
        return not asked.alone and len(played) - 1 > (asked.seen or 0)
    possible = played if asked.seen is None else played[asked.seen : asked.seen + 1]
    return any(decided(state, asked) == answer.outcome for state in possible)
