"""What may come of an attempt to tell somebody. Causes are codes: no address, no name."""

from dataclasses import dataclass

# No address was given, or the person was erased.
NOBODY_TO_TELL = "nobody-to-tell"
# Not to this one, or not any more; applicants do not see it either.
NOTHING_TO_SAY = "nothing-to-say"


@dataclass(frozen=True, slots=True)
class Sent:
    """Whoever carries it on has accepted it."""


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """It will not be taken, however often it is tried."""

    cause: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now; the same notice is tried again under the same id."""

    cause: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """It was handed over, and nobody says whether it was taken: perhaps it has arrived."""


@dataclass(frozen=True, slots=True)
class NotTold:
    """Nothing goes out, and nobody has to look after it."""

    cause: str


Outcome = Sent | RefusedForGood | Later | Unanswered | NotTold
