"""For operators: municipalities, from registration over the seven steps to their end."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import msgspec
from fastapi import APIRouter, status
from pydantic import BaseModel

from adapters.catalogue.streams import municipality_stream
from api.access import town_asked
from api.desk import Desk, DeskOf, Operator
from api.offering import carried_out, terms_at
from api.onboarding_bodies.command_body import CommandBody
from api.onboarding_bodies.commands import COMMANDS
from api.onboarding_bodies.town import RegistrationBody
from api.operating import (
    AgsPath,
    AsRecordedAt,
    CatalogueAnswer,
    CatalogueHistory,
    Overseer,
    UpToVersion,
    history_of,
    require_own,
    state_of,
)
from domain.errors import Refused
from domain.municipality import commands as c
from domain.municipality.adoption import AdoptionState
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.onboarding import TITLES, Step
from domain.municipality.state import Town

router = APIRouter(prefix="/api/v1/catalogue/municipalities", tags=["operators"])


NO_PORTAL = "The pages of its services cannot say where to apply online; set it with `attributes`."
NO_PROVIDER = (
    "Everybody acts here whom this installation lets in as a citizen; where the municipality has "
    "providers of its own, name them with `identity-providers`."
)


class StepView(BaseModel):
    step: Step
    title: dict[str, str]
    done: bool


class TownListing(BaseModel):
    """`services`: adopted, live or suspended, by key."""

    ags: str
    name: str
    kind: str
    phase: str
    services: dict[str, str]
    closed_on: str | None


class TownState(BaseModel):
    """Consistency: strong. `blocked`: of services not live, what keeps each of them from it.

    `missing`: what nothing is refused for, but people are left without; by the name of the field.
    """

    ags: str
    steps: list[StepView]
    blocked: dict[str, str]
    missing: dict[str, str]
    state: dict[str, Any]


@router.get("")
async def municipalities(overseer: Overseer, desk: DeskOf) -> list[TownListing]:
    """List the municipalities, closed ones too, with their services and how far each is."""
    own = town_asked(overseer)
    return [
        TownListing(
            ags=town.ags,
            name=town.name,
            kind=town.kind,
            phase=town.phase,
            services={key: adoption.state for key, adoption in town.services.items()},
            closed_on=town.closed_on.isoformat() if town.closed_on else None,
        )
        for town in desk.parts.catalogue.municipalities
        if own in (None, town.ags)
    ]


@router.post("", status_code=status.HTTP_201_CREATED)
async def register(body: RegistrationBody, operator: Operator, desk: DeskOf) -> CatalogueAnswer:
    """Register a municipality; it begins in its pilot phase."""
    command = body.command(desk.now)
    return await carried_out(desk, operator, body.ags, command, if_match=False)


@router.get("/{ags}")
async def municipality(ags: AgsPath, overseer: Overseer, desk: DeskOf) -> TownState:
    """Read a municipality: its steps, its terms, and what is missing."""
    require_own(overseer, ags)
    town: Town
    town, _ = await state_of(desk, MUNICIPALITY, municipality_stream(ags))
    return TownState(
        ags=ags,
        steps=[StepView(step=s, title=dict(TITLES[s]), done=s in town.steps) for s in Step],
        blocked=await _blocked(desk, town),
        missing=_missing(town),
        state=msgspec.to_builtins(town),
    )


@router.get("/{ags}/history")
async def history(
    ags: AgsPath,
    overseer: Overseer,
    desk: DeskOf,
    version: UpToVersion = None,
    at: AsRecordedAt = None,
) -> CatalogueHistory:
    """Read what happened to a municipality, whole or as it was at a version or a moment."""
    require_own(overseer, ags)
    return await history_of(desk, municipality_stream(ags), version, at)


def _missing(town: Town) -> dict[str, str]:
    has_portal = town.attributes is not None and town.attributes.portal_url
    said = {
        "portal_url": (has_portal, NO_PORTAL),
        "identity_providers": (town.providers, NO_PROVIDER),
    }
    return {name: advice for name, (there, advice) in said.items() if not there}


async def _blocked(desk: Desk, town: Town) -> dict[str, str]:
    blocked = dict[str, str]()
    for key, adoption in town.services.items():
        if adoption.state is AdoptionState.LIVE:
            continue
        terms = await terms_at(desk, key, adoption.version)
        try:
            MUNICIPALITY.decide(town, c.TakeLive(service=key, terms=terms, now=desk.now))
        except Refused as refused:
            blocked[key] = str(refused)
    return blocked


Endpoint = Callable[..., Coroutine[Any, Any, CatalogueAnswer]]


def _endpoint(of: type[CommandBody]) -> Endpoint:
    async def command(
        ags: AgsPath,
        body: of,  # type: ignore[valid-type]
        operator: Operator,
        desk: DeskOf,
    ) -> CatalogueAnswer:
        given: CommandBody = body
        command = given.command(desk.now)
        if isinstance(command, c.MergeInto):
            command = await _with_successor(desk, command)
        elif isinstance(command, c.EndPilot | c.CompleteStep):
            command = replace(command, terms=await _terms(desk, ags))
        return await carried_out(desk, operator, ags, command)

    return command


async def _terms(desk: Desk, ags: str) -> dict[str, c.VersionTerms]:
    """Of every service that is adopted here."""
    town = MUNICIPALITY.fold(await desk.parts.log.events(municipality_stream(ags)))
    return {
        key: await terms_at(desk, key, adoption.version) for key, adoption in town.services.items()
    }


async def _with_successor(desk: Desk, command: c.MergeInto) -> c.MergeInto:
    """Raise MunicipalityUnknown. Two that take over each other would send people in a circle."""
    await desk.parts.live_catalogue.catch_up()
    into = desk.parts.catalogue.municipality(command.into)
    return replace(command, goes_on=into.closed_on is None)


for _name, (_does, _body) in COMMANDS.items():
    router.post(f"/{{ags}}/{_name}", description=_does, name=_name)(_endpoint(_body))
