"""The clerk's work on a complete application, and the ways it can end."""

from domain.application import commands as c
from domain.application.events import (
    ApplicationApproved,
    ApplicationClaimed,
    ApplicationEvent,
    ApplicationExpired,
    ApplicationRejected,
    ApplicationReleased,
    ApplicationReopened,
    ApplicationWithdrawn,
)
from domain.application.fulfilment import fulfil_at_once
from domain.application.intake import hand_over_if_complete
from domain.application.money import cancel_refund, refund_if_paid
from domain.application.state import ENDED, Application, Status
from domain.errors import (
    AlreadyDecided,
    AlreadyEnded,
    ApplicantWasErased,
    ClaimedByAnother,
    CorrectionIsOpen,
    GoesOnElsewhere,
    NotClaimed,
    NotEnded,
    NotReceivedYet,
    NotWaitingForApplicant,
    ReasonMissing,
    TooLateToWithdraw,
)
from domain.working_days import legal_day


def claim(application: Application, command: c.ClaimApplication) -> list[ApplicationEvent]:
    if application.status is Status.SUBMITTED:
        raise NotReceivedYet
    _require_not_ended(application)
    if application.claimed_by == command.clerk:
        return []
    if application.claimed_by is not None:
        raise ClaimedByAnother(application.claimed_by)
    return [ApplicationClaimed(claimed_by=command.clerk, claimed_at=command.now)]


def release(application: Application, command: c.ReleaseApplication) -> list[ApplicationEvent]:
    if application.claimed_by is None:
        return []
    if application.claimed_by != command.clerk:
        raise ClaimedByAnother(application.claimed_by)
    return [ApplicationReleased(released_by=command.clerk, released_at=command.now)]


def approve(application: Application, command: c.ApproveApplication) -> list[ApplicationEvent]:
    require_in_hands(application, command.clerk)
    if application.open_correction is not None:
        raise CorrectionIsOpen
    if not application.complete:
        raise NotReceivedYet(*application.missing_proofs)
    approved = ApplicationApproved(approved_by=command.clerk, approved_at=command.now)
    return fulfil_at_once(application, [approved], command.now)


def reject(application: Application, command: c.RejectApplication) -> list[ApplicationEvent]:
    require_in_hands(application, command.clerk)
    if application.open_correction is not None:
        raise CorrectionIsOpen
    require_reason(command.reason)
    rejected = ApplicationRejected(
        reason=command.reason, rejected_by=command.clerk, rejected_at=command.now
    )
    return [rejected, *refund_if_paid(application, "rejected", command.now)]


def withdraw(application: Application, command: c.WithdrawApplication) -> list[ApplicationEvent]:
    _require_not_ended(application)
    if application.status not in (Status.SUBMITTED, Status.RECEIVED):
        raise TooLateToWithdraw
    withdrawn = ApplicationWithdrawn(reason=command.reason, withdrawn_at=command.now)
    return [withdrawn, *refund_if_paid(application, "withdrawn", command.now)]


def expire(application: Application, command: c.ExpireApplication) -> list[ApplicationEvent]:
    _require_not_ended(application)
    if not application.waits_for_applicant:
        raise NotWaitingForApplicant
    require_reason(command.reason)
    expired = ApplicationExpired(reason=command.reason, expired_at=command.now)
    return end_in_vain(application, expired)


def end_in_vain(application: Application, expired: ApplicationExpired) -> list[ApplicationEvent]:
    return [expired, *refund_if_paid(application, "expired", expired.expired_at)]


def reopen(application: Application, command: c.ReopenApplication) -> list[ApplicationEvent]:
    if application.status not in ENDED:
        raise NotEnded
    if application.erased:
        raise ApplicantWasErased
    if application.goes_on_elsewhere:
        raise GoesOnElsewhere
    require_reason(command.reason)
    due = application.rules.deadline.deadline(legal_day(command.now), command.calendar)
    reopened = ApplicationReopened(
        reason=command.reason,
        reopened_by=command.clerk,
        reopened_at=command.now,
        due_on=due.due_on if application.received else None,
        derivation=due.derivation if application.received else (),
    )
    happened = [reopened, *cancel_refund(application, command.now)]
    return hand_over_if_complete(application, happened, command.now, command.calendar)


def require_in_hands(application: Application, clerk: str) -> None:
    """The application waits for a decision, and this clerk has claimed it."""
    if application.status is Status.SUBMITTED:
        raise NotReceivedYet
    _require_not_ended(application)
    if application.status is not Status.RECEIVED:
        raise AlreadyDecided
    if application.claimed_by is None:
        raise NotClaimed
    if application.claimed_by != clerk:
        raise ClaimedByAnother(application.claimed_by)


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing


def _require_not_ended(application: Application) -> None:
    if application.status in ENDED:
        raise AlreadyEnded
