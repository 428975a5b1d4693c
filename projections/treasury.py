"""What the treasury (Kasse) works off: refunds due, unmatched or unclear money, fees owed again."""

from domain.application import events as e
from domain.payment import events as p
from projections.projection import Projection

_NOT_HERE = """
    UPDATE treasury_v2 SET open = false
    WHERE (application_id, payment_id) = (%(stream_id)s, %(payment_id)s)
"""
_PAID = """
    UPDATE treasury_v2 SET open = false
    WHERE application_id = %(stream_id)s AND (payment_id = %(payment_id)s OR kind = 'fee-owed')
"""
_NOTHING_OWED = """
    UPDATE treasury_v2 SET open = false
    WHERE application_id = %(stream_id)s AND kind = 'fee-owed'
"""

_CLEAR = """
    UPDATE treasury_v2 SET open = false
    WHERE (application_id, payment_id, kind) = (%(application_id)s, %(stream_id)s, 'unclear')
"""


def _gone(reason: str, since: str) -> str:
    """What was to be done about the money is over; the fee may be owed again."""
    return f"""
        WITH gone AS (
            UPDATE treasury_v2 SET open = false
            WHERE (application_id, payment_id) = (%(stream_id)s, %(payment_id)s)
                AND kind <> 'fee-owed'
        )
        INSERT INTO treasury_v2 (application_id, payment_id, kind, municipality, cents, reason,
            reference, since)
        SELECT %(stream_id)s, %(payment_id)s, 'fee-owed', %(municipality)s, %(cents)s,
            '{reason}', %(reference)s, %({since})s
        WHERE %(owed_again)s
        ON CONFLICT (application_id, payment_id, kind) DO UPDATE
        SET open = true, reason = excluded.reason, reference = excluded.reference,
            since = excluded.since
    """


TREASURY = Projection(
    name="treasury_v2",
    table="""
        CREATE TABLE treasury_v2 (
            application_id uuid   NOT NULL,
            payment_id     uuid   NOT NULL,
            kind           text   NOT NULL,
            municipality   text   NOT NULL,
            cents          bigint NOT NULL,
            currency       text   NOT NULL DEFAULT 'EUR',
            reason         text   NOT NULL,
            reference      text   NOT NULL DEFAULT '',
            since          timestamptz NOT NULL,
            open           boolean NOT NULL DEFAULT true,
            PRIMARY KEY (application_id, payment_id, kind)
        );
        CREATE INDEX ON treasury_v2 (municipality, since, payment_id, kind) WHERE open;
    """,
    on={
        e.UnmatchedMoneyReceived: """
            INSERT INTO treasury_v2 (application_id, payment_id, kind, municipality, cents,
                currency, reason, reference, since)
            VALUES (%(stream_id)s, %(payment_id)s, 'unmatched', %(municipality)s, %(cents)s,
                %(currency)s, %(reason)s, %(reference)s, %(paid_at)s)
            ON CONFLICT (application_id, payment_id, kind) DO UPDATE
            SET open = true, reason = excluded.reason, since = excluded.since
        """,
        e.RefundDue: """
            INSERT INTO treasury_v2 (application_id, payment_id, kind, municipality, cents, reason,
                since)
            VALUES (%(stream_id)s, %(payment_id)s, 'refund', %(municipality)s, %(cents)s,
                %(reason)s, %(due_since)s)
            ON CONFLICT (application_id, payment_id, kind) DO UPDATE
            SET open = true, reason = excluded.reason, since = excluded.since
        """,
        e.RefundCancelled: """
            UPDATE treasury_v2 SET open = false
            WHERE (application_id, payment_id, kind) = (%(stream_id)s, %(payment_id)s, 'refund')
        """,
        # Unmatched money may turn out to be the fee that has become due here.
        e.ApplicationPaid: _PAID,
        e.RefundDone: _gone("refunded", "refunded_at"),
        e.MoneyChargedBack: _gone("charged-back", "charged_back_at"),
        e.MoneyAssigned: _NOT_HERE,
        e.MoneyGoneTwice: """
            INSERT INTO treasury_v2 (application_id, payment_id, kind, municipality, cents,
                currency, reason, reference, since)
            VALUES (%(stream_id)s, %(payment_id)s, 'claim', %(municipality)s, %(cents)s,
                %(currency)s, %(how)s, %(reference)s, %(recorded_at)s)
            ON CONFLICT (application_id, payment_id, kind) DO UPDATE
            SET open = true, reason = excluded.reason, reference = excluded.reference,
                since = excluded.since
        """,
        e.ClaimSettled: """
            UPDATE treasury_v2 SET open = false
            WHERE (application_id, payment_id, kind) = (%(stream_id)s, %(payment_id)s, 'claim')
        """,
        p.PaymentUnclear: """
            INSERT INTO treasury_v2 (application_id, payment_id, kind, municipality, cents,
                currency, reason, reference, since)
            VALUES (%(application_id)s, %(stream_id)s, 'unclear', %(municipality)s, %(cents)s,
                %(currency)s, 'amount-unreadable', %(reference)s, %(noticed_at)s)
            ON CONFLICT (application_id, payment_id, kind) DO UPDATE
            SET open = true, since = excluded.since
        """,
        # From here on the money is the application's, or in this list as unmatched.
        p.PaymentSucceeded: _CLEAR,
        p.PaymentCancelled: _CLEAR,
        p.PaymentFailed: _CLEAR,
        p.PaymentExpired: _CLEAR,
        e.ApplicationRejected: _NOTHING_OWED,
        e.ApplicationWithdrawn: _NOTHING_OWED,
        e.ApplicationForwarded: _NOTHING_OWED,
        e.ApplicationExpired: _NOTHING_OWED,
    },
)
