"""Whose turn it is, since when, and until when the clock runs; by each event that says so."""

from datetime import date, datetime
from typing import Any

from domain.application import events as e
from domain.application.state import ENDED_AT, ENDS_AS, Application, Status
from domain.copying import but


def turn(
    application: Application,
    moment: datetime | None,
    told_until: date | None = None,
    **changes: Any,
) -> Application:
    """Somebody's turn begins, and nobody was told of its day yet.

    All in one step: each copies the whole state.
    """
    return but(
        application,
        turn_since=moment,
        noticed=False,
        told_until=told_until,
        escalated=False,
        **changes,
    )


def asked_anew(application: Application, moment: datetime) -> Application:
    """What the applicant did is undone, and time to do it again begins; what was told holds."""
    if application.status not in (Status.SUBMITTED, Status.APPROVED):
        return application
    return turn(application, moment, application.told_until)


def received(application: Application, event: e.ApplicationReceived) -> Application:
    at, status = event.received_at, Status.RECEIVED
    return _clock_runs(application, event, at, None, status=status, received=True)


def correction_requested(application: Application, event: e.CorrectionRequested) -> Application:
    return turn(
        application,
        event.requested_at,
        open_correction=event.correction_id,
        days_left=event.working_days_left,
    )


def correction_answered(application: Application, event: e.CorrectionAnswered) -> Application:
    return _goes_on(application, event, event.answered_at)


def correction_cancelled(application: Application, event: e.CorrectionCancelled) -> Application:
    return _goes_on(application, event, event.cancelled_at)


def extended(application: Application, event: e.DeadlineExtended) -> Application:
    return _clock_runs(application, event, event.counted_from, event.days_counted)


def recomputed(application: Application, event: e.DeadlineRecomputed) -> Application:
    return turn(application, application.turn_since, due_on=event.due_on)


def noticed(application: Application, _: e.DecisionDueSoon) -> Application:
    return but(application, noticed=True)


def reminded(application: Application, event: e.ApplicantReminded) -> Application:
    """Reminded anew, the applicant holds the later of two days in his hands."""
    days = [day for day in (application.told_until, event.until) if day is not None]
    return but(application, noticed=True, told_until=max(days, default=None))


def escalated(application: Application, _: e.DecisionEscalated) -> Application:
    return but(application, escalated=True)


def approved(application: Application, event: e.ApplicationApproved) -> Application:
    return turn(application, event.approved_at, status=Status.APPROVED)


def ready(application: Application, event: e.ApplicationReadyForPickup) -> Application:
    status, number = Status.READY_FOR_PICKUP, event.card_number
    return turn(application, event.ready_at, status=status, card_number=number)


def ended(application: Application, event: e.ApplicationEvent) -> Application:
    return turn(
        application,
        None,
        status=ENDS_AS[type(event)],
        claimed_by=None,
        open_correction=None,
        days_left=None,
        ended_at=getattr(event, ENDED_AT[type(event)]),
    )


def forwarded(application: Application, event: e.ApplicationForwarded) -> Application:
    return but(ended(application, event), goes_on_elsewhere=event.goes_on_as is not None)


def reopened(application: Application, event: e.ApplicationReopened) -> Application:
    status = Status.RECEIVED if application.received else Status.SUBMITTED
    return _clock_runs(application, event, event.reopened_at, None, status=status, ended_at=None)


def _goes_on(
    application: Application,
    event: e.CorrectionAnswered | e.CorrectionCancelled,
    moment: datetime,
) -> Application:
    days = application.days_left
    return _clock_runs(application, event, moment, days, open_correction=None, days_left=None)


def _clock_runs(
    application: Application,
    event: e.ApplicationReceived
    | e.CorrectionAnswered
    | e.CorrectionCancelled
    | e.ApplicationReopened
    | e.DeadlineExtended,
    counted_from: datetime,
    days: int | None,
    **changes: Any,
) -> Application:
    """`days` are None where they are those of the policy."""
    return turn(
        application,
        counted_from,
        due_on=event.due_on,
        clock_from=counted_from,
        clock_days=days,
        **changes,
    )
