"""Which day matters next to each application, and to whom: what the runner `deadlines` looks at.

`kind` is what is waited for; nothing where no day matters. `due_on` is the office's; those of an
applicant follow from `since` and the days of the policy, which were pinned at submission.
"""

from domain.application import events as e
from projections.projection import Projection


def _set(assignments: str, only: str = "true") -> str:
    return f"""
        UPDATE deadlines_v1 SET {assignments} WHERE application_id = %(stream_id)s AND {only}
    """


def _waits_for(kind: str, moment: str, due_on: str = "NULL") -> str:
    return _set(f"""kind = {kind}, since = %({moment})s, due_on = {due_on}, reminded = false,
        escalated = false""")


def _asked_anew(moment: str, only: str = "true") -> str:
    waits = f"kind IN ('completion', 'payment', 'fulfilment') AND {only}"
    return _set(f"since = %({moment})s, reminded = false", waits)


def _decision(moment: str) -> str:
    return _waits_for("'decision'", moment, "%(due_on)s")


_NOTHING = _set("""kind = NULL, since = NULL, due_on = NULL, reminded = false,
    escalated = false""")
_REMINDED = _set("reminded = true")

DEADLINES = Projection(
    name="deadlines_v1",
    table="""
        CREATE TABLE deadlines_v1 (
            application_id       uuid PRIMARY KEY,
            municipality         text NOT NULL,
            office               text,
            branch               text,
            service              text NOT NULL,
            pays_after_approval  boolean NOT NULL,
            unpaid_days          integer,
            unanswered_days      integer,
            pickup_days          integer,
            reminder_days        integer NOT NULL,
            pickup_reminder_days integer NOT NULL,
            kind                 text,
            since                timestamptz,
            due_on               date,
            reminded             boolean NOT NULL DEFAULT false,
            escalated            boolean NOT NULL DEFAULT false
        );
        CREATE INDEX ON deadlines_v1 (application_id) WHERE kind IS NOT NULL;
        CREATE INDEX ON deadlines_v1 (municipality, application_id)
            WHERE kind = 'decision' AND (reminded OR escalated);
    """,
    on={
        e.ApplicationSubmitted: """
            INSERT INTO deadlines_v1 (application_id, municipality, office, branch, service,
                pays_after_approval, unpaid_days, unanswered_days, pickup_days, reminder_days,
                pickup_reminder_days, kind, since)
            VALUES (%(stream_id)s, %(municipality)s, %(office)s, %(branch)s, %(service)s,
                %(rules_payment_timing)s = 'after-approval', %(rules_expiry_unpaid_days)s,
                %(rules_expiry_unanswered_days)s, %(rules_expiry_pickup_days)s,
                %(rules_notices_reminder_days)s, %(rules_notices_pickup_reminder_days)s,
                'completion', %(submitted_at)s)
        """,
        e.ProofRefused: _asked_anew("checked_at"),
        e.RefundDone: _asked_anew("refunded_at", "%(was_fee)s"),
        e.MoneyChargedBack: _asked_anew("charged_back_at", "%(was_fee)s"),
        e.ApplicationReceived: _decision("received_at"),
        e.ApplicationPassedToOffice: _set("office = %(to_office)s"),
        e.CorrectionRequested: _waits_for("'answer'", "requested_at"),
        e.CorrectionAnswered: _decision("answered_at"),
        e.CorrectionCancelled: _decision("cancelled_at"),
        e.DeadlineExtended: _decision("counted_from"),
        e.DeadlineRecomputed: _set("due_on = %(due_on)s, reminded = false, escalated = false"),
        e.DecisionDueSoon: _REMINDED,
        e.ApplicantReminded: _REMINDED,
        e.DecisionEscalated: _set("escalated = true"),
        e.ApplicationApproved: _waits_for(
            "CASE WHEN pays_after_approval THEN 'payment' ELSE 'fulfilment' END", "approved_at"
        ),
        e.ApplicationReadyForPickup: _waits_for("'pick-up'", "ready_at"),
        e.ApplicationReopened: _waits_for(
            "CASE WHEN %(due_on)s::date IS NULL THEN 'completion' ELSE 'decision' END",
            "reopened_at",
            "%(due_on)s",
        ),
        **dict.fromkeys(
            (
                e.ApplicationPickedUp,
                e.OnlineOnlyIssued,
                e.ApplicationDispatched,
                e.ApplicationAcknowledged,
                e.ApplicationRejected,
                e.ApplicationWithdrawn,
                e.ApplicationForwarded,
                e.ApplicationExpired,
            ),
            _NOTHING,
        ),
    },
)
