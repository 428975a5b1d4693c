"""The ledger: each payment attempt, what came in for it, and how its account stands.

`gone_again_…`: the second time, where money was paid back and charged back.
"""

from domain.payment import events as e
from projections.projection import Projection


def _is(change: str) -> str:
    return f"UPDATE payment_ledger_v2 SET {change} WHERE payment_id = %(stream_id)s"


PAYMENT_LEDGER = Projection(
    name="payment_ledger_v2",
    table="""
        CREATE TABLE payment_ledger_v2 (
            payment_id     uuid   PRIMARY KEY,
            application_id uuid,
            municipality   text   NOT NULL,
            status         text   NOT NULL,
            asked          bigint NOT NULL,
            received       bigint NOT NULL DEFAULT 0,
            currency       text   NOT NULL,
            account        text   NOT NULL DEFAULT 'empty',
            method         text   NOT NULL DEFAULT '',
            reference      text   NOT NULL DEFAULT '',
            transaction_id text   NOT NULL DEFAULT '',
            began_at       timestamptz NOT NULL,
            paid_at        timestamptz,
            gone_by        text   NOT NULL DEFAULT '',
            gone_at        timestamptz,
            gone_again_how text   NOT NULL DEFAULT '',
            gone_again_by  text   NOT NULL DEFAULT '',
            gone_again_at  timestamptz
        );
        CREATE INDEX ON payment_ledger_v2 (municipality, reference);
    """,
    on={
        e.PaymentRequested: """
            INSERT INTO payment_ledger_v2 (payment_id, application_id, municipality, status, asked,
                currency, began_at)
            VALUES (%(stream_id)s, %(application_id)s, %(municipality)s, 'requested', %(cents)s,
                %(currency)s, %(requested_at)s)
        """,
        e.PaymentOpened: _is(
            "status = 'open', transaction_id = %(transaction_id)s, reference = %(reference)s"
        ),
        e.PaymentSucceeded: _is(
            """status = 'succeeded', account = 'held', received = %(cents)s,
            currency = %(currency)s, method = %(method)s, reference = %(reference)s,
            paid_at = %(paid_at)s"""
        ),
        e.PaymentCancelled: _is("status = 'cancelled'"),
        e.PaymentFailed: _is("status = 'failed'"),
        e.PaymentExpired: _is("status = 'expired'"),
        e.PaymentTakenAtCounter: """
            INSERT INTO payment_ledger_v2 (payment_id, application_id, municipality, status, asked,
                received, currency, account, method, reference, began_at, paid_at)
            VALUES (%(stream_id)s, %(application_id)s, %(municipality)s, 'succeeded', %(cents)s,
                %(cents)s, %(currency)s, 'held', %(method)s, %(reference)s, %(paid_at)s,
                %(paid_at)s)
        """,
        e.PaymentRefundDue: _is("account = 'refund-due'"),
        e.PaymentRefundCancelled: _is("account = 'held'"),
        e.PaymentRefunded: _is(
            "account = 'refunded', gone_by = %(reference)s, gone_at = %(refunded_at)s"
        ),
        e.PaymentChargedBack: _is(
            "account = 'charged-back', gone_by = %(reference)s, gone_at = %(charged_back_at)s"
        ),
        e.PaymentCorrected: _is("account = 'held', gone_by = '', gone_at = NULL"),
        e.PaymentReassigned: _is("application_id = %(application_id)s"),
        e.PaymentGoneTwice: _is(
            """gone_again_how = %(how)s, gone_again_by = %(reference)s,
            gone_again_at = %(gone_at)s"""
        ),
        e.PaymentClaimSettled: _is("gone_again_how = '', gone_again_by = '', gone_again_at = NULL"),
        e.MoneyFound: """
            INSERT INTO payment_ledger_v2 (payment_id, municipality, status, asked, received,
                currency, account, method, reference, began_at, paid_at)
            VALUES (%(stream_id)s, %(municipality)s, 'succeeded', 0, %(cents)s, %(currency)s,
                'held', 'TREASURY', %(reference)s, %(found_at)s, %(paid_at)s)
            ON CONFLICT (payment_id) DO UPDATE SET status = 'succeeded', account = 'held'
        """,
        e.FoundMoneyAssigned: _is("application_id = %(application_id)s"),
        e.FoundMoneyGone: _is("account = %(how)s, gone_by = %(reference)s, gone_at = %(gone_at)s"),
        e.FoundMoneyDismissed: _is("status = 'dismissed', account = 'empty'"),
        e.FoundMoneyBack: _is(
            "status = 'succeeded', account = 'held', gone_by = '', gone_at = NULL"
        ),
    },
)
