"""What a citizen sees: where each application stands. Whose it is, only the keys know."""

from domain.application import events as e
from projections.projection import Projection


def _set(assignments: str, moment: str) -> str:
    return f"""
        UPDATE my_applications_v1 SET {assignments}, changed_at = %({moment})s
        WHERE application_id = %(stream_id)s
    """


def _now(status: str, moment: str) -> str:
    return _set(f"status = '{status}'", moment)


MY_APPLICATIONS = Projection(
    name="my_applications_v1",
    own=True,
    table="""
        CREATE TABLE my_applications_v1 (
            application_id uuid PRIMARY KEY,
            municipality   text NOT NULL,
            service        text NOT NULL,
            variant        text NOT NULL,
            status         text NOT NULL,
            submitted_at   timestamptz NOT NULL,
            received_at    timestamptz,
            changed_at     timestamptz NOT NULL
        );
    """,
    on={
        e.ApplicationSubmitted: """
            INSERT INTO my_applications_v1 (application_id, municipality, service, variant,
                status, submitted_at, changed_at)
            VALUES (%(stream_id)s, %(municipality)s, %(service)s, %(variant)s,
                'submitted', %(submitted_at)s, %(submitted_at)s)
        """,
        e.ApplicationReceived: _set(
            "status = 'received', received_at = %(received_at)s", "received_at"
        ),
        e.CorrectionRequested: _now("correction-requested", "requested_at"),
        e.CorrectionAnswered: _now("received", "answered_at"),
        e.CorrectionCancelled: _now("received", "cancelled_at"),
        e.ApplicationApproved: _now("approved", "approved_at"),
        e.ApplicationReadyForPickup: _now("ready-for-pickup", "ready_at"),
        e.ApplicationPickedUp: _now("picked-up", "picked_up_at"),
        e.OnlineOnlyIssued: _now("issued-online", "issued_at"),
        e.ApplicationDispatched: _now("dispatched", "dispatched_at"),
        e.ApplicationAcknowledged: _now("acknowledged", "acknowledged_at"),
        e.ApplicationRejected: _now("rejected", "rejected_at"),
        e.ApplicationWithdrawn: _now("withdrawn", "withdrawn_at"),
        e.ApplicationForwarded: _now("forwarded", "forwarded_at"),
        e.ApplicationExpired: _now("expired", "expired_at"),
        e.ApplicationReopened: _set(
            "status = CASE WHEN received_at IS NULL THEN 'submitted' ELSE 'received' END",
            "reopened_at",
        ),
    },
)
