"""What the treasury (Kasse) works off: refunds that are due, and money that fits no open fee."""

from domain.application import events as e
from projections.projection import Projection

TREASURY = Projection(
    name="treasury_v1",
    table="""
        CREATE TABLE treasury_v1 (
            application_id uuid   NOT NULL,
            payment_id     uuid   NOT NULL,
            kind           text   NOT NULL,
            municipality   text   NOT NULL,
            cents          bigint NOT NULL,
            reason         text   NOT NULL,
            reference      text   NOT NULL DEFAULT '',
            since          timestamptz NOT NULL,
            open           boolean NOT NULL DEFAULT true,
            PRIMARY KEY (application_id, payment_id, kind)
        );
        CREATE INDEX ON treasury_v1 (municipality, since) WHERE open;
    """,
    on={
        e.UnmatchedMoneyReceived: """
            INSERT INTO treasury_v1 (application_id, payment_id, kind, municipality, cents, reason,
                reference, since)
            VALUES (%(stream_id)s, %(payment_id)s, 'unmatched', %(municipality)s, %(cents)s,
                %(reason)s, %(reference)s, %(paid_at)s)
        """,
        e.RefundDue: """
            INSERT INTO treasury_v1 (application_id, payment_id, kind, municipality, cents, reason,
                since)
            VALUES (%(stream_id)s, %(payment_id)s, 'refund', %(municipality)s, %(cents)s,
                %(reason)s, %(due_since)s)
            ON CONFLICT (application_id, payment_id, kind) DO UPDATE
            SET open = true, reason = excluded.reason, since = excluded.since
        """,
        e.RefundCancelled: """
            UPDATE treasury_v1 SET open = false
            WHERE (application_id, payment_id, kind) = (%(stream_id)s, %(payment_id)s, 'refund')
        """,
    },
)
