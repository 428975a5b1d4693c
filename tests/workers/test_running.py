"""Whether `run` waits for what it has started."""

from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from workers import running
from workers.addresses import Addresses
from workers.running import DidNotGetReady
from workers.stopping import Stop

ADDRESSES = Addresses("", "http://api", "http://sandbox", "25", "logs")
TWO_MINUTES = 120


@dataclass
class Tree:
    deaths: int = 0


class Clock:
    """Each look takes a second, as on a machine that has much else to do."""

    def __init__(self) -> None:
        self._seconds = count()

    def monotonic(self) -> int:
        return next(self._seconds)

    def sleep(self, _seconds: float) -> None:
        """What is waited for comes with the looks."""


def is_ready(monkeypatch: pytest.MonkeyPatch, tree: Any, seconds: float) -> bool:
    """As all of it answers after so many looks."""
    looks = count()
    monkeypatch.setattr(running, "time", Clock())
    monkeypatch.setattr(running, "_answers", lambda _address: next(looks) >= seconds)
    return running._is_ready(ADDRESSES, Stop(), tree, lambda: None)


def test_a_slow_machine_is_given_its_time(monkeypatch) -> None:
    assert is_ready(monkeypatch, Tree(), TWO_MINUTES)


@pytest.mark.parametrize("deaths", [0, running.HOPELESS_DEATHS])
def test_what_never_answers_or_dies_each_time_is_given_up(monkeypatch, deaths) -> None:
    with pytest.raises(DidNotGetReady, match="logs"):
        is_ready(monkeypatch, Tree(deaths), float("inf"))
