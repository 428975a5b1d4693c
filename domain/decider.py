"""The shape of every aggregate: rules decide, state remembers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

State = TypeVar("State")
Command = TypeVar("Command")
Event = TypeVar("Event")


@dataclass(frozen=True, slots=True)
class Decider(Generic[State, Command, Event]):
    """decide() may refuse; evolve() never does, so every stored history folds."""

    initial: State
    decide: Callable[[State, Command], list[Event]]
    evolve: Callable[[State, Event], State]

    def fold(self, history: Iterable[Event]) -> State:
        return reduce(self.evolve, history, self.initial)
