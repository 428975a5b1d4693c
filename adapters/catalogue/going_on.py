"""An application that was forwarded, as the municipality that is responsible takes it up."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from adapters.card_numbers import reserved_number
from adapters.catalogue.calendar import working_calendar
from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.offer import Offer, offered
from domain.application.answers import answers_of
from domain.application.commands import SubmitApplication
from domain.application.events import Applicant, ApplicationEvent, ApplicationSubmitted, Channel
from domain.application.state import Application
from domain.rules import Fulfilment, RulesInForce
from domain.service.assessment import assess
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
    town = catalogue.municipality(to)
    adoption = town.adoption(submitted.service)
    definition = catalogue.definition(adoption.service, adoption.version)
    offer = offered(town, adoption, definition)
    filed_on = state.filed_on or submitted.legal_day
    rules = _rules(offer, submitted, submitted.applicant, history, filed_on)
    mode = state.fulfilment if state.fulfilment in rules.fulfilments else rules.fulfilments[0]
    return SubmitApplication(
        municipality=to,
        variant=submitted.variant,
        applicant=submitted.applicant,
        answers=answers_of(history),
        fulfilment=mode,
        branch=_branch(state.branch, rules) if mode is Fulfilment.PICKUP else None,
        rules=rules,
        existing_number=answers_of(history).get("card_number"),
        reserved_number=reserved_number(town, offer.definition),
        account=state.account,
        trust_level=submitted.trust_level,
        trust_claim=submitted.trust_claim,
        channel=Channel.FORWARDED,
        pilot=offer.pilot,
        office=adoption.office,
        source_portal=f"municipality-{submitted.municipality}",
        source_submission_id=str(application_id),
        submitted_at=now,
        now=now,
        calendar=working_calendar(town, now.date()),
        first_received_on=filed_on,
        forwarded_from=submitted.municipality,
    )


def _rules(
    offer: Offer,
    submitted: ApplicationSubmitted,
    applicant: Applicant,
    history: Sequence[ApplicationEvent],
    filed_on: date,
) -> RulesInForce:
    facts = {
        **answers_of(history),
        "variant": submitted.variant,
        "age": age_on(filed_on, applicant.birth_date),
    }
    fees = offer.adoption.fees
    return assess(offer.definition, fees=fees, branches=offer.branches, facts=facts)


def _branch(wanted: str | None, rules: RulesInForce) -> str | None:
    """That of the same name, else the first: its clerk can be told otherwise."""
    if wanted in rules.branches:
        return wanted
    return rules.branches[0] if rules.branches else None
