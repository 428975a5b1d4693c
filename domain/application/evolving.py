"""What is remembered of each event. It never refuses."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from domain.application import events as e
from domain.application import evolving_money as money
from domain.application import evolving_proofs as proofs
from domain.application import evolving_turns as turns
from domain.application.state import Application, Status
from domain.copying import but


def _submitted(application: Application, event: e.ApplicationSubmitted) -> Application:
    return but(
        application,
        status=Status.SUBMITTED,
        municipality=event.municipality,
        account=event.account,
        email=event.applicant.email if event.applicant else None,
        rules=event.rules,
        fulfilment=event.fulfilment,
        branch=event.branch,
        office=event.office,
        card_number=event.card_number,
        filed_on=event.first_received_on or event.legal_day,
        turn_since=event.submitted_at,
    )


def _claimed(application: Application, event: e.ApplicationClaimed) -> Application:
    return but(application, claimed_by=event.claimed_by)


def _released(application: Application, _: e.ApplicationReleased) -> Application:
    return but(application, claimed_by=None)


def _passed_on(application: Application, event: e.ApplicationPassedToOffice) -> Application:
    return but(application, claimed_by=None, office=event.to_office)


def _handed_over(application: Application, event: e.ApplicationHandedOver) -> Application:
    handed = {**application.handed_over, event.hand_over_id: event.reference}
    return but(application, handed_over=handed)


def _not_delivered(application: Application, event: e.NoticeNotDelivered) -> Application:
    others = application.undelivered - {event.repeats}
    return but(application, undelivered=others | {event.notification_id})


def _sent_again(application: Application, event: e.NoticeSentAgain) -> Application:
    return but(application, repeated=application.repeated | {event.notification_id})


def _settled(application: Application, event: e.NoticeSettled) -> Application:
    return but(application, undelivered=application.undelivered - {event.notification_id})


def _email_corrected(application: Application, event: e.ApplicantEmailCorrected) -> Application:
    return but(application, email=event.email or None)


def _erased(application: Application, _: e.ApplicantErased) -> Application:
    nothing = frozenset[UUID]()
    return but(
        application, erased=True, account=None, email=None, card_number=None, undelivered=nothing
    )


# By class, not by `match`: that asks one class after another, and a history is folded each time
# that anything is decided. A test holds it complete.
EVOLVES: Mapping[type, Callable[[Application, Any], Application]] = {
    e.ApplicationSubmitted: _submitted,
    e.ProofUploaded: proofs.uploaded,
    e.ProofFoundClean: proofs.found_clean,
    e.ProofRefused: proofs.refused,
    e.ProofAcceptedByClerk: proofs.accepted,
    e.ProofRefusedByClerk: proofs.turned_down,
    e.ProofsDestroyed: proofs.destroyed,
    e.ApplicationPaid: money.paid,
    e.UnmatchedMoneyReceived: money.unmatched,
    e.ApplicationReceived: turns.received,
    e.ApplicationClaimed: _claimed,
    e.ApplicationReleased: _released,
    e.ApplicationPassedToOffice: _passed_on,
    e.CorrectionRequested: turns.correction_requested,
    e.CorrectionAnswered: turns.correction_answered,
    e.CorrectionCancelled: turns.correction_cancelled,
    e.ApplicationApproved: turns.approved,
    e.ApplicationReadyForPickup: turns.ready,
    e.ApplicationPickedUp: turns.ended,
    e.OnlineOnlyIssued: turns.ended,
    e.ApplicationDispatched: turns.ended,
    e.ApplicationAcknowledged: turns.ended,
    e.ApplicationRejected: turns.ended,
    e.ApplicationWithdrawn: turns.ended,
    e.ApplicationExpired: turns.ended,
    e.ApplicationForwarded: turns.forwarded,
    e.ApplicationReopened: turns.reopened,
    e.DeadlineExtended: turns.extended,
    e.DeadlineRecomputed: turns.recomputed,
    e.DecisionDueSoon: turns.noticed,
    e.ApplicantReminded: turns.reminded,
    e.DecisionEscalated: turns.escalated,
    e.RefundDue: money.due_back,
    e.RefundCancelled: money.refund_cancelled,
    e.RefundDone: money.refunded,
    e.MoneyChargedBack: money.charged_back,
    e.MoneyAssigned: money.assigned,
    e.MoneyCorrected: money.corrected,
    e.MoneyGoneTwice: money.gone_twice,
    e.ClaimSettled: money.claim_settled,
    e.ApplicationHandedOver: _handed_over,
    e.NoticeNotDelivered: _not_delivered,
    e.NoticeSentAgain: _sent_again,
    e.NoticeSettled: _settled,
    e.ApplicantEmailCorrected: _email_corrected,
    e.ApplicantErased: _erased,
}
# Of all other events, evolve() uses nothing that is personal; a test holds it true.
REMEMBERED: frozenset[type] = frozenset(
    {
        e.ApplicationSubmitted,
        e.ApplicationReadyForPickup,
        e.ApplicationHandedOver,
        e.ApplicantEmailCorrected,
    }
)


def evolve(application: Application, event: e.ApplicationEvent) -> Application:
    return EVOLVES[type(event)](application, event)
