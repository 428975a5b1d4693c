"""For operators: the services of a municipality, adopted, live or suspended."""

from collections.abc import Sequence

from fastapi import APIRouter

from adapters.catalogue.own_proof_checks import own_proof_findings
from adapters.catalogue.streams import municipality_stream, service_stream
from adapters.catalogue.terms import terms_of
from adapters.identity.actor import Actor
from api.bodies import ReasonBody
from api.definitions import ServiceKey
from api.desk import Desk, DeskOf, Operator
from api.onboarding_bodies.adoption import AdoptionBody, GoingLiveBody
from api.operating import AgsPath, CatalogueAnswer, carry_out, require_own
from api.refusals import FieldProblem, FormHasProblems
from domain.municipality import commands as c
from domain.municipality.adoption import AdoptionState
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.state import Town
from domain.rules import OwnProof
from domain.service.decisions import SERVICE
from domain.service.state import Service
from domain.working_days import legal_day

router = APIRouter(prefix="/api/v1/catalogue/municipalities", tags=["operators"])


@router.post("/{ags}/services/{service}/adoption")
async def adopt(
    ags: AgsPath, service: ServiceKey, body: AdoptionBody, operator: Operator, desk: DeskOf
) -> CatalogueAnswer:
    """Adopt a version of a service, or change the terms it is offered on."""
    require_own(operator, ags)
    known = SERVICE.fold(await desk.parts.log.events(service_stream(service)))
    command = body.command(service, terms_of(known, body.version), desk.now)
    _require_possible(command.own_proofs, known, body.version)
    return await carried_out(desk, operator, ags, command)


@router.post("/{ags}/services/{service}/going-live")
async def go_live(
    ags: AgsPath, service: ServiceKey, body: GoingLiveBody, operator: Operator, desk: DeskOf
) -> CatalogueAnswer:
    """Let a service go live, or take it up again; the refusal names the step that is missing."""
    require_own(operator, ags)
    town = MUNICIPALITY.fold(await desk.parts.log.events(municipality_stream(ags)))
    since = body.since or (None if _was_live(town, service) else legal_day(desk.now))
    terms = await _terms_here(desk, town, service)
    command = c.TakeLive(service=service, terms=terms, since=since, now=desk.now)
    return await carried_out(desk, operator, ags, command)


@router.post("/{ags}/services/{service}/suspension")
async def suspend(
    ags: AgsPath, service: ServiceKey, body: ReasonBody, operator: Operator, desk: DeskOf
) -> CatalogueAnswer:
    """Suspend a service: no new applications; those that run go on."""
    command = c.SuspendService(service=service, reason=body.reason, now=desk.now)
    return await carried_out(desk, operator, ags, command)


async def carried_out(
    desk: Desk, operator: Actor, ags: str, command: c.MunicipalityCommand, *, if_match: bool = True
) -> CatalogueAnswer:
    require_own(operator, ags)
    stream_id = municipality_stream(ags)
    return await carry_out(desk, operator, MUNICIPALITY, stream_id, command, if_match=if_match)


async def terms_at(desk: Desk, service: str, version: int) -> c.VersionTerms:
    events = await desk.parts.log.events(service_stream(service))
    return terms_of(SERVICE.fold(events), version)


def _require_possible(own: Sequence[OwnProof], service: Service, version: int) -> None:
    """Raise FormHasProblems where the form never lets a condition hold; see `OwnProof`."""
    found = service.versions.get(version)
    if found is None:
        return
    problems = [
        FieldProblem("/" + "/".join(map(str, where)), what)
        for where, what in own_proof_findings(own, (), found.definition.form)
    ]
    if problems:
        raise FormHasProblems(problems)


async def _terms_here(desk: Desk, town: Town, service: str) -> c.VersionTerms:
    """Of the version adopted here; what was not adopted is refused for that, not for its terms."""
    adoption = town.services.get(service)
    return await terms_at(desk, service, adoption.version if adoption else 0)


def _was_live(town: Town, service: str) -> bool:
    adoption = town.services.get(service)
    return adoption is not None and adoption.state is not AdoptionState.ADOPTED
