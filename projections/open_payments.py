"""Payments begun at a platform that may still bring money: to be asked for, also once in vain."""

from domain.payment import events as e
from projections.projection import Projection

_SETTLED = "DELETE FROM open_payments_v1 WHERE payment_id = %(stream_id)s"

OPEN_PAYMENTS = Projection(
    name="open_payments_v1",
    table="""
        CREATE TABLE open_payments_v1 (
            payment_id     uuid PRIMARY KEY,
            application_id uuid NOT NULL,
            municipality   text NOT NULL,
            transaction_id text NOT NULL,
            opened_at      timestamptz NOT NULL
        );
    """,
    on={
        e.PaymentOpened: """
            INSERT INTO open_payments_v1 (payment_id, application_id, municipality, transaction_id,
                opened_at)
            VALUES (%(stream_id)s, %(application_id)s, %(municipality)s, %(transaction_id)s,
                %(opened_at)s)
        """,
        e.PaymentSucceeded: _SETTLED,
        e.PaymentGivenUp: _SETTLED,
    },
)
