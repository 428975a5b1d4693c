"""The facts of the tests, each named once, and the histories they make up."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.application import commands as c
from domain.application import events as e
from domain.rules import RulesInForce
from domain.working_days import legal_day
from tests.domain.application.facts import (
    ADULT,
    CENTRAL,
    CLERK,
    CORRECTION,
    DERIVATION,
    DERIVATION_LATER,
    DUE,
    DUE_LATER,
    GELSENKIRCHEN,
    GLADBECK,
    HAND_OVER,
    LIBRARY,
    NOTICE,
    NOW,
    OTHER_APPLICATION,
    PARKING,
    PAYMENT,
    PROOF,
    TAXES,
    day,
)


def submitted(command: c.SubmitApplication) -> e.ApplicationSubmitted:
    return e.ApplicationSubmitted(
        municipality=command.municipality,
        service=command.rules.service,
        variant=command.variant,
        applicant=command.applicant,
        answers=command.answers,
        fulfilment=command.fulfilment,
        branch=command.branch,
        card_number=command.reserved_number if command.rules.issues_number else None,
        rules=command.rules,
        account=command.account,
        trust_level=command.trust_level,
        channel=command.channel,
        pilot=command.pilot,
        source_portal=command.source_portal,
        source_submission_id=command.source_submission_id,
        submitted_at=command.submitted_at,
        legal_day=legal_day(command.submitted_at),
        office=command.office,
    )


uploaded = e.ProofUploaded(
    proof_id=PROOF,
    kind="reduction",
    sha256="a" * 64,
    digest="a" * 32,
    media_type="application/pdf",
    size=1000,
    file_name="student.pdf",
    file="proofs/a",
    uploaded_at=NOW,
    municipality=GELSENKIRCHEN,
)
found_clean = e.ProofFoundClean(proof_id=PROOF, checked_by="scanner", checked_at=NOW)
proof_refused = e.ProofRefused(
    proof_id=PROOF, reason="virus found", checked_by="scanner", checked_at=NOW
)
proof_accepted = e.ProofAcceptedByClerk(proof_id=PROOF, accepted_by=CLERK, accepted_at=NOW)
proof_turned_down = e.ProofRefusedByClerk(
    proof_id=PROOF, reason="It is of last year.", refused_by=CLERK, refused_at=NOW
)


proofs_destroyed = e.ProofsDestroyed(
    proof_ids=(PROOF,),
    files=("proofs/a",),
    kept_until=NOW.date() + timedelta(days=90),
    destroyed_at=NOW + timedelta(days=91),
)


def paid(rules: RulesInForce = ADULT) -> e.ApplicationPaid:
    return e.ApplicationPaid(
        payment_id=PAYMENT,
        cents=rules.fee.cents,
        currency="EUR",
        method="PAYPAL",
        reference="K-1",
        paid_at=NOW,
    )


def unmatched(command: c.RecordPayment, reason: str) -> e.UnmatchedMoneyReceived:
    return e.UnmatchedMoneyReceived(
        payment_id=command.payment_id,
        municipality=GELSENKIRCHEN,
        cents=command.cents,
        currency=command.currency,
        method=command.method,
        reference=command.reference,
        reason=reason,
        paid_at=command.paid_at,
    )


def refund_due(reason: str, rules: RulesInForce = ADULT) -> e.RefundDue:
    return e.RefundDue(
        payment_id=PAYMENT,
        municipality=GELSENKIRCHEN,
        cents=rules.fee.cents,
        reason=reason,
        due_since=NOW,
    )


def refund_done(**changes: Any) -> e.RefundDone:
    """Of a fee that was due back."""
    done = e.RefundDone(
        payment_id=PAYMENT,
        municipality=GELSENKIRCHEN,
        cents=2000,
        reference="KA-1",
        was_fee=True,
        owed_again=False,
        refunded_by=CLERK,
        refunded_at=NOW,
    )
    return replace(done, **changes)


def charged_back(**changes: Any) -> e.MoneyChargedBack:
    """Of a fee that was paid and is still wanted."""
    gone = e.MoneyChargedBack(
        payment_id=PAYMENT,
        municipality=GELSENKIRCHEN,
        cents=2000,
        reference="RL-1",
        was_fee=True,
        owed_again=True,
        recorded_by=CLERK,
        charged_back_at=NOW,
    )
    return replace(gone, **changes)


assigned = e.MoneyAssigned(
    payment_id=PAYMENT,
    municipality=GELSENKIRCHEN,
    cents=2000,
    currency="EUR",
    method="PAYPAL",
    reference="K-1",
    to_application=OTHER_APPLICATION,
    assigned_by=CLERK,
    assigned_at=NOW,
    paid_at=NOW,
)
corrected = e.MoneyCorrected(
    payment_id=PAYMENT,
    municipality=GELSENKIRCHEN,
    cents=2000,
    ground=e.MoneyCorrection.BOOKED_BY_MISTAKE,
    corrected_by=CLERK,
    corrected_at=NOW,
)
gone_twice = e.MoneyGoneTwice(
    payment_id=PAYMENT,
    municipality=GELSENKIRCHEN,
    cents=2000,
    currency="EUR",
    how="charged-back",
    reference="RL-1",
    recorded_by=CLERK,
    recorded_at=NOW,
)
claim_settled = e.ClaimSettled(
    payment_id=PAYMENT,
    municipality=GELSENKIRCHEN,
    ground=e.MoneyCorrection.BOOKED_BY_MISTAKE,
    settled_by=CLERK,
    settled_at=NOW,
)
received = e.ApplicationReceived(received_at=NOW, due_on=DUE, derivation=DERIVATION)
claimed = e.ApplicationClaimed(claimed_by=CLERK, claimed_at=NOW)
released = e.ApplicationReleased(released_by=CLERK, released_at=NOW)
correction_requested = e.CorrectionRequested(
    correction_id=CORRECTION,
    message="Which street?",
    working_days_left=2,
    requested_by=CLERK,
    requested_at=NOW,
)
approved = e.ApplicationApproved(approved_by=CLERK, approved_at=NOW)
rejected = e.ApplicationRejected(reason="not a resident", rejected_by=CLERK, rejected_at=NOW)
withdrawn = e.ApplicationWithdrawn(reason="moved away", withdrawn_at=NOW)
forwarded = e.ApplicationForwarded(
    to_municipality=GLADBECK,
    to_office="library",
    reason="lives there",
    forwarded_by=CLERK,
    forwarded_at=NOW,
    first_received_on=legal_day(NOW),
)
passed_on = e.ApplicationPassedToOffice(
    from_office=LIBRARY, to_office=TAXES, reason="about the dog", passed_by=CLERK, passed_at=NOW
)
expired = e.ApplicationExpired(reason="no answer in 30 days", expired_at=NOW)
answer_did_not_come = e.ApplicationExpired(
    reason="Was fehlt, ist bis zum 18.06.2021 nicht gekommen.",
    expired_at=NOW,
    awaited=e.Awaited.ANSWER,
    due_on=DUE,
)
reminded = e.ApplicantReminded(awaited=e.Awaited.PICKUP, until=DUE, reminded_at=NOW)
due_soon = e.DecisionDueSoon(due_on=DUE, noticed_at=NOW)
escalated = e.DecisionEscalated(due_on=DUE, escalated_at=NOW)
recomputed = e.DeadlineRecomputed(
    due_on=DUE_LATER, was_due_on=DUE, derivation=DERIVATION_LATER, recomputed_at=NOW
)
extended = e.DeadlineExtended(
    due_on=date(2021, 6, 23),
    was_due_on=DUE,
    days=3,
    counted_from=NOW,
    days_counted=5,
    derivation=(
        day(0, 16, "Tag des Eingangs"), day(1, 17), day(2, 18), day(0, 19, "Samstag"),
        day(0, 20, "Sonntag"), day(3, 21), day(4, 22), day(5, 23),
    ),
    reason="The register has not answered.",
    extended_by=CLERK,
    extended_at=NOW,
)  # fmt: skip
ready = e.ApplicationReadyForPickup(
    branch=CENTRAL,
    ready_by=CLERK,
    ready_at=NOW,
    card_number="GE-0001",
    entitlements=ADULT.entitlements,
)
picked_up = e.ApplicationPickedUp(handed_out_by=CLERK, picked_up_at=NOW)
issued_online = e.OnlineOnlyIssued(
    issued_at=NOW, card_number="GE-0001", entitlements=ADULT.online_entitlements
)
permit_issued = e.OnlineOnlyIssued(issued_at=NOW, entitlements=PARKING.online_entitlements)
dispatched = e.ApplicationDispatched(dispatched_by=CLERK, dispatched_at=NOW)
acknowledged = e.ApplicationAcknowledged(acknowledged_at=NOW)
handed_over = e.ApplicationHandedOver(
    hand_over_id=HAND_OVER, back_office="library-system", reference="P-1", handed_over_at=NOW
)
not_delivered = e.NoticeNotDelivered(
    notification_id=NOTICE,
    municipality=GELSENKIRCHEN,
    template="received-1",
    channel="email",
    cause=e.NotDelivered.REFUSED,
    detail="SMTP 550",
    repeats=None,
    noted_at=NOW,
)
sent_again = e.NoticeSentAgain(
    notification_id=NOTICE, template="received-1", channel="email", asked_by=CLERK, asked_at=NOW
)
settled = e.NoticeSettled(
    notification_id=NOTICE,
    municipality=GELSENKIRCHEN,
    how=e.Settled.TOLD_OTHERWISE,
    settled_by=CLERK,
    settled_at=NOW,
)
email_corrected = e.ApplicantEmailCorrected(
    email="eva.neu@example.org", corrected_by=CLERK, corrected_at=NOW
)
erased = e.ApplicantErased(ground=e.ErasureGround.REQUEST, erased_by="operator-1", erased_at=NOW)
