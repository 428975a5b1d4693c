"""The ledger: each payment attempt, what came in for it, and how its account stands."""

from domain.payment import events as e
from projections.projection import Projection


def _is(change: str) -> str:
    return f"UPDATE payment_ledger_v1 SET {change} WHERE payment_id = %(stream_id)s"


PAYMENT_LEDGER = Projection(
    name="payment_ledger_v1",
    table="""
        CREATE TABLE payment_ledger_v1 (
            payment_id     uuid   PRIMARY KEY,
            application_id uuid   NOT NULL,
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
            gone_at        timestamptz
        );
        CREATE INDEX ON payment_ledger_v1 (municipality, reference);
    """,
    on={
        e.PaymentRequested: """
            INSERT INTO payment_ledger_v1 (payment_id, application_id, municipality, status, asked,
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
            INSERT INTO payment_ledger_v1 (payment_id, application_id, municipality, status, asked,
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
    },
)
