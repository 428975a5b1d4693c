"""An application that belongs elsewhere: to another office here, or to another municipality."""

from domain.application import commands as c
from domain.application.events import (
    ApplicationEvent,
    ApplicationForwarded,
    ApplicationPassedToOffice,
)
from domain.application.money import refund_if_paid
from domain.application.review import require_in_hands, require_reason
from domain.application.state import Application
from domain.errors import OfficeUnknown, SameMunicipality, SameOffice


def forward(application: Application, command: c.ForwardApplication) -> list[ApplicationEvent]:
    """What was paid here goes back: the other municipality has a fee of its own."""
    require_in_hands(application, command.clerk)
    require_reason(command.reason)
    if command.to_municipality == application.municipality:
        raise SameMunicipality
    forwarded = ApplicationForwarded(
        to_municipality=command.to_municipality,
        to_office=command.to_office,
        reason=command.reason,
        forwarded_by=command.clerk,
        forwarded_at=command.now,
        first_received_on=application.filed_on,
        goes_on_as=command.goes_on_as,
    )
    return [forwarded, *refund_if_paid(application, "forwarded", command.now)]


def pass_to_office(application: Application, command: c.PassToOffice) -> list[ApplicationEvent]:
    """The clock goes on, and an open correction stays open: only who works on it changes."""
    require_in_hands(application, command.clerk)
    require_reason(command.reason)
    if command.to_office not in command.offices:
        raise OfficeUnknown(*command.offices)
    if command.to_office == application.office:
        raise SameOffice
    return [
        ApplicationPassedToOffice(
            from_office=application.office,
            to_office=command.to_office,
            reason=command.reason,
            passed_by=command.clerk,
            passed_at=command.now,
        )
    ]
