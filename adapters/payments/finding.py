"""Finds what only the treasury has.

A line of the list is such money where the ledger has nothing left to match it with, and the
platform of the attempt that it may have been for does not know of it either (queueing.py). The same
line again is the same money: its id is derived.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.ids import derived_id
from adapters.payments.difference import Difference
from adapters.payments.listed import BY_VALUE, EVERY

Ask = Callable[[UUID], Awaitable[str]]
# A list with more of them is rather the list of something else.
MOST = 1000
UNANSWERED = "platform-silent"
LATER = "the platform did not answer, so this line is not recorded; send the list again later"
FIND = f"""
WITH {EVERY}, {BY_VALUE}, known AS (
    SELECT reference, count(*) FILTER (WHERE status = 'succeeded') AS booked,
        (array_agg(payment_id ORDER BY began_at DESC)
            FILTER (WHERE status <> 'succeeded'))[1] AS attempt,
        min(application_id::text)::uuid AS application_id
    FROM payment_ledger_v2 WHERE municipality = %(municipality)s AND reference <> ''
        AND status <> 'dismissed'
    GROUP BY reference
), beyond AS (
    -- A line of an earlier list that no booking explains was explained by the attempt.
    SELECT *, count(*) FILTER (WHERE line IS NULL) OVER (PARTITION BY reference) AS by_attempt
    FROM by_value WHERE of_value > booked_alike
), unexplained AS (
    SELECT l.*, k.application_id, coalesce(k.booked, 0) + l.by_attempt AS explained,
        CASE WHEN l.by_attempt = 0 THEN k.attempt END AS attempt,
        l.times - coalesce(k.booked, 0) AS too_many,
        row_number() OVER (PARTITION BY reference ORDER BY line DESC) AS from_end
    FROM beyond l LEFT JOIN known k USING (reference)
    WHERE line IS NOT NULL AND cents > 0
)
SELECT reference, cents, currency, nth, booked_on, line, application_id, attempt,
    CASE WHEN explained > 0 THEN 'twice-there' WHEN attempt IS NOT NULL THEN 'not-recorded-here'
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
    line: int
    application_id: UUID | None
    attempt: UUID | None
    why: str

    def payment_id(self, municipality: str) -> UUID:
        alike = (self.reference, self.cents, self.currency, self.booked_on, self.nth)
        return derived_id(municipality, "found", *alike)

    def unanswered(self) -> Difference:
        return Difference(
            what=UNANSWERED,
            kind="payment",
            reference=self.reference,
            day=self.booked_on,
            line=self.line,
            listed_cents=self.cents,
            booked_cents=None,
            currency=self.currency,
            payment_id=self.attempt,
            application_id=self.application_id,
            advice=LATER,
        )
