"""An application that was forwarded, as the municipality that is responsible takes it up."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from adapters.card_numbers import reserved_number
from adapters.catalogue.calendar import working_calendar
from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.offer import Offer, offered
from domain.application.answers import answers_of
from domain.application.applicants import applicant_now
from domain.application.commands import SubmitApplication
from domain.application.events import Applicant, ApplicationEvent, ApplicationSubmitted, Channel
from domain.application.state import Application
from domain.rules import Fulfilment, RulesInForce
from domain.service.definition import age_on


def going_on(
    catalogue: Catalogue,
    application_id: UUID,
    history: Sequence[ApplicationEvent],
    state: Application,
    to: str,
    now: datetime,
) -> SubmitApplication | None:
    """Return what submits it there; None once its applicant was erased.

    Fee, proofs and deadline are those of the other municipality. `now`: when it was forwarded; from
    then on its days count, while it was filed when the first municipality received it. Raise
    ServiceNotOffered or NoTariffLine.
    """
    submitted = history[0]
    if not isinstance(submitted, ApplicationSubmitted) or submitted.applicant is None:
        return None
    offer, answers = _offer(catalogue, submitted.service, to), answers_of(history)
    filed_on = state.filed_on or submitted.legal_day
    rules = _rules(offer, submitted, submitted.applicant, answers, filed_on)
    return SubmitApplication(
        rules=rules,
        submitted_at=now,
        now=now,
        first_received_on=filed_on,
        source_submission_id=str(application_id),
        **_as_before(submitted, state, answers),
        **_as_there(offer, now),
        **_handed_out(state, rules),
    )


def _as_before(
    submitted: ApplicationSubmitted, state: Application, answers: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "applicant": applicant_now(submitted, state),
        "answers": answers,
        "existing_number": answers.get("card_number"),
        "variant": submitted.variant,
        "account": state.account,
        "mailbox": submitted.mailbox,
        "trust_level": submitted.trust_level,
        "trust_claim": submitted.trust_claim,
        "forwarded_from": submitted.municipality,
        "source_portal": f"municipality-{submitted.municipality}",
    }


def _as_there(offer: Offer, now: datetime) -> dict[str, Any]:
    return {
        "municipality": offer.town.ags,
        "channel": Channel.FORWARDED,
        "pilot": offer.pilot,
        "office": offer.adoption.office,
        "reserved_number": reserved_number(offer.town, offer.definition),
        "calendar": working_calendar(offer.town, now.date()),
    }


def _handed_out(state: Application, rules: RulesInForce) -> dict[str, Any]:
    """As the applicant wants it, else as it is usual there."""
    mode = state.fulfilment if state.fulfilment in rules.fulfilments else rules.fulfilments[0]
    return {
        "fulfilment": mode,
        "branch": _branch(state.branch, rules) if mode is Fulfilment.PICKUP else None,
    }


def _offer(catalogue: Catalogue, service: str, to: str) -> Offer:
    """As the town adopted it, even if it takes no new applications by now."""
    town = catalogue.municipality(to)
    adoption = town.adoption(service)
    return offered(town, adoption, catalogue.definition(service, adoption.version))


def _rules(
    offer: Offer,
    submitted: ApplicationSubmitted,
    applicant: Applicant,
    answers: Mapping[str, Any],
    filed_on: date,
) -> RulesInForce:
    facts = {
        **answers,
        "variant": submitted.variant,
        "age": age_on(filed_on, applicant.birth_date),
    }
    return offer.rules_for(facts)


def _branch(wanted: str | None, rules: RulesInForce) -> str | None:
    """That of the same name, else the first: its clerk can be told otherwise."""
    if wanted in rules.branches:
        return wanted
    return rules.branches[0] if rules.branches else None
