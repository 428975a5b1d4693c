"""Writes the mail that an event calls for, in the applicant's language, from a template."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.catalogue.catalogue import Catalogue
from adapters.event_store.recorded import Recorded
from adapters.mail.notices import OFFICE_NOTICES, ONLY_WHERE
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationForwarded, ApplicationSubmitted
from domain.application.state import Application
from domain.municipality.municipality import Branch, Municipality

TEMPLATES = Path(__file__).parent / "templates"


def compose(
    notification_id: UUID,
    template: str,
    history: Sequence[Recorded],
    catalogue: Catalogue,
    language: str = "",
) -> EmailMessage | None:
    """Return the mail, or None where there is nobody to tell, or nothing to tell them.

    `history` ends with the event that called for it. `language` is the applicant's unless given.
    The Message-ID is the notification's id: a mail sent again after a crash is the same mail.
    """
    submitted: ApplicationSubmitted = history[0].event
    state = APPLICATION.fold(recorded.event for recorded in history)
    town = catalogue.municipality(submitted.municipality)
    to = _recipient(template, submitted, state, town)
    if not to or not ONLY_WHERE.get(template, _everybody)(state):
        return None
    subject, _, text = _render(
        template, history, state, catalogue, language or _language_of(submitted)
    ).partition("\n")
    message = EmailMessage()
    message["From"] = town.sender
    message["To"] = to
    message["Subject"] = subject.strip()
    message["Date"] = format_datetime(history[-1].recorded_at)
    message["Message-ID"] = message_id(notification_id, town)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.strip() + "\n")
    return message


def _recipient(
    template: str, submitted: ApplicationSubmitted, state: Application, town: Municipality
) -> str | None:
    if template in OFFICE_NOTICES.values():
        return town.mailbox_of(_office(submitted, state, town))
    return submitted.applicant.email if submitted.applicant else None


def _office(submitted: ApplicationSubmitted, state: Application, town: Municipality) -> str:
    return state.office or town.adoption(submitted.service).office


def _everybody(_: Application) -> bool:
    return True


def message_id(notification_id: UUID, town: Municipality) -> str:
    return f"<{notification_id}@{town.sender.rpartition('@')[2]}>"


def _language_of(submitted: ApplicationSubmitted) -> str:
    return submitted.applicant.language if submitted.applicant else "de"


def _render(
    template: str,
    history: Sequence[Recorded],
    state: Application,
    catalogue: Catalogue,
    language: str,
) -> str:
    submitted: ApplicationSubmitted = history[0].event
    town = catalogue.municipality(submitted.municipality)
    definition = catalogue.definition(submitted.service, submitted.rules.version)
    values: dict[str, Any] = {
        "applicant": submitted.applicant,
        "service": definition.title.get(language) or definition.title["de"],
        "town": town,
        "office": _office(submitted, state, town),
        "application_id": history[0].stream_id,
        "application": state,
        "fee": f"{state.rules.fee.cents / 100:.2f}".replace(".", "," if language == "de" else "."),
        "pay_within": state.rules.expiry.unpaid_days,
        "branch": _branch(town, state.branch),
        "event": history[-1].event,
        "goes_to": _goes_to(history[-1].event, catalogue),
        "proofs": {p.kind: p.title.get(language) or p.title["de"] for p in definition.proofs},
    }
    path = template if "/" in template else f"{language}/{template}"
    return _environment().get_template(f"{path}.txt.j2").render(values)


def _goes_to(event: object, catalogue: Catalogue) -> Municipality | None:
    """Return the municipality that an application was forwarded to."""
    ags = event.to_municipality if isinstance(event, ApplicationForwarded) else None
    return catalogue.by_ags.get(ags or "")


def _branch(town: Municipality, key: str | None) -> Branch | None:
    return next((branch for branch in town.branches if branch.key == key), None)


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
