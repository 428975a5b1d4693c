"""given(events).when(command).then(events), for any decider."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import pytest

from domain.decider import Decider
from domain.errors import Refused

State = TypeVar("State")
Command = TypeVar("Command")
Event = TypeVar("Event")


@dataclass(frozen=True)
class When(Generic[State, Command, Event]):
    decider: Decider[State, Command, Event]
    history: tuple[Event, ...]
    command: Command

    def happens(self) -> list[Event]:
        return self.decider.decide(self.decider.fold(self.history), self.command)

    def then(self, *expected: Event) -> None:
        assert self.happens() == list(expected)

    def then_nothing_happens(self) -> None:
        assert self.happens() == []

    def then_refused(self, refusal: type[Refused]) -> None:
        with pytest.raises(Refused) as refused:
            self.happens()
        assert refused.type is refusal


@dataclass(frozen=True)
class Given(Generic[State, Command, Event]):
    decider: Decider[State, Command, Event]
    history: tuple[Event, ...] = ()

    def __call__(self, *history: Event) -> "Given[State, Command, Event]":
        return Given(self.decider, history)

    def when(self, command: Command) -> When[State, Command, Event]:
        return When(self.decider, self.history, command)

    @property
    def state(self) -> State:
        return self.decider.fold(self.history)
