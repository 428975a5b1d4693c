"""The portal of all municipalities, for anybody and for caches. No sign-in needed."""

from asyncio import to_thread
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from adapters.catalogue.errors import MunicipalityUnknown, ServiceUnknown
from adapters.portal.finding import find
from adapters.portal.prepared import Prepared
from adapters.portal.views import Found, PortalListing, TownPortal, WhereOffered
from adapters.portal.wording import NO_PORTALS
from api.bodies import LINE, Ags, Key
from api.cached import cached
from api.desk import PartsOf
from api.languages import Language
from domain.municipality.ags import KREIS_PATTERN
from domain.working_days import legal_day

router = APIRouter(prefix="/api/v1/portal", tags=["portal"])
JSON = "application/json"


async def portal_of(parts: PartsOf, language: Language) -> Prepared:
    """Read the portal as the catalogue stands now."""
    asked = (parts.catalogue, legal_day(datetime.now(UTC)), language)
    ready = parts.portals.ready(*asked)
    return ready if ready is not None else await to_thread(parts.portals.prepare, *asked)


Portal = Annotated[Prepared, Depends(portal_of)]


class Around(BaseModel):
    """Towns of one region, of one Kreis, or both."""

    region: Key | None = None
    kreis: Annotated[str, Query(pattern=KREIS_PATTERN)] | None = None


class ListingQuery(Around):
    offset: Annotated[int, Query(ge=0, le=10_000)] = 0
    limit: Annotated[int, Query(ge=1, le=200)] = 50


class SearchQuery(Around):
    q: Annotated[str, Query(min_length=1, max_length=100, pattern=LINE)]


@router.get("", response_model=PortalListing)
async def portals(
    query: Annotated[ListingQuery, Query()], portal: Portal, request: Request
) -> Response:
    """List the portals of all towns of a region with their services; the next page is in `Link`."""
    found = portal.within(query.region, query.kreis)
    page = found[query.offset : query.offset + query.limit]
    following = None
    if query.offset + query.limit < len(found):
        url = request.url.include_query_params(offset=query.offset + query.limit)
        following = f"{url.path}?{url.query}"

    def body() -> bytes:
        head = PortalListing(
            language=portal.language,
            found=len(found),
            hint=None if found else NO_PORTALS[portal.language],
            next=following,
            portals=[],
        ).model_dump_json(exclude={"portals"})
        rows = b",".join(one.content for one in page)
        return b'%s,"portals":[%s]}' % (head[:-1].encode(), rows)

    answer = cached(request, portal.digest, portal.language, body, JSON)
    if following:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


@router.get("/search", response_model=Found)
async def search(
    query: Annotated[SearchQuery, Query()], portal: Portal, request: Request
) -> Response:
    """Search services and towns; spelling, umlauts and word ends are forgiven."""

    def body() -> bytes:
        within = portal.within(query.region, query.kreis)
        return find(portal, query.q, within).model_dump_json().encode()

    return cached(request, portal.digest, portal.language, body, JSON)


@router.get("/services/{service}", response_model=WhereOffered)
async def where_offered(service: Key, portal: Portal, request: Request) -> Response:
    """List the towns that offer a service, each with how it is available there."""
    if service not in portal.services:
        raise ServiceUnknown(service)
    return cached(
        request,
        portal.digest,
        portal.language,
        lambda: portal.services[service].model_dump_json().encode(),
        JSON,
    )


@router.get("/{ags}", response_model=TownPortal)
async def town_portal(ags: Ags, portal: Portal, request: Request) -> Response:
    """List the services of one town by category, with those of its Kreis."""
    if ags not in portal.towns:
        raise MunicipalityUnknown(ags)
    head = f'{{"language":"{portal.language}","portal":'.encode()

    def body() -> bytes:
        return head + portal.towns[ags].content + b"}"

    digest = sha256(body()).hexdigest()[:32]
    return cached(request, digest, portal.language, body, JSON)
