"""How long one goes on trying: pauses that double, and an end after days (RFC 5321, 4.5.4.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workers.notifying.notice import ACCOUNT, ACCOUNT_STATE, EMAIL, OFFICE, Notice

UNANSWERED = "no answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """`gives_up_after`: since it was queued; then it has failed for good.

    `unanswered_pauses`: after each time that nobody said whether it was taken. It may have arrived,
    so it goes out once more than there are pauses, and no more often.
    """

    first_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(minutes=15)
    gives_up_after: timedelta = timedelta(days=5)
    unanswered_pauses: Sequence[timedelta] = (timedelta(hours=1), timedelta(hours=6))

    def pause(self, attempts: int) -> timedelta:
        times: int = 2 ** min(attempts - 1, 30)
        return min(self.first_pause * times, self.longest_pause)

    def pause_unanswered(self, times: int) -> timedelta | None:
        """None where it has been sent often enough."""
        return self.unanswered_pauses[times - 1] if times <= len(self.unanswered_pauses) else None

    def is_over(self, notice: Notice, now: datetime) -> bool:
        return now - notice.queued_at >= self.gives_up_after


PATIENCE: Mapping[str, Patience] = {
    EMAIL: Patience(),
    OFFICE: Patience(),
    ACCOUNT: Patience(),
    # Of all that wait only the latest is shown in the end, so it can wait for as long as it takes.
    ACCOUNT_STATE: Patience(gives_up_after=timedelta(days=3650)),
}
