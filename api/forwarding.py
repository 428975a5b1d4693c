"""What a clerk does with an application that belongs elsewhere."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import CatalogueRefused
from adapters.catalogue.going_on import going_on
from adapters.catalogue.offer import Offer
from adapters.ids import new_id
from api.bodies import ForwardBody, PassBody
from api.desk import Case, Clerk, DeskOf
from api.refusals import FieldProblem, FormHasProblems
from api.views import CommandAnswer
from domain.application import commands as c
from domain.application.decisions import APPLICATION
from domain.errors import Refused
from domain.working_days import legal_day

router = APIRouter(prefix="/api/v1/applications/{application_id}", tags=["clerks"])


@router.post("/office")
async def pass_to_office(
    application_id: UUID, body: PassBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Pass it to another office of the municipality, where it goes on. Needs `If-Match`."""
    town = desk.parts.catalogue.municipality(clerk.municipality or "")
    return await desk.carry_out(
        clerk,
        application_id,
        c.PassToOffice(
            to_office=body.to_office,
            offices=town.offices,
            reason=body.reason,
            clerk=clerk.subject,
            now=desk.now,
        ),
        if_match=True,
    )


@router.post("/forwarding")
async def forward(
    application_id: UUID, body: ForwardBody, clerk: Clerk, desk: DeskOf
) -> CommandAnswer:
    """Forward it to the municipality that is responsible, where it goes on. Needs `If-Match`."""
    case = await desk.case(clerk, application_id)
    catalogue, to = desk.parts.catalogue, body.to_municipality
    offer = _offer(catalogue, to, case.state.rules.service, desk.now)
    _require_taken_up(catalogue, application_id, case, to, desk.now)
    return await desk.carry_out(
        clerk,
        application_id,
        c.ForwardApplication(
            to_municipality=offer.town.ags,
            to_office=offer.adoption.office,
            reason=body.reason,
            clerk=clerk.subject,
            now=desk.now,
            goes_on_as=new_id(),
        ),
        if_match=True,
    )


def _require_taken_up(
    catalogue: Catalogue, application_id: UUID, case: Case, to: str, now: datetime
) -> None:
    """Try how it would go on there: what cannot is said now, and not to nobody afterwards."""
    try:
        command = going_on(catalogue, application_id, case.history, case.state, to, now)
        if command is not None:
            APPLICATION.decide(APPLICATION.initial, command)
    except Refused as refused:
        raise FormHasProblems([FieldProblem("/to_municipality", refused)]) from None


def _offer(catalogue: Catalogue, ags: str, service: str, now: datetime) -> Offer:
    try:
        return catalogue.offer(ags, service, legal_day(now))
    except (CatalogueRefused, Refused) as refused:
        raise FormHasProblems([FieldProblem("/to_municipality", refused)]) from None
