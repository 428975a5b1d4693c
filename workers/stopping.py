"""Hears that somebody wants it to end: Ctrl-C, SIGTERM, or a terminal that was closed."""

import signal
from collections.abc import Callable
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Interrupted(BaseException):
    """No `except Exception` on the way may swallow it."""


class Stop:
    """`told` is a plain flag: a lock could be held by the very code that the signal interrupts."""

    def __init__(self) -> None:
        self.told = False
        self._interrupts = False

    @classmethod
    def listening(cls) -> Self:
        stop = cls()
        for number in SIGNALS:
            # Under nohup a closed terminal shall not end us.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, stop._hear)
        return stop

    def interrupts(self, task: Callable[[], None]) -> None:
        """Run a task that may take long; it ends at once when told, and is not begun after."""
        self._interrupts = True
        try:
            if not self.told:
                task()
        except _Interrupted:
            pass
        finally:
            self._interrupts = False

    def _hear(self, _signal: int, _frame: FrameType | None) -> None:
        self.told = True
        if self._interrupts:
            self._interrupts = False
            raise _Interrupted
