"""Writes the mail that an event calls for, in the applicant's language, from a template."""

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.catalogue.catalogue import Catalogue
from adapters.event_store.recorded import Recorded
from adapters.mail.message import written_by_us
from adapters.mail.notices import is_told, to_office
from adapters.mail.values import office_of, values
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationSubmitted
from domain.application.state import Application
from domain.languages import GERMAN, fallbacks
from domain.municipality.municipality import Municipality

TEMPLATES = Path(__file__).parent / "templates"


def compose(
    notification_id: UUID,
    template: str,
    history: Sequence[Recorded],
    catalogue: Catalogue,
    language: str = "",
    address: str | None = None,
) -> EmailMessage | None:
    """Return the mail, or None where there is nobody to tell, or nothing to tell them.

    `history` ends with the event that called for it. `language` is the applicant's unless given;
    `address`, where they are written to now, the one of that time.
    The Message-ID is the notification's id: a mail sent again after a crash is the same mail.
    """
    submitted: ApplicationSubmitted = history[0].event
    state = APPLICATION.fold(recorded.event for recorded in history)
    town = catalogue.municipality(submitted.municipality)
    to = _recipient(template, submitted, state, town, address)
    letter = written(template, history, catalogue, language) if to else None
    if to is None or letter is None:
        return None
    subject, text = letter
    about = {
        "From": town.sender,
        "To": to,
        "Subject": subject,
        "Date": format_datetime(history[-1].recorded_at),
        "Message-ID": message_id(notification_id, town),
    }
    return written_by_us(about, text)


def written(
    template: str, history: Sequence[Recorded], catalogue: Catalogue, language: str = ""
) -> tuple[str, str] | None:
    """Return subject and text, by whichever way it goes; None where there is nothing to tell."""
    state = APPLICATION.fold(recorded.event for recorded in history)
    if not is_told(template, state):
        return None
    wanted = language or _language_of(template, history[0].event)
    return rendered(template, wanted, values(history, state, catalogue, wanted))


def _language_of(template: str, submitted: ApplicationSubmitted) -> str:
    return GERMAN if to_office(template) else language_of(submitted)


def language_of(submitted: ApplicationSubmitted) -> str:
    return submitted.applicant.language if submitted.applicant else GERMAN


def written_in(template: str, language: str) -> str:
    """Return the language in which there is this template: that one, or what stands in for it."""
    there = (one for one in fallbacks(language) if _path(template, one).exists())
    return next(there, GERMAN)


def rendered(template: str, language: str, named: Mapping[str, Any]) -> tuple[str, str]:
    """Return subject and text. Raise TemplateNotFound."""
    path = _path(template, written_in(template, language)).relative_to(TEMPLATES)
    subject, _, text = _environment().get_template(str(path)).render(named).partition("\n")
    return subject.strip(), text.strip() + "\n"


def _path(template: str, language: str) -> Path:
    """Those to an office are in German, and have a folder of their own in their name."""
    name = template if to_office(template) else f"{language}/{template}"
    return TEMPLATES / f"{name}.txt.j2"


def _recipient(
    template: str,
    submitted: ApplicationSubmitted,
    state: Application,
    town: Municipality,
    address: str | None,
) -> str | None:
    if to_office(template):
        return town.mailbox_of(office_of(submitted, state, town))
    return address or state.email


def message_id(notification_id: UUID, town: Municipality) -> str:
    return f"<{notification_id}@{town.sender.rpartition('@')[2]}>"


@cache
def _environment() -> Environment:
    # Plain text: nothing is escaped, and a name that is missing is an error, not a blank.
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 -- text/plain
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
