"""Who has not signed in records only so much in a minute, and keeps nobody else away."""

from dataclasses import dataclass

import pytest

from api.rationing import Ration
from api.refusals import TooManyReferrals

ONE, ANOTHER, THIRD = "192.0.2.1", "192.0.2.2", "192.0.2.3"


@dataclass
class Clock:
    now: float = 6000.0

    def __call__(self) -> float:
        return self.now


def test_who_took_enough_waits_for_the_next_minute_and_nobody_else() -> None:
    clock = Clock()
    ration = Ration(each=2, all_of_them=10, clock=clock)
    ration.take(ONE)
    clock.now += 12.5
    ration.take(ONE)
    with pytest.raises(TooManyReferrals) as refused:
        ration.take(ONE)
    assert refused.value.seconds == 48
    ration.take(ANOTHER)
    clock.now += refused.value.seconds
    ration.take(ONE)


def test_all_of_them_take_only_so_much_and_what_was_refused_is_not_counted() -> None:
    clock = Clock()
    ration = Ration(each=2, all_of_them=3, clock=clock)
    for address in (ONE, ONE, ANOTHER):
        ration.take(address)
    for _ in range(5):
        with pytest.raises(TooManyReferrals):
            ration.take(THIRD)
    clock.now += 60
    ration.take(THIRD)
