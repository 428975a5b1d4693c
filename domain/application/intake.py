"""From submission to hand-over: when is an application complete?"""

from datetime import datetime
from functools import reduce

from domain.application.commands import SubmitApplication
from domain.application.events import (
    ApplicationAcknowledged,
    ApplicationEvent,
    ApplicationReceived,
    ApplicationSubmitted,
    Channel,
)
from domain.application.evolving import evolve
from domain.application.state import Application, Status
from domain.errors import (
    AlreadySubmitted,
    BranchNotOffered,
    CardNumberMissing,
    ChoiceNotOffered,
    TrustLevelTooLow,
)
from domain.rules import Fulfilment, Kind
from domain.working_days import WorkingCalendar, legal_day

RENEWAL = "renewal"


def submit(application: Application, command: SubmitApplication) -> list[ApplicationEvent]:
    if application.status is not Status.NOT_SUBMITTED:
        raise AlreadySubmitted
    _require_offered(command)
    # A letter counts from the day it came in, not from the day it was typed in.
    came_in = min(command.submitted_at, command.now)
    return hand_over_if_complete(application, [_submitted(command)], came_in, command.calendar)


def _submitted(command: SubmitApplication) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        municipality=command.municipality,
        service=command.rules.service,
        variant=command.variant,
        applicant=command.applicant,
        answers=command.answers,
        fulfilment=command.fulfilment,
        branch=command.branch if command.fulfilment is Fulfilment.PICKUP else None,
        card_number=_card_number(command),
        rules=command.rules,
        account=command.account,
        trust_level=command.trust_level,
        trust_claim=command.trust_claim,
        channel=command.channel,
        pilot=command.pilot,
        source_portal=command.source_portal,
        source_submission_id=command.source_submission_id,
        submitted_at=command.submitted_at,
        legal_day=legal_day(command.submitted_at),
        office=command.office,
        first_received_on=command.first_received_on,
        forwarded_from=command.forwarded_from,
        source_digest=command.source_digest,
        mailbox=command.mailbox,
    )


def _require_offered(command: SubmitApplication) -> None:
    # At the counter, by phone and by post a clerk has made sure who is asking.
    online = command.channel is Channel.ONLINE
    if online and command.trust_level < command.rules.trust_level:
        raise TrustLevelTooLow
    if command.fulfilment not in command.rules.fulfilments:
        raise ChoiceNotOffered(*command.rules.fulfilments)
    if command.fulfilment is Fulfilment.PICKUP and command.branch not in command.rules.branches:
        raise BranchNotOffered(*command.rules.branches)


def _card_number(command: SubmitApplication) -> str | None:
    if not command.rules.issues_number:
        return None
    if command.variant != RENEWAL:
        return command.reserved_number
    existing_number = (command.existing_number or "").strip()
    if not existing_number:
        raise CardNumberMissing
    return existing_number


def hand_over_if_complete(
    application: Application,
    happened: list[ApplicationEvent],
    now: datetime,
    calendar: WorkingCalendar,
) -> list[ApplicationEvent]:
    """What happened, and the hand-over if it was the last thing missing."""
    after = reduce(evolve, happened, application)
    if after.status is not Status.SUBMITTED or not after.complete:
        return happened
    due = after.rules.deadline.deadline(legal_day(now), calendar)
    received = ApplicationReceived(received_at=now, due_on=due.due_on, derivation=due.derivation)
    if after.rules.kind is Kind.NOTIFICATION:
        return [*happened, received, ApplicationAcknowledged(acknowledged_at=now)]
    return [*happened, received]
