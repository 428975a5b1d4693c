"""When to ask for a payment again: often while somebody is paying, ever more rarely later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

SHARE_OF_AGE = 20  # a payment begun 20 minutes ago is asked for every minute
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OpenPayment:
    payment_id: UUID
    municipality: str
    opened_at: datetime


@dataclass(slots=True)
class Schedule:
    """Kept in memory: after a restart every payment is asked for once, which does no harm."""

    shortest_seconds: float
    _next: dict[UUID, datetime] = field(default_factory=dict)

    def due(
        self, payments: Iterable[OpenPayment], now: datetime
    ) -> Mapping[str, list[OpenPayment]]:
        """Return the payments to ask for now, by municipality, in the order given."""
        due: dict[str, list[OpenPayment]] = {}
        known, self._next = self._next, {}
        for payment in payments:
            self._next[payment.payment_id] = known.get(payment.payment_id, now)
            if self._next[payment.payment_id] <= now:
                due.setdefault(payment.municipality, []).append(payment)
        return due

    def asked(self, payment: OpenPayment, now: datetime) -> None:
        """Put off what was asked for, and nothing else: a round may end early."""
        self._next[payment.payment_id] = now + self._pause(payment, now)

    def _pause(self, payment: OpenPayment, now: datetime) -> timedelta:
        by_age = (now - payment.opened_at) / SHARE_OF_AGE
        return max(timedelta(seconds=self.shortest_seconds), min(by_age, LONGEST_PAUSE))
