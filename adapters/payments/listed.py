"""The lines of a treasury's list, and those of earlier lists that are about the same references.

Lists come by the day or by the month: what is in one of them and once more in the next is there
twice. A line is told by what stands in it, so lists may overlap.
"""

# `line` is the number in this list; none: it was in an earlier one, and was not dismissed.
EVERY = """
lines AS (
    SELECT reference, cents, currency, booked_on, line, row_number() OVER (
        PARTITION BY reference, cents, currency, booked_on ORDER BY line)::int AS nth
    FROM treasury_lines WHERE list_id = %(list)s AND kind = 'payment'
), every AS (
    SELECT reference, cents, currency, booked_on, nth, min(line) AS line
    FROM (
        SELECT reference, cents, currency, booked_on, nth, line FROM lines
        UNION ALL
        SELECT reference, cents, currency, booked_on, nth, NULL
        FROM treasury_listed before
        WHERE municipality = %(municipality)s AND reference IN (SELECT reference FROM lines)
            AND NOT EXISTS (SELECT FROM payment_ledger_v2 l
                WHERE l.payment_id = before.payment_id AND status = 'dismissed')
    ) AS told
    GROUP BY reference, cents, currency, booked_on, nth
)"""
# In the order in which bookings explain them: what was there before, first.
BY_VALUE = """
booked_alike AS (
    SELECT reference, received AS cents, currency, count(*) AS times
    FROM payment_ledger_v2 WHERE municipality = %(municipality)s AND status = 'succeeded'
    GROUP BY reference, received, currency
), by_value AS (
    SELECT every.*, coalesce(b.times, 0) AS booked_alike,
        count(*) OVER (PARTITION BY reference) AS times,
        row_number() OVER (PARTITION BY reference, cents, currency
            ORDER BY line NULLS FIRST, booked_on, nth) AS of_value
    FROM every LEFT JOIN booked_alike b USING (reference, cents, currency)
)"""
REMEMBER = f"""
WITH {EVERY}, {BY_VALUE}
INSERT INTO treasury_listed (municipality, reference, booked_on, cents, currency, nth)
SELECT %(municipality)s, reference, booked_on, cents, currency, nth FROM by_value
WHERE line IS NOT NULL AND of_value <= booked_alike
ON CONFLICT DO NOTHING"""  # noqa: S608 -- of pieces of our own
REMEMBER_THESE = """
INSERT INTO treasury_listed (municipality, reference, booked_on, cents, currency, nth, payment_id)
SELECT %(municipality)s, * FROM unnest(%(reference)s::text[], %(booked_on)s::date[],
    %(cents)s::bigint[], %(currency)s::text[], %(nth)s::int[], %(payment_id)s::uuid[])
ON CONFLICT DO NOTHING"""
