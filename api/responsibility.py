"""Who is responsible for a service at a place, for anybody. No sign-in needed."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.bodies import Ags, Key
from api.cached import cached_json
from api.desk import PartsOf
from api.languages import Language
from api.named_bodies import shown
from api.refusals import FieldProblem, FormHasProblems
from domain.errors import PlaceUnknown
from domain.processes.responsibility import place_name, responsible_body, why
from domain.service.definition import DecidedBy, Level, said
from domain.working_days import legal_day

router = APIRouter(prefix="/api/v1/responsibility", tags=["portal"])


class PlaceView(BaseModel):
    """`takes_part`: whether the place itself can be applied to here."""

    ags: str
    name: str
    takes_part: bool


class BodyView(BaseModel):
    """`ags`: None for Land and Bund, and where the place does not tell which town, or names one
    that nobody here knows.

    `link`: where it is applied for; None where nothing is known of that body's portal.
    """

    level: Level
    ags: str | None
    name: str
    link: str | None
    takes_part: bool
    offers: bool


class ResponsibilityView(BaseModel):
    """`decided_by`, `why`: which place decides, as a word and as a sentence."""

    service: str
    title: str
    place: PlaceView
    body: BodyView
    decided_by: DecidedBy
    why: str


@router.get("", response_model=ResponsibilityView)
async def responsibility(
    service: Key,
    ags: Annotated[Ags, Query()],
    language: Language,
    parts: PartsOf,
    request: Request,
) -> Response:
    """Say who is responsible for this service at this place, and why: town, Kreis, Land or Bund."""
    catalogue = parts.catalogue
    definition, today = catalogue.at(ags, service), legal_day(datetime.now(UTC))
    try:
        body = responsible_body(definition, ags, catalogue.by_ags, today)
    except PlaceUnknown as unknown:
        raise FormHasProblems([FieldProblem("query:/ags", unknown)]) from None
    place = said(place_name(ags, catalogue.by_ags), language)
    answer = ResponsibilityView(
        service=definition.key,
        title=said(definition.title, language),
        place=PlaceView(ags=ags, name=place, takes_part=catalogue.takes_part(ags, today)),
        body=BodyView(**shown(body, language, parts.settings.public_url)),
        decided_by=definition.responsible.by,
        why=said(why(definition), language),
    )
    return cached_json(request, answer.model_dump_json().encode(), language)
