"""Browsers come back without signing in, and each visit could be a request to the platform.

So a payment is asked for once in a while, and a few are at the same time; the other visits are
answered from what is known. Each process counts its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from uuid import UUID

AGAIN_AFTER_SECONDS = 2.0
# Far below the connections that there are: the others are for who begins to pay.
MOST_AT_ONCE = 20


class Visits:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._asked = dict[UUID, float]()
        self._under_way = set[UUID]()

    @contextmanager
    def asks(self, payment_id: UUID) -> Iterator[bool]:
        """Yield whether this visit may ask the platform."""
        if not self._may_ask(payment_id):
            yield False
            return
        self._under_way.add(payment_id)
        try:
            yield True
        finally:
            self._under_way.remove(payment_id)
            self._asked[payment_id] = self._clock()

    def _may_ask(self, payment_id: UUID) -> bool:
        self._forget_old()
        known = payment_id in self._asked or payment_id in self._under_way
        return not known and len(self._under_way) < MOST_AT_ONCE

    def _forget_old(self) -> None:
        """The first one noted is the oldest."""
        until = self._clock() - AGAIN_AFTER_SECONDS
        while self._asked and next(iter(self._asked.values())) <= until:
            del self._asked[next(iter(self._asked))]
