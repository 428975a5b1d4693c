"""People who apply and clerks who decide, several at a time, each application to its own end."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

import httpx

from api.sandbox.story import ANNA
from domain.application.state import Status
from tests.asking import Acknowledged, Applying, Office
from tests.killable import Killable, until

ONLINE_ONLY = {"fulfilment": {"mode": "online-only"}}
ADULT = {"answers": {**ANNA["answers"], "reduction": "none"}}


@dataclass
class Applicants:
    installation: Killable
    seed: int
    stopped: bool = False
    acknowledged: list[Acknowledged] = field(default_factory=list)
    ended_as: dict[str, Status] = field(default_factory=dict)
    people: list[Future[None]] = field(default_factory=list)

    @contextmanager
    def applying(self, pool: ThreadPoolExecutor, people: int) -> Iterator[None]:
        """At the end everybody comes to the end of what was begun."""
        self.people = [pool.submit(self._apply, n) for n in range(people)]
        try:
            yield
        finally:
            self.stopped = True
        for person in self.people:
            person.result()

    def go_on(self, more: int) -> None:
        """Return as soon as so many more commands are acknowledged."""
        goal = len(self.acknowledged) + more
        until(lambda: len(self.acknowledged) >= goal or self._failed(), f"{more} more commands")

    def go_on_after(self, moment: float) -> float:
        """Return when the first command was acknowledged again."""

        def later() -> list[float]:
            return [one.at for one in self.acknowledged if one.at > moment]

        until(lambda: later() or self._failed(), "a command is acknowledged again")
        return min(later())

    def _failed(self) -> bool:
        return any(person.done() and person.result() for person in self.people)

    def _apply(self, number: int) -> None:
        """Go through one application after the other."""
        dice, count = Random(self.seed + number), 0  # noqa: S311 -- it chooses what to apply for
        office = Office(self.installation.api, self.installation.sandbox, self.installation.home)
        with httpx.Client(timeout=25) as http:
            while not self.stopped:
                count += 1
                kind = dice.choice(list(KINDS))
                name = f"{self.seed}-{number}-{count}"
                one = Applying(office, http, dice, name, self.acknowledged)
                KINDS[kind](one)
                self.ended_as[one.application_id] = kind


def collected(one: Applying) -> None:
    one.submit(**ADULT)
    one.pay()
    one.claim()
    one.decide("approval")
    one.decide("ready-for-pickup", {})
    one.decide("pickup")


def reduced(one: Applying) -> None:
    one.submit()
    steps = [one.pay, one.upload]
    one.dice.shuffle(steps)
    for step in steps:
        step()
    one.claim()
    one.decide("approval")
    one.decide("ready-for-pickup", {})


def online_only(one: Applying) -> None:
    one.submit(**ADULT, **ONLINE_ONLY)
    one.pay()
    one.claim()
    one.decide("approval")


def rejected(one: Applying) -> None:
    one.submit(**ADULT)
    one.pay()
    one.claim()
    asked = one.decide("corrections", {"message": "Which number?"})
    one.answer(asked["open_correction"])
    one.decide("rejection", {"reason": "Not a resident."})


def withdrawn(one: Applying) -> None:
    one.submit(**ADULT)
    one.ask("anna", "/withdrawal", {"reason": "Moved away."})


KINDS: Mapping[Status, Callable[[Applying], None]] = {
    Status.PICKED_UP: collected,
    Status.READY_FOR_PICKUP: reduced,
    Status.ISSUED_ONLINE: online_only,
    Status.REJECTED: rejected,
    Status.WITHDRAWN: withdrawn,
}
