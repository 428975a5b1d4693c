"""Which payers' names are kept, and from which day on they may have to go."""

from domain.fee_record import events as f
from projections.projection import Projection

FEE_RECORDS = Projection(
    name="fee_records_v1",
    table="""
        CREATE TABLE fee_records_v1 (
            record_id            uuid PRIMARY KEY,
            municipality         text NOT NULL,
            keep_until           date NOT NULL,
            paid_in              integer,
            years_after_accounts integer
        );
        CREATE INDEX ON fee_records_v1 (keep_until, record_id);
    """,
    on={
        f.FeeRecordKept: """
            INSERT INTO fee_records_v1 (record_id, municipality, keep_until, paid_in,
                years_after_accounts)
            VALUES (%(stream_id)s, %(municipality)s, %(keep_until)s, %(paid_in)s,
                %(years_after_accounts)s)
        """,
        f.FeeRecordErased: "DELETE FROM fee_records_v1 WHERE record_id = %(stream_id)s",
    },
)
