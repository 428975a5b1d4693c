"""A correction (Nachforderung) stops the clock until it is answered or cancelled."""

from datetime import datetime
from uuid import UUID

from domain.application.commands import AnswerCorrection, CancelCorrection, RequestCorrection
from domain.application.events import (
    ApplicationEvent,
    CorrectionAnswered,
    CorrectionCancelled,
    CorrectionRequested,
)
from domain.application.review import require_in_hands, require_reason
from domain.application.state import Application
from domain.errors import ClaimedByAnother, CorrectionIsOpen, NoOpenCorrection
from domain.working_days import Deadline, WorkingCalendar, legal_day


def request(application: Application, command: RequestCorrection) -> list[ApplicationEvent]:
    require_in_hands(application, command.clerk)
    if application.open_correction is not None:
        raise CorrectionIsOpen
    require_reason(command.message)
    return [
        CorrectionRequested(
            correction_id=command.correction_id,
            message=command.message,
            working_days_left=_days_left(application, command.now, command.calendar),
            requested_by=command.clerk,
            requested_at=command.now,
        )
    ]


def answer(application: Application, command: AnswerCorrection) -> list[ApplicationEvent]:
    _require_open(application, command.correction_id)
    due = _clock_goes_on(application, command.now, command.calendar)
    return [
        CorrectionAnswered(
            correction_id=command.correction_id,
            message=command.message,
            changes=command.changes,
            answered_at=command.now,
            due_on=due.due_on,
            derivation=due.derivation,
        )
    ]


def cancel(application: Application, command: CancelCorrection) -> list[ApplicationEvent]:
    _require_open(application, command.correction_id)
    if application.claimed_by not in (None, command.clerk):
        raise ClaimedByAnother(application.claimed_by)
    due = _clock_goes_on(application, command.now, command.calendar)
    return [
        CorrectionCancelled(
            correction_id=command.correction_id,
            cancelled_by=command.clerk,
            cancelled_at=command.now,
            due_on=due.due_on,
            derivation=due.derivation,
        )
    ]


def _require_open(application: Application, correction_id: UUID) -> None:
    if application.open_correction is None or application.open_correction != correction_id:
        raise NoOpenCorrection


def _days_left(application: Application, now: datetime, calendar: WorkingCalendar) -> int:
    today = legal_day(now)
    policy = application.rules.deadline
    return policy.days_left(today, application.due_on or today, calendar)


def _clock_goes_on(application: Application, now: datetime, calendar: WorkingCalendar) -> Deadline:
    return application.rules.deadline.deadline(legal_day(now), calendar, application.days_left)
