"""The applicant as known now: as submitted, under the address that was corrected since."""

from dataclasses import replace

from domain.application.commands import CorrectEmail
from domain.application.events import (
    Applicant,
    ApplicantEmailCorrected,
    ApplicationEvent,
    ApplicationSubmitted,
)
from domain.application.state import Application
from domain.errors import ApplicantWasErased


def applicant_now(submitted: ApplicationSubmitted, state: Application) -> Applicant | None:
    """None once they were erased."""
    return submitted.applicant and replace(submitted.applicant, email=state.email)


def correct_email(application: Application, command: CorrectEmail) -> list[ApplicationEvent]:
    """From now on letters go there; what was sent stays where it went."""
    if application.erased:
        raise ApplicantWasErased
    if command.email == application.email:
        return []
    return [
        ApplicantEmailCorrected(
            email=command.email, corrected_by=command.clerk, corrected_at=command.now
        )
    ]
