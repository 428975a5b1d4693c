"""Until when each application that has ended keeps its proofs, and the person."""

from domain.application import events as e
from projections.projection import Projection


def _set(assignments: str) -> str:
    return f"UPDATE retention_v1 SET {assignments} WHERE application_id = %(stream_id)s"


def _ended(moment: str, months: str) -> str:
    day = f"(%({moment})s::timestamptz AT TIME ZONE 'Europe/Berlin')::date"
    return _set(f"""ended_on = {day}, proofs_until = {day} + proof_days,
        person_until = ({day} + make_interval(months => {months}))::date""")


def _in_vain(moment: str) -> str:
    return _ended(moment, "unsuccessful_months")


def _fulfilled(moment: str) -> str:
    return _ended(moment, "successful_months")


RETENTION = Projection(
    name="retention_v1",
    table="""
        CREATE TABLE retention_v1 (
            application_id      uuid PRIMARY KEY,
            municipality        text NOT NULL,
            service             text NOT NULL,
            proof_days          integer,
            unsuccessful_months integer,
            successful_months   integer,
            proofs              integer NOT NULL DEFAULT 0,
            ended_on            date,
            proofs_until        date,
            person_until        date,
            erased              boolean NOT NULL DEFAULT false
        );
        CREATE INDEX ON retention_v1 (proofs_until) WHERE proofs > 0 AND NOT erased;
        CREATE INDEX ON retention_v1 (person_until) WHERE NOT erased;
    """,
    on={
        e.ApplicationSubmitted: """
            INSERT INTO retention_v1 (application_id, municipality, service, proof_days,
                unsuccessful_months, successful_months)
            VALUES (%(stream_id)s, %(municipality)s, %(service)s, %(rules_retention_proof_days)s,
                %(rules_retention_unsuccessful_months)s, %(rules_retention_successful_months)s)
        """,
        e.ProofUploaded: _set("proofs = proofs + 1"),
        e.ProofsDestroyed: _set("proofs = 0"),
        e.ApplicationPickedUp: _fulfilled("picked_up_at"),
        e.OnlineOnlyIssued: _fulfilled("issued_at"),
        e.ApplicationDispatched: _fulfilled("dispatched_at"),
        e.ApplicationAcknowledged: _fulfilled("acknowledged_at"),
        e.ApplicationRejected: _in_vain("rejected_at"),
        e.ApplicationWithdrawn: _in_vain("withdrawn_at"),
        e.ApplicationForwarded: _in_vain("forwarded_at"),
        e.ApplicationExpired: _in_vain("expired_at"),
        e.ApplicationReopened: _set("ended_on = NULL, proofs_until = NULL, person_until = NULL"),
        e.ApplicantErased: _set("erased = true, proofs = 0"),
    },
)
