"""What may come of an attempt to tell somebody. Causes are codes: no address, no name."""

from dataclasses import dataclass


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
class NobodyToTell:
    """No address was given, the person was erased, or there is nothing to say."""


Outcome = Sent | RefusedForGood | Later | Unanswered | NobodyToTell
