"""How the result reaches the applicant, as chosen at submission."""

from datetime import datetime
from functools import reduce

from domain.application.commands import DispatchResult, HandOut, MarkReadyForPickup
from domain.application.events import (
    ApplicationAcknowledged,
    ApplicationDispatched,
    ApplicationEvent,
    ApplicationPickedUp,
    ApplicationReadyForPickup,
    OnlineOnlyIssued,
)
from domain.application.evolving import evolve
from domain.application.state import ENDED, Application, Status
from domain.errors import (
    AlreadyEnded,
    ClaimedByAnother,
    FeeNotPaid,
    FulfilmentNotChosen,
    NotApproved,
    NotReadyForPickup,
)
from domain.rules import Fulfilment


def fulfil_at_once(
    application: Application, happened: list[ApplicationEvent], now: datetime
) -> list[ApplicationEvent]:
    """What happened, and the result itself where nobody has to hand anything over."""
    after = reduce(evolve, happened, application)
    if after.fee_owed:
        return happened
    if after.fulfilment is Fulfilment.ONLINE_ONLY:
        issued = OnlineOnlyIssued(
            issued_at=now,
            card_number=after.card_number,
            entitlements=after.rules.online_entitlements,
        )
        return [*happened, issued]
    if after.fulfilment is Fulfilment.ACKNOWLEDGEMENT:
        return [*happened, ApplicationAcknowledged(acknowledged_at=now)]
    return happened


def mark_ready_for_pickup(
    application: Application, command: MarkReadyForPickup
) -> list[ApplicationEvent]:
    _require_deliverable(application, Fulfilment.PICKUP, command.clerk)
    return [
        ApplicationReadyForPickup(
            branch=application.branch or "",
            ready_by=command.clerk,
            ready_at=command.now,
            card_number=command.card_number or application.card_number,
            entitlements=application.rules.entitlements,
        )
    ]


def hand_out(application: Application, command: HandOut) -> list[ApplicationEvent]:
    if application.status in ENDED:
        raise AlreadyEnded
    if application.status is not Status.READY_FOR_PICKUP:
        raise NotReadyForPickup
    if application.fee_owed:
        raise FeeNotPaid
    return [ApplicationPickedUp(handed_out_by=command.clerk, picked_up_at=command.now)]


def dispatch(application: Application, command: DispatchResult) -> list[ApplicationEvent]:
    _require_deliverable(application, Fulfilment.MAIL, command.clerk)
    return [ApplicationDispatched(dispatched_by=command.clerk, dispatched_at=command.now)]


def _require_deliverable(application: Application, chosen: Fulfilment, clerk: str) -> None:
    if application.status in ENDED:
        raise AlreadyEnded
    if application.status is not Status.APPROVED:
        raise NotApproved
    if application.claimed_by not in (None, clerk):
        raise ClaimedByAnother(application.claimed_by)
    if application.fulfilment is not chosen:
        raise FulfilmentNotChosen
    if application.fee_owed:
        raise FeeNotPaid
