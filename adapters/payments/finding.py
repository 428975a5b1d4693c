"""Puts what only the treasury has into the queue that clerks work off.

A line of the list is such money where the ledger has nothing left to match it with, and the
platform of the attempt that it may have been for does not know of it either. The same line again is
the same money: its id is derived.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from adapters.event_store.office import Office, Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import derived_id, new_id
from adapters.payments.listed import BY_VALUE, EVERY
from domain.payment.commands import FindMoney
from domain.payment.decisions import PAYMENT

BY_HAND = ActorStamp("reconciliation", "system")
Ask = Callable[[UUID], Awaitable[str]]
# A list with more of them is rather the list of something else.
MOST = 1000
FIND = f"""
WITH {EVERY}, {BY_VALUE}, known AS (
    SELECT reference, count(*) FILTER (WHERE status = 'succeeded') AS booked,
        (array_agg(payment_id ORDER BY began_at DESC)
            FILTER (WHERE status <> 'succeeded'))[1] AS attempt,
        min(application_id::text)::uuid AS application_id
    FROM payment_ledger_v2 WHERE municipality = %(municipality)s AND reference <> ''
        AND status <> 'dismissed'
    GROUP BY reference
), unexplained AS (
    SELECT l.*, k.application_id, k.booked, k.attempt, l.times - coalesce(k.booked, 0) AS too_many,
        row_number() OVER (PARTITION BY reference ORDER BY line DESC) AS from_end
    FROM by_value l LEFT JOIN known k USING (reference)
    WHERE line IS NOT NULL AND of_value > booked_alike AND cents > 0
)
SELECT reference, cents, currency, nth, booked_on, application_id, attempt,
    CASE WHEN booked > 0 THEN 'twice-there' WHEN attempt IS NOT NULL THEN 'not-recorded-here'
        ELSE 'unknown-here' END AS why
FROM unexplained WHERE from_end <= too_many ORDER BY reference, line LIMIT %(limit)s"""  # noqa: S608 -- of pieces of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexplained:
    """`nth`: of the lines that are alike. `attempt`: what it may have been for."""

    reference: str
    cents: int
    currency: str
    nth: int
    booked_on: date
    application_id: UUID | None
    attempt: UUID | None
    why: str

    def payment_id(self, municipality: str) -> UUID:
        alike = (self.reference, self.cents, self.currency, self.booked_on, self.nth)
        return derived_id(municipality, "found", *alike)


@dataclass(frozen=True, slots=True)
class Queued:
    """`too_many`: so that none of them was put there."""

    count: int = 0
    too_many: bool = False


async def queue(
    office: Office,
    municipality: str,
    found: Sequence[Unexplained],
    ask: Ask,
    by: Metadata,
    now: datetime,
) -> Queued:
    """`ask` records what the platform says. Return how many lines are in the queue by now."""
    if len(found) > MOST:
        return Queued(too_many=True)
    count = 0
    for one in found:
        if one.attempt and await _is_explained(office, one.attempt, ask):
            continue
        count += 1
        command = FindMoney(
            municipality=municipality,
            cents=one.cents,
            currency=one.currency,
            reference=one.reference,
            why=one.why,
            paid_at=datetime.combine(one.booked_on, time(12), UTC),
            beside=one.application_id,
            now=now,
        )
        stamp = Metadata(new_id(), by.actor, by.correlation_id)
        await office.carry_out(PAYMENT, Order(one.payment_id(municipality), command, stamp))
    return Queued(count)


async def _is_explained(office: Office, attempt: UUID, ask: Ask) -> bool:
    """What its platform does not tell readably is shown to the treasury in another way."""
    await ask(attempt)
    payment = PAYMENT.fold(await office.log.events(attempt))
    return payment.received > 0 or payment.waits_for_word
