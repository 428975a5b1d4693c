"""What the treasury (Kasse) works off: refunds due, money that is nobody's, fees owed again.

`held_for` is the application whose money it is, or the payment itself while it is of none; `beside`
is an application that a clerk may look at then.
"""

from domain.application import events as e
from domain.payment import events as p
from projections.projection import Projection

_AGAIN = """ON CONFLICT (held_for, payment_id, kind) DO UPDATE
    SET open = excluded.open, reason = excluded.reason, reference = excluded.reference,
        since = excluded.since, cents = excluded.cents, currency = excluded.currency"""
_APPLICATION = "%(stream_id)s, %(stream_id)s, %(payment_id)s"
_PAYMENT = "%(application_id)s, %(application_id)s, %(stream_id)s"


def _opened(
    kind: str, of: str, since: str, reason: str, reference: str = "%(reference)s", when: str = ""
) -> str:
    """`of`: whose stream it is, the application's or the payment's."""
    return f"""
        INSERT INTO treasury_v3 (held_for, application_id, payment_id, kind, municipality, cents,
            currency, reason, reference, since)
        SELECT {of}, '{kind}', %(municipality)s, %(cents)s, %(currency)s, {reason}, {reference},
            %({since})s {when} {_AGAIN}
    """


def _closed(kind: str) -> str:
    return f"""
        UPDATE treasury_v3 SET open = false
        WHERE (held_for, payment_id, kind) = (%(stream_id)s, %(payment_id)s, '{kind}')
    """


def _gone(reason: str, since: str) -> str:
    """What was to be done about the money is over; a fee is owed again, now or once reopened."""
    return f"""
        WITH gone AS (
            UPDATE treasury_v3 SET open = false
            WHERE (held_for, payment_id) = (%(stream_id)s, %(payment_id)s)
                AND kind IN ('refund', 'unmatched')
        )
        INSERT INTO treasury_v3 (held_for, application_id, payment_id, kind, municipality, cents,
            reason, reference, since, open)
        SELECT {_APPLICATION}, 'fee-owed', %(municipality)s, %(cents)s, '{reason}', %(reference)s,
            %({since})s, %(owed_again)s
        WHERE %(was_fee)s {_AGAIN}
    """


_NOT_HERE = """
    UPDATE treasury_v3 SET open = false
    WHERE (held_for, payment_id) = (%(stream_id)s, %(payment_id)s)
        AND kind IN ('refund', 'unmatched')
"""
# A fee that is there leaves no row behind: a reopening would bring it back.
_FEE_IS_THERE = "DELETE FROM treasury_v3 WHERE held_for = %(stream_id)s AND kind = 'fee-owed'"
_OWED_AGAIN = """
    UPDATE treasury_v3 SET open = true, since = CASE WHEN open THEN since ELSE %(reopened_at)s END
    WHERE held_for = %(stream_id)s AND kind = 'fee-owed'
"""
_NOTHING_OWED = """
    UPDATE treasury_v3 SET open = false WHERE held_for = %(stream_id)s AND kind = 'fee-owed'
"""
_CLEAR = """
    UPDATE treasury_v3 SET open = false
    WHERE (held_for, payment_id) = (%(application_id)s, %(stream_id)s)
        AND kind IN ('unclear', 'given-up')
"""
_FOUND_OVER = """
    UPDATE treasury_v3 SET open = false
    WHERE (held_for, payment_id, kind) = (%(stream_id)s, %(stream_id)s, 'found')
"""

TREASURY = Projection(
    name="treasury_v3",
    table="""
        CREATE TABLE treasury_v3 (
            held_for       uuid   NOT NULL,
            payment_id     uuid   NOT NULL,
            kind           text   NOT NULL,
            application_id uuid,
            beside         uuid,
            municipality   text   NOT NULL,
            cents          bigint NOT NULL,
            currency       text   NOT NULL DEFAULT 'EUR',
            reason         text   NOT NULL,
            reference      text   NOT NULL DEFAULT '',
            since          timestamptz NOT NULL,
            open           boolean NOT NULL DEFAULT true,
            PRIMARY KEY (held_for, payment_id, kind)
        );
        CREATE INDEX ON treasury_v3 (municipality, since, payment_id, kind) WHERE open;
    """,
    on={
        e.UnmatchedMoneyReceived: _opened("unmatched", _APPLICATION, "paid_at", "%(reason)s"),
        e.RefundDue: f"""
            WITH there AS ({_FEE_IS_THERE})
            INSERT INTO treasury_v3 (held_for, application_id, payment_id, kind, municipality,
                cents, reason, since)
            VALUES ({_APPLICATION}, 'refund', %(municipality)s, %(cents)s, %(reason)s,
                %(due_since)s) {_AGAIN}
        """,
        e.RefundCancelled: _closed("refund"),
        # Unmatched money may turn out to be the fee that has become due here.
        e.ApplicationPaid: f"WITH there AS ({_FEE_IS_THERE}) {_NOT_HERE}",
        e.RefundDone: _gone("refunded", "refunded_at"),
        e.MoneyChargedBack: _gone("charged-back", "charged_back_at"),
        e.MoneyAssigned: _NOT_HERE,
        e.MoneyGoneTwice: _opened("claim", _APPLICATION, "recorded_at", "%(how)s"),
        e.ClaimSettled: _closed("claim"),
        p.PaymentUnclear: _opened("unclear", _PAYMENT, "noticed_at", "'amount-unreadable'"),
        p.PaymentGivenUp: _opened(
            "given-up", _PAYMENT, "given_up_at", "'platform-silent'", when="WHERE %(unanswered)s"
        ),
        # From here on the money is the application's, or in this list as unmatched.
        p.PaymentSucceeded: _CLEAR,
        p.PaymentCancelled: _CLEAR,
        p.PaymentFailed: _CLEAR,
        p.MoneyFound: """
            INSERT INTO treasury_v3 (held_for, payment_id, kind, beside, municipality, cents,
                currency, reason, reference, since)
            VALUES (%(stream_id)s, %(stream_id)s, 'found', %(beside)s, %(municipality)s, %(cents)s,
                %(currency)s, %(why)s, %(reference)s, %(found_at)s)
            ON CONFLICT (held_for, payment_id, kind) DO UPDATE
            SET open = true, reason = excluded.reason, since = excluded.since
        """,
        p.FoundMoneyAssigned: _FOUND_OVER,
        p.FoundMoneyGone: _FOUND_OVER,
        p.FoundMoneyDismissed: _FOUND_OVER,
        p.FoundMoneyBack: """
            UPDATE treasury_v3 SET open = true, since = %(corrected_at)s
            WHERE (held_for, payment_id, kind) = (%(stream_id)s, %(stream_id)s, 'found')
        """,
        e.ApplicationRejected: _NOTHING_OWED,
        e.ApplicationWithdrawn: _NOTHING_OWED,
        e.ApplicationForwarded: _NOTHING_OWED,
        e.ApplicationExpired: _NOTHING_OWED,
        e.ApplicationReopened: _OWED_AGAIN,
    },
)
