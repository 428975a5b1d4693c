"""Proofs as they stand: what waits for the scanner, and the same file in several places.

`digest` says that two files are the same, in one municipality, and `clean_digest` that they show
the same; of which file, only the keys know.
"""

from domain.application import events as e
from projections.projection import Projection


def _now(state: str) -> str:
    return f"""
        UPDATE proofs_v2 SET state = '{state}'
        WHERE application_id = %(stream_id)s AND proof_id = %(proof_id)s
    """


PROOFS = Projection(
    name="proofs_v2",
    table="""
        CREATE TABLE proofs_v2 (
            application_id uuid NOT NULL,
            proof_id       uuid NOT NULL,
            municipality   text NOT NULL,
            kind           text NOT NULL,
            digest         text NOT NULL,
            clean_digest   text NOT NULL,
            state          text NOT NULL DEFAULT 'quarantined',
            uploaded_at    timestamptz NOT NULL,
            PRIMARY KEY (application_id, proof_id)
        );
        CREATE INDEX ON proofs_v2 (digest);
        CREATE INDEX ON proofs_v2 (clean_digest);
        CREATE INDEX ON proofs_v2 (uploaded_at) WHERE state = 'quarantined';
    """,
    on={
        e.ProofUploaded: """
            INSERT INTO proofs_v2 (proof_id, application_id, municipality, kind, digest,
                clean_digest, uploaded_at)
            VALUES (%(proof_id)s, %(stream_id)s, %(municipality)s, %(kind)s, %(digest)s,
                %(clean_digest)s, %(uploaded_at)s)
        """,
        e.ProofFoundClean: _now("clean"),
        e.ProofRefused: _now("refused"),
        e.ProofAcceptedByClerk: _now("accepted"),
        e.ProofRefusedByClerk: _now("refused-by-clerk"),
        e.ProofsDestroyed: "DELETE FROM proofs_v2 WHERE application_id = %(stream_id)s",
        e.ApplicantErased: "DELETE FROM proofs_v2 WHERE application_id = %(stream_id)s",
    },
)
