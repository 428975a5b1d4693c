"""The shape of every aggregate: rules decide, state remembers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from types import UnionType
from typing import Generic, TypeVar

from domain.copying import draft, finished
from domain.saying import SaysWhatToDo

State = TypeVar("State")
Command = TypeVar("Command")
Event = TypeVar("Event")


class HistoryOfSomethingElse(SaysWhatToDo):
    """There is nothing of this kind under this id."""


@dataclass(frozen=True, slots=True)
class Decider(Generic[State, Command, Event]):
    """decide() may refuse; evolve() never does, so every stored history folds.

    `remembers`: the events whose personal fields leave something in the state, so that those of all
    others need not be opened to fold them; None where that is not known.
    """

    initial: State
    decide: Callable[[State, Command], list[Event]]
    evolve: Callable[[State, Event], State]
    events: UnionType | type
    remembers: frozenset[type] | None = None

    def fold(self, history: Iterable[Event]) -> State:
        """Raise HistoryOfSomethingElse where an id of another kind of stream was asked for."""
        events = list(history)
        if events and not isinstance(events[0], self.events):
            raise HistoryOfSomethingElse
        return finished(reduce(self.evolve, events, draft(self.initial)))
