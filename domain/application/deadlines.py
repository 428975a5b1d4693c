"""Days that come near and pass: who is reminded, what is escalated, what expires, what moves.

Nothing here waits: somebody looks, and what is due by then happens. To look twice is to look once.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from domain.application.commands import ExtendDeadline, LetDeadlinesPass
from domain.application.events import (
    ApplicantReminded,
    ApplicationEvent,
    ApplicationExpired,
    ApplicationReceived,
    ApplicationReopened,
    Awaited,
    CorrectionAnswered,
    CorrectionCancelled,
    DeadlineExtended,
    DeadlineRecomputed,
    DecisionDueSoon,
    DecisionEscalated,
)
from domain.application.review import end_in_vain, require_in_hands, require_reason
from domain.application.state import Application, ProofState, Status
from domain.errors import CorrectionIsOpen, ExtensionTooShort, NothingIsDue
from domain.working_days import Deadline, DeadlinePolicy, WorkingCalendar, legal_day

# Each holds the office's day, and how it was counted.
SETS_THE_DAY = (
    ApplicationReceived,
    CorrectionAnswered,
    CorrectionCancelled,
    ApplicationReopened,
    DeadlineExtended,
    DeadlineRecomputed,
)
IN_VAIN = {
    Awaited.PAYMENT: "Die Gebühr ist bis zum {:%d.%m.%Y} nicht bezahlt worden.",
    Awaited.ANSWER: "Was fehlt, ist bis zum {:%d.%m.%Y} nicht gekommen.",
    Awaited.PICKUP: "Das Ergebnis ist bis zum {:%d.%m.%Y} nicht abgeholt worden.",
}


def let_pass(application: Application, command: LetDeadlinesPass) -> list[ApplicationEvent]:
    """Raise NothingIsDue, so that a look in vain leaves no trace."""
    looks = (_recomputed, _expired, _applicant_reminded, _office_told)
    for look in looks:
        if happened := look(application, command):
            return happened
    raise NothingIsDue


def extend(application: Application, command: ExtendDeadline) -> list[ApplicationEvent]:
    """What is overdue is counted from today, and what is not yet, on from its own beginning."""
    require_in_hands(application, command.clerk)
    if application.open_correction is not None:
        raise CorrectionIsOpen
    require_reason(command.reason)
    today, before = legal_day(command.now), application.due_on or legal_day(command.now)
    start, days = command.now, command.days
    if before >= today and application.clock_from is not None:
        start, days = application.clock_from, _clock_days(application) + command.days
    due = application.rules.deadline.deadline(legal_day(start), command.calendar, days)
    if command.days < 1 or due.due_on <= max(before, today):
        raise ExtensionTooShort
    return [
        DeadlineExtended(
            due_on=due.due_on,
            was_due_on=before,
            days=command.days,
            counted_from=start,
            days_counted=days,
            derivation=due.derivation,
            reason=command.reason,
            extended_by=command.clerk,
            extended_at=command.now,
        )
    ]


def last_days(
    application: Application, calendar: WorkingCalendar, *, money_awaited: bool = False
) -> Iterator[tuple[Awaited, date]]:
    """What the applicant has to do, each until when; after that day the application expires.

    No day is before the one that the applicant was told, whatever the town's calendar says since.
    """
    expiry = application.rules.expiry
    for awaited, is_awaited, days in (
        (Awaited.PAYMENT, _must_pay(application) and not money_awaited, expiry.unpaid_days),
        (Awaited.ANSWER, _must_answer(application), expiry.unanswered_days),
        (Awaited.PICKUP, application.status is Status.READY_FOR_PICKUP, expiry.pickup_days),
    ):
        if is_awaited and days is not None and application.turn_since is not None:
            policy = DeadlinePolicy(working_days=days, every_day_counts=True)
            due_on = policy.deadline(legal_day(application.turn_since), calendar).due_on
            yield awaited, max(due_on, application.told_until or due_on)


def _must_pay(application: Application) -> bool:
    """A fee that is lost later on is the treasury's to get back."""
    return application.fee_due and application.status in (Status.SUBMITTED, Status.APPROVED)


def _must_answer(application: Application) -> bool:
    """What waits for its check is not late."""
    if application.open_correction is not None:
        return True
    waiting = {p.kind for p in application.proofs.values() if p.state is ProofState.QUARANTINED}
    missing = set(application.missing_proofs) - waiting
    return application.status is Status.SUBMITTED and bool(missing)


def _recomputed(application: Application, command: LetDeadlinesPass) -> list[ApplicationEvent]:
    """What was due before today is left alone: it is late by the calendar of its time."""
    before, today = application.due_on, legal_day(command.now)
    if not application.clock_runs or before is None or before < today:
        return []
    due = _counted(application, command.calendar)
    if due is None or due.due_on == before:
        return []
    return [
        DeadlineRecomputed(
            due_on=due.due_on,
            was_due_on=before,
            derivation=due.derivation,
            recomputed_at=command.now,
        )
    ]


def _counted(application: Application, calendar: WorkingCalendar) -> Deadline | None:
    if application.clock_from is None:
        return None
    start = legal_day(application.clock_from)
    return application.rules.deadline.deadline(start, calendar, _clock_days(application))


def _clock_days(application: Application) -> int:
    days = application.clock_days
    return application.rules.deadline.working_days if days is None else days


def _expired(application: Application, command: LetDeadlinesPass) -> list[ApplicationEvent]:
    today = legal_day(command.now)
    for awaited, due_on in last_days(
        application, command.calendar, money_awaited=command.money_awaited
    ):
        if today > due_on:
            expired = ApplicationExpired(
                reason=IN_VAIN[awaited].format(due_on),
                expired_at=command.now,
                awaited=awaited,
                due_on=due_on,
            )
            return end_in_vain(application, expired)
    return []


def _applicant_reminded(
    application: Application, command: LetDeadlinesPass
) -> list[ApplicationEvent]:
    if application.noticed or application.clock_runs:
        return []
    today, notices = legal_day(command.now), application.rules.notices
    until = dict(last_days(application, command.calendar, money_awaited=command.money_awaited))
    for awaited, due_on in until.items():
        if today >= due_on - timedelta(days=notices.reminder_days):
            return [_reminded(awaited, due_on, command)]
    if application.status is Status.READY_FOR_PICKUP and application.turn_since is not None:
        ready_on = legal_day(application.turn_since)
        if today >= ready_on + timedelta(days=notices.pickup_reminder_days):
            return [_reminded(Awaited.PICKUP, until.get(Awaited.PICKUP), command)]
    return []


def _reminded(awaited: Awaited, until: date | None, command: LetDeadlinesPass) -> ApplicantReminded:
    return ApplicantReminded(awaited=awaited, until=until, reminded_at=command.now)


def _office_told(application: Application, command: LetDeadlinesPass) -> list[ApplicationEvent]:
    if not application.clock_runs or application.due_on is None:
        return []
    policy, notices = application.rules.deadline, application.rules.notices
    left = policy.days_left(legal_day(command.now), application.due_on, command.calendar)
    if left <= -notices.escalation_days and not application.escalated:
        return [DecisionEscalated(due_on=application.due_on, escalated_at=command.now)]
    if 0 <= left <= notices.due_soon_days and not application.noticed:
        return [DecisionDueSoon(due_on=application.due_on, noticed_at=command.now)]
    return []
