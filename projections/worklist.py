"""The clerk's worklist: applications that wait for a person, most urgent first.

Read models hold nothing personal: names are opened when a page is read, so that they are forgotten
with their key.
"""

from domain.application import events as e
from projections.projection import Projection


def _set(assignments: str) -> str:
    return f"""
        UPDATE worklist_v2 SET {assignments}, version = %(version)s
        WHERE application_id = %(stream_id)s
    """


def _ended(status: str) -> str:
    return _set(f"""status = '{status}', waiting = false, claimed_by = NULL, correction = 'none',
        due_on = NULL""")


_NOTED = "UPDATE worklist_v2 SET version = %(version)s WHERE application_id = %(stream_id)s"
_CLOCK_GOES_ON = "due_on = %(due_on)s"

WORKLIST = Projection(
    name="worklist_v2",
    table="""
        CREATE TABLE worklist_v2 (
            application_id uuid PRIMARY KEY,
            version        bigint NOT NULL,
            municipality   text NOT NULL,
            branch         text,
            office         text,
            service        text NOT NULL,
            variant        text NOT NULL,
            channel        text NOT NULL,
            pilot          boolean NOT NULL,
            fulfilment     text NOT NULL,
            fee_cents      bigint NOT NULL,
            paid           boolean NOT NULL DEFAULT false,
            submitted_at   timestamptz NOT NULL,
            status         text NOT NULL DEFAULT 'submitted',
            waiting        boolean NOT NULL DEFAULT false,
            received_at    timestamptz,
            due_on         date,
            claimed_by     text,
            correction     text NOT NULL DEFAULT 'none'
        );
        CREATE INDEX ON worklist_v2 (municipality, coalesce(due_on, 'infinity'), application_id)
            WHERE waiting;
        CREATE INDEX ON worklist_v2 (municipality, branch, coalesce(due_on, 'infinity'),
            application_id) WHERE waiting;
        CREATE INDEX ON worklist_v2 (municipality, office, coalesce(due_on, 'infinity'),
            application_id) WHERE waiting;
        CREATE INDEX ON worklist_v2 (municipality, received_at, application_id) WHERE waiting;
        CREATE INDEX ON worklist_v2 (municipality, coalesce(due_on, 'infinity'), application_id)
            WHERE status = 'acknowledged';
        CREATE INDEX ON worklist_v2 (municipality, received_at, application_id)
            WHERE status = 'acknowledged';
    """,
    on={
        e.ApplicationSubmitted: """
            INSERT INTO worklist_v2 (application_id, version, municipality, branch, office,
                service, variant, channel, pilot, fulfilment, fee_cents, submitted_at)
            VALUES (%(stream_id)s, %(version)s, %(municipality)s, %(branch)s, %(office)s,
                %(service)s, %(variant)s, %(channel)s, %(pilot)s, %(fulfilment)s,
                %(rules_fee_cents)s, %(submitted_at)s)
        """,
        e.ProofUploaded: _NOTED,
        e.ProofFoundClean: _NOTED,
        e.ProofRefused: _NOTED,
        e.ProofAcceptedByClerk: _NOTED,
        e.ProofRefusedByClerk: _NOTED,
        e.ProofsDestroyed: _NOTED,
        e.ApplicationPaid: _set("paid = true"),
        e.UnmatchedMoneyReceived: _NOTED,
        e.ApplicationReceived: _set("""status = 'received', waiting = true,
            received_at = %(received_at)s, due_on = %(due_on)s"""),
        e.ApplicationClaimed: _set("claimed_by = %(claimed_by)s"),
        e.ApplicationReleased: _set("claimed_by = NULL"),
        e.ApplicationPassedToOffice: _set("claimed_by = NULL, office = %(to_office)s"),
        e.CorrectionRequested: _set("correction = 'open', due_on = NULL"),
        e.CorrectionAnswered: _set(f"correction = 'answered', {_CLOCK_GOES_ON}"),
        e.CorrectionCancelled: _set(f"correction = 'none', {_CLOCK_GOES_ON}"),
        e.ApplicationApproved: _set("status = 'approved', due_on = NULL"),
        e.ApplicationReadyForPickup: _set("status = 'ready-for-pickup'"),
        e.ApplicationPickedUp: _ended("picked-up"),
        e.OnlineOnlyIssued: _ended("issued-online"),
        e.ApplicationDispatched: _ended("dispatched"),
        e.ApplicationAcknowledged: _ended("acknowledged"),
        e.ApplicationRejected: _ended("rejected"),
        e.ApplicationWithdrawn: _ended("withdrawn"),
        e.ApplicationForwarded: _ended("forwarded"),
        e.ApplicationExpired: _ended("expired"),
        e.DeadlineExtended: _set(_CLOCK_GOES_ON),
        e.DeadlineRecomputed: _set(_CLOCK_GOES_ON),
        e.DecisionDueSoon: _NOTED,
        e.DecisionEscalated: _NOTED,
        e.ApplicantReminded: _NOTED,
        e.ApplicationReopened: _set("""due_on = %(due_on)s, waiting = received_at IS NOT NULL,
            status = CASE WHEN received_at IS NULL THEN 'submitted' ELSE 'received' END"""),
        e.RefundDue: _set("paid = true"),
        e.RefundCancelled: _NOTED,
        e.RefundDone: _set("paid = paid AND NOT %(was_fee)s"),
        e.MoneyChargedBack: _set("paid = paid AND NOT %(was_fee)s"),
        e.MoneyAssigned: _NOTED,
        e.MoneyCorrected: _NOTED,
        e.MoneyGoneTwice: _NOTED,
        e.ClaimSettled: _NOTED,
        e.ApplicationHandedOver: _NOTED,
        e.NoticeNotDelivered: _NOTED,
        e.NoticeSentAgain: _NOTED,
        e.NoticeSettled: _NOTED,
        e.ApplicantEmailCorrected: _NOTED,
        e.ApplicantErased: _NOTED,
    },
)
