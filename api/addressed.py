"""Is a submission addressed to the right body? If not, it is said which one is."""

from contextlib import suppress
from datetime import date

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import MunicipalityUnknown, ServiceUnknown
from adapters.catalogue.offer import Offer
from adapters.catalogue.wording import no_such_place
from adapters.portal.showing import told
from api.bodies import SubmissionBody
from api.refusals import FieldProblem, FormHasProblems
from domain.application.events import Channel
from domain.errors import NotAvailableOnline, PlaceUnknown, ServiceNotOffered
from domain.processes.availability import availability
from domain.processes.responsibility import place_name, require_place, require_responsible
from domain.service.definition import ServiceDefinition, said


def offer_for(catalogue: Catalogue, body: SubmissionBody, today: date) -> Offer:
    """What is not offered here may be a matter of the Kreis, or of a town: then that is said."""
    try:
        require_place(body.municipality)
        return catalogue.offer(body.municipality, body.service, today)
    except PlaceUnknown:
        advice = no_such_place(body.applicant.spoken)
        raise FormHasProblems([FieldProblem("/municipality", advice)]) from None
    except MunicipalityUnknown:
        name = said(place_name(body.municipality, catalogue.by_ags), body.applicant.spoken)
        raise MunicipalityUnknown(name) from None
    except ServiceNotOffered:
        with suppress(ServiceUnknown):
            require_right_body(
                catalogue, catalogue.at(body.municipality, body.service), body, today
            )
        raise


def require_usable(offer: Offer, body: SubmissionBody, today: date) -> None:
    """Raise NotAvailableOnline, in the portal's own words, where its page offers no form."""
    if body.channel is not Channel.ONLINE:
        return
    found = availability(offer.definition, offer.adoption, offer.town, today)
    if not found.usable:
        raise NotAvailableOnline(told(offer.definition, found, body.applicant.spoken))


def require_right_body(
    catalogue: Catalogue, definition: ServiceDefinition, body: SubmissionBody, today: date
) -> None:
    """Raise NotResponsible. What a clerk takes in is forwarded instead (§ 16 SGB I)."""
    if body.channel is not Channel.ONLINE:
        return
    language, towns = body.applicant.spoken, catalogue.by_ags
    try:
        require_responsible(definition, body.municipality, body.answers, towns, language, today)
    except PlaceUnknown:
        field = f"/answers{definition.responsible.field}"
        raise FormHasProblems([FieldProblem(field, no_such_place(language))]) from None
