"""How often anybody may record something without having signed in, in each process."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from api.refusals import TooManyReferrals

WINDOW_SECONDS = 60


@dataclass(slots=True)
class Ration:
    """`each`: by one address in a minute; `all_of_them`: by all. Nothing is kept of a past one."""

    each: int = 120
    all_of_them: int = 600
    clock: Callable[[], float] = time.monotonic
    _window: int = 0
    _taken: Counter[str] = field(default_factory=Counter)

    def take(self, address: str) -> None:
        """Raise TooManyReferrals, with the seconds until there is more."""
        window, gone = divmod(self.clock(), WINDOW_SECONDS)
        if window != self._window:
            self._window = int(window)
            self._taken.clear()
        if self._taken[address] >= self.each or self._taken.total() >= self.all_of_them:
            raise TooManyReferrals(int(WINDOW_SECONDS - gone) + 1)
        self._taken[address] += 1
