"""Puts what only the treasury has into the queue that clerks work off.

The platform is asked about the attempt that a line may have been for. An attempt brings money once,
so it explains one line; a platform that is silent has not said that it knows nothing. The same line
again is the same money: its id is derived.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from enum import Enum, auto
from itertools import groupby

from adapters.event_store.log import Pool
from adapters.event_store.office import Office, Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from adapters.payments.difference import Difference
from adapters.payments.errors import (
    NoPaymentsToday,
    PaymentAnswerUnusable,
    PaymentPlatformUnavailable,
)
from adapters.payments.finding import MOST, Ask, Unexplained
from adapters.payments.listed import REMEMBER_THESE
from adapters.postgres.tenants import Viewer, seen_by
from domain.payment.commands import FindMoney
from domain.payment.decisions import PAYMENT
from domain.payment.state import Payment

BY_HAND = ActorStamp("reconciliation", "system")
NOT_ASKED = "not asked"
# What `Ask` returns where the platform said nothing that could be used.
SILENT = frozenset(
    {
        NOT_ASKED,
        PaymentPlatformUnavailable.__name__,
        PaymentAnswerUnusable.__name__,
        NoPaymentsToday.__name__,
    }
)


@dataclass(frozen=True, slots=True)
class Queued:
    """`too_many`: so that none of them was put there. `unanswered`: what has to wait for a word."""

    count: int = 0
    too_many: bool = False
    unanswered: Sequence[Difference] = ()


class Fate(Enum):
    """What became of a line that only the treasury has."""

    FOUND = auto()
    EXPLAINED = auto()
    UNANSWERED = auto()


Fated = tuple[Unexplained, Fate]


@dataclass(frozen=True, slots=True)
class Queue:
    """Of a town. `ask` records what the platform says."""

    office: Office
    pool: Pool
    municipality: str
    ask: Ask
    by: Metadata
    now: datetime

    async def put(self, found: Sequence[Unexplained]) -> Queued:
        """Return how many lines are in the queue by now.

        A line is remembered last: cut off before, it is found again, as the same money.
        """
        if len(found) > MOST:
            return Queued(too_many=True)
        fates = await self._fates(found)
        queued = [one for one, fate in fates if fate is Fate.FOUND]
        for one in queued:
            await self._find(one)
        explained = [one for one, fate in fates if fate is Fate.EXPLAINED]
        await remember(self.pool, self.municipality, queued, explained)
        silent = [one.unanswered() for one, fate in fates if fate is Fate.UNANSWERED]
        return Queued(len(queued), unanswered=silent)

    async def _fates(self, found: Iterable[Unexplained]) -> list[Fated]:
        fates: list[Fated] = []
        for attempt, group in groupby(found, lambda one: one.attempt):
            if attempt is None:
                fates += [(one, Fate.FOUND) for one in group]
                continue
            said = await self.ask(attempt)
            payment = PAYMENT.fold(await self.office.log.events(attempt))
            fates += _judged(list(group), payment, said)
        return fates

    async def _find(self, one: Unexplained) -> None:
        command = FindMoney(
            municipality=self.municipality,
            cents=one.cents,
            currency=one.currency,
            reference=one.reference,
            why=one.why,
            paid_at=datetime.combine(one.booked_on, time(12), UTC),
            beside=one.application_id,
            now=self.now,
        )
        stamp = Metadata(new_id(), self.by.actor, self.by.correlation_id)
        order = Order(one.payment_id(self.municipality), command, stamp)
        await self.office.carry_out(PAYMENT, order)


async def remember(
    pool: Pool,
    municipality: str,
    queued: Sequence[Unexplained],
    explained: Sequence[Unexplained] = (),
) -> None:
    """So that later lists are read with them. What is explained was not found as anything."""
    names = ("reference", "booked_on", "cents", "currency", "nth")
    every = [*queued, *explained]
    columns = {name: [getattr(one, name) for one in every] for name in names}
    as_what = [*(one.payment_id(municipality) for one in queued), *(None for _ in explained)]
    asked = {"municipality": municipality, "payment_id": as_what, **columns}
    async with seen_by(pool, Viewer(municipality)) as cursor:
        await cursor.execute(REMEMBER_THESE, asked)


def _judged(lines: Sequence[Unexplained], payment: Payment, said: str) -> list[Fated]:
    """What its platform does not tell readably is shown to the treasury in another way."""
    explained = _explained_by(payment, lines)
    if explained is None and not payment.received and said in SILENT:
        return [(one, Fate.UNANSWERED) for one in lines]
    again = payment.received or payment.waits_for_word
    return [
        (one, Fate.EXPLAINED)
        if one is explained
        else (replace(one, why="twice-there") if again else one, Fate.FOUND)
        for one in lines
    ]


def _explained_by(payment: Payment, lines: Sequence[Unexplained]) -> Unexplained | None:
    """The line that is this attempt's money: alike, or any where nobody knows how much it was."""
    came = payment.received or payment.cents
    alike = [one for one in lines if (one.cents, one.currency) == (came, payment.currency)]
    if payment.received:
        return alike[0] if alike else None
    return (alike or lines)[0] if payment.waits_for_word else None
