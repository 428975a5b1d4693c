"""The portal for people: plain pages that need no script, in German and English."""

from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from adapters.catalogue.catalogue import Catalogue
from adapters.portal.description import describe
from adapters.portal.finding import find
from adapters.portal.prepared import Prepared
from adapters.portal.showing import Eye
from api.bodies import LINE
from api.cached import KEEP, cached
from api.desk import PartsOf
from api.pages.rendering import HTML, NO_MORE_THAN_THIS, rendered
from api.pages.wording import WORDS
from api.portal import Portal
from domain.errors import PlaceUnknown
from domain.processes.responsibility import place_name, require_place
from domain.service.definition import said
from domain.working_days import legal_day

router = APIRouter(tags=["portal"], default_response_class=HTMLResponse)
Words = Annotated[str, Query(max_length=100, pattern=LINE)]


@router.get("/")
@router.get("/portal")
async def umbrella(portal: Portal, request: Request, q: Words = "") -> Response:
    """Show all portals and services, and what a search finds."""
    towns = list(portal.towns.values())
    found = find(portal, q, towns) if q.strip() else None
    return _page(request, portal, "umbrella", q=q, found=found)


@router.get("/portal/style.css", response_class=Response)
async def style() -> Response:
    """Hand out the one style sheet of the pages."""
    return Response(_style(), media_type="text/css", headers={"Cache-Control": KEEP})


@router.get("/portal/services/{service}")
async def service(service: str, portal: Portal, request: Request) -> Response:
    """Show where a service is offered."""
    if service not in portal.services:
        return _nothing(request, portal)
    return _page(request, portal, "service", service=portal.services[service])


@router.get("/portal/{ags}")
async def town(ags: str, parts: PartsOf, portal: Portal, request: Request) -> Response:
    """Show the services of one town."""
    if ags not in portal.towns:
        return _nothing(request, portal, _not_taking_part(ags, parts.catalogue, portal))
    return _page(request, portal, "town", town=portal.towns[ags].view)


@router.get("/portal/{ags}/services/{service}")
async def offer(
    ags: str, service: str, parts: PartsOf, portal: Portal, request: Request
) -> Response:
    """Describe a service as a town offers it, and say where to apply."""
    town = parts.catalogue.by_ags.get(ags)
    if town is None or service not in town.services:
        return _nothing(request, portal)
    address = parts.settings.public_url
    eye = Eye(parts.catalogue, legal_day(datetime.now(UTC)), portal.language, address)
    described = describe(eye, town, town.services[service])
    submissions = f"{address}/api/v1/applications"
    more = described.model_dump_json()
    return _page(request, portal, "offer", more, offer=described, submissions=submissions)


def _page(
    request: Request, portal: Prepared, template: str, more: str = "", **values: Any
) -> Response:
    """`more`: what the page shows that is not part of the portal's listing."""
    # What a page shows follows from the address, from the catalogue and from this version.
    state = f"{template}|{portal.digest}|{more}"
    answer = cached(
        request,
        sha256(state.encode()).hexdigest()[:32],
        portal.language,
        lambda: _rendered(request, portal, template, **values).encode(),
        HTML,
    )
    answer.headers.update(NO_MORE_THAN_THIS)
    return answer


def _not_taking_part(ags: str, catalogue: Catalogue, portal: Prepared) -> str:
    """What is said of a place that there is, and that has no portal here."""
    try:
        require_place(ags)
    except PlaceUnknown:
        return ""
    name = said(place_name(ags, catalogue.by_ags), portal.language)
    return WORDS[portal.language]["takes_no_part"].format(name=name)


def _nothing(request: Request, portal: Prepared, why: str = "") -> Response:
    content = _rendered(request, portal, "nothing", why=why)
    return HTMLResponse(content, 404, {"Cache-Control": "no-store", **NO_MORE_THAN_THIS})


def _rendered(request: Request, portal: Prepared, template: str, **values: Any) -> str:
    return rendered(request, template, portal.language, portal=portal, **values)


@cache
def _style() -> str:
    return (files("api.pages") / "templates" / "style.css").read_text(encoding="utf-8")
