"""Who is told of an event, in which letter, and whether now, in a digest, or not at all.

What is not sent has its row as well, with the cause: so nothing that was quiet is sent later,
however often the log is read again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.catalogue.catalogue import Catalogue
from adapters.event_store.recorded import Recorded
from adapters.mail.letters import language_of, written_in
from adapters.mail.notices import AT_ONCE, called_for, is_told, to_office
from adapters.mail.values import office_of
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationSubmitted
from domain.application.state import Application
from domain.languages import GERMAN
from domain.municipality.clerk_mail import Audience, ClerkMailMode
from domain.municipality.municipality import Municipality
from workers.notifying.notice import EMAIL, OFFICE

PILOT, NOT_WANTED = "pilot", "not-wanted"
QUEUED, COLLECTED, DROPPED = "queued", "collected", "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """`office`: of whom it is told, where it is told to an office. `cause`: why it is dropped."""

    template: str
    channel: str
    language: str
    office: str = ""
    state: str = QUEUED
    cause: str = ""


def tellings(catalogue: Catalogue, history: Sequence[Recorded]) -> Iterator[Telling]:
    """`history` ends with the event in question. Raise MunicipalityUnknown, or ServiceNotOffered,
    where the catalogue does not know it: nobody may be left out for that.
    """
    submitted: ApplicationSubmitted = history[0].event
    state = APPLICATION.fold(recorded.event for recorded in history)
    town = catalogue.municipality(submitted.municipality)
    for template in called_for(type(history[-1].event)):
        if not to_office(template):
            yield _to_applicant(template, submitted, town)
        elif is_told(template, state):
            yield _to_office(template, submitted, state, town)


def _to_applicant(template: str, submitted: ApplicationSubmitted, town: Municipality) -> Telling:
    quiet = is_quiet(submitted, town, Audience.APPLICANTS)
    return Telling(
        template=template,
        channel=EMAIL,
        language=written_in(template, language_of(submitted)) if submitted.applicant else "",
        state=DROPPED if quiet else QUEUED,
        cause=PILOT if quiet else "",
    )


def _to_office(
    template: str, submitted: ApplicationSubmitted, state: Application, town: Municipality
) -> Telling:
    office = office_of(submitted, state, town)
    told, cause = QUEUED, ""
    if is_quiet(submitted, town, Audience.OFFICES):
        told, cause = DROPPED, PILOT
    elif template not in AT_ONCE:
        told, cause = as_chosen(town.clerk_mail_of(office).mode)
    return Telling(
        template=template, channel=OFFICE, language=GERMAN, office=office, state=told, cause=cause
    )


def as_chosen(mode: ClerkMailMode) -> tuple[str, str]:
    """Return state and cause."""
    match mode:
        case ClerkMailMode.IMMEDIATE:
            return QUEUED, ""
        case ClerkMailMode.DIGEST:
            return COLLECTED, ""
        case ClerkMailMode.NONE:
            return DROPPED, NOT_WANTED


def is_quiet(submitted: ApplicationSubmitted, town: Municipality, audience: Audience) -> bool:
    """It counts how it was filed: whoever was told nothing is told nothing of its end either."""
    return submitted.pilot and audience in town.quiet_for(submitted.service)
