"""Which portal handed an application over under which number, as a digest that says neither.

Two accounts that bring the same number are two applications; their clerk should know.
"""

from domain.application import events as e
from projections.projection import Projection

SOURCES = Projection(
    name="sources_v1",
    table="""
        CREATE TABLE sources_v1 (
            application_id uuid PRIMARY KEY,
            municipality   text NOT NULL,
            digest         text NOT NULL,
            submitted_at   timestamptz NOT NULL
        );
        CREATE INDEX ON sources_v1 (digest);
    """,
    on={
        e.ApplicationSubmitted: """
            INSERT INTO sources_v1 (application_id, municipality, digest, submitted_at)
            SELECT %(stream_id)s, %(municipality)s, %(source_digest)s, %(submitted_at)s
            WHERE %(source_digest)s <> ''
        """,
        e.ApplicantErased: "DELETE FROM sources_v1 WHERE application_id = %(stream_id)s",
    },
)
