"""What the template of a letter may name."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.catalogue.catalogue import Catalogue
from adapters.event_store.recorded import Recorded
from domain.application.events import ApplicationForwarded, ApplicationSubmitted
from domain.application.state import Application
from domain.languages import GERMAN, fallbacks, spoken
from domain.municipality.adoption import Text
from domain.municipality.municipality import Branch, Municipality
from domain.municipality.paying import takes_payments
from domain.service.assessment import proof_titles
from domain.working_days import legal_day


def values(
    history: Sequence[Recorded], state: Application, catalogue: Catalogue, language: str
) -> Mapping[str, Any]:
    submitted: ApplicationSubmitted = history[0].event
    town = catalogue.municipality(submitted.municipality)
    told_on = legal_day(history[-1].recorded_at)
    definition = catalogue.definition(submitted.service, submitted.rules.version)
    return {
        "applicant": submitted.applicant,
        "service": _said(definition.title, language),
        "town": town,
        "office": office_of(submitted, state, town),
        "application_id": history[0].stream_id,
        "application": state,
        "fee": _amount(state.rules.fee.cents, language),
        "pays_online": takes_payments(town, told_on) and submitted.account is not None,
        "pay_within": state.rules.expiry.unpaid_days,
        "branch": _branch(town, state.branch),
        "event": history[-1].event,
        "goes_to": _goes_to(history[-1].event, catalogue),
        "proofs": {
            kind: _said(title, language)
            for kind, title in proof_titles(definition, submitted.rules).items()
        },
    }


def office_of(submitted: ApplicationSubmitted, state: Application, town: Municipality) -> str:
    return state.office or town.adoption(submitted.service).office


def _said(text: Text, language: str) -> str:
    return next(text[one] for one in fallbacks(language) if text.get(one))


def _amount(cents: int, language: str) -> str:
    written = f"{cents / 100:.2f}"
    return written.replace(".", ",") if spoken(language) == GERMAN else written


def _goes_to(event: object, catalogue: Catalogue) -> Municipality | None:
    """Return the municipality that an application was forwarded to."""
    ags = event.to_municipality if isinstance(event, ApplicationForwarded) else None
    return catalogue.by_ags.get(ags or "")


def _branch(town: Municipality, key: str | None) -> Branch | None:
    return next((branch for branch in town.branches if branch.key == key), None)
